import Foundation

/// Where a bundle is written to, file by file; nothing is a bundle before it is finished.
protocol BundleStore {
    mutating func add(_ path: String, _ bytes: [UInt8]) throws
    mutating func finish() throws
    /// Takes away what must not be left half.
    mutating func abandon() throws
}

/// In which form a bundle lies on a disk.
enum BundleForm {
    static let archiveSuffix = ".tar"

    /// A store for a bundle that is not there yet, in the form that its path tells.
    static func store(at path: String) throws -> any BundleStore {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CopyProblem("\(path) is there already; nothing was written")
        }
        for suffix in [".tgz", ".gz", ".zip", ".zst", ".xz", ".bz2"]
        where path.lowercased().hasSuffix(suffix) {
            throw CopyProblem(
                "\(path): bundles are not compressed; write NAME\(archiveSuffix), and compress "
                    + "that. Nothing was written"
            )
        }
        let url = URL(fileURLWithPath: path)
        return path.hasSuffix(archiveSuffix) ? try ArchiveStore(url) : try FolderStore(url)
    }
}

/// A folder that only its owner may read.
private struct FolderStore: BundleStore {
    private let folder: URL

    init(_ folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    func add(_ path: String, _ bytes: [UInt8]) throws {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
    }

    func finish() {}

    /// It was not there before.
    func abandon() throws { try FileManager.default.removeItem(at: folder) }
}

/// One file that only its owner may read; it bears its name when it is whole.
private struct ArchiveStore: BundleStore {
    private let archive: URL
    private let part: URL
    private let handle: FileHandle

    init(_ archive: URL) throws {
        self.archive = archive
        part = archive.appendingPathExtension("part")
        let isMade = FileManager.default.createFile(
            atPath: part.path,
            contents: nil,
            attributes: [.posixPermissions: 0o600]
        )
        guard isMade else { throw CopyProblem("\(part.path) cannot be written") }
        handle = try FileHandle(forWritingTo: part)
    }

    func add(_ path: String, _ bytes: [UInt8]) throws {
        let padding = TarFormat.padded(bytes.count) - bytes.count
        let zeros = [UInt8](repeating: 0, count: padding)
        try handle.write(
            contentsOf: Data(TarHeader(path: path, size: bytes.count).bytes + bytes + zeros)
        )
    }

    func finish() throws {
        try handle.write(contentsOf: Data(count: 2 * TarFormat.blockSize))
        try handle.synchronize()
        try handle.close()
        try FileManager.default.moveItem(at: part, to: archive)
    }

    func abandon() throws { try FileManager.default.removeItem(at: part) }
}
