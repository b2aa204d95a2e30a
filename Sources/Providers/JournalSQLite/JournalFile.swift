import MigrationModel
import MigrationPorts

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The file of a journal, seen without SQLite: what can be refused before it is opened.
enum JournalFile {
    private static let magic = Array("SQLite format 3\u{0}".utf8)

    /// Refuses what is no journal of a version that is known here, and touches nothing.
    static func inspect(_ path: String) throws(JournalError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw .unreadable(
                problem: "\(path): \(systemMessage()). Give the path of a journal that "
                    + "`diolkos run` made"
            )
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(problem: "\(path) is no regular file. Give the path of a journal")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            throw .unreadable(
                problem: "\(path) is empty. A run that was never begun leaves nothing to resume: "
                    + "remove the file, or restore it from a copy"
            )
        }
        guard size <= JournalSchema.fileBytesMax else {
            throw .unreadable(
                problem: "\(path) has \(size) bytes, more than any journal. Give the path of a "
                    + "journal"
            )
        }
        let header = try read(path, count: 100)
        guard header.count == 100 else {
            throw .corrupt(place: "its header", problem: "the file ends after \(size) bytes")
        }
        guard Array(header.prefix(magic.count)) == magic else {
            throw .unreadable(problem: "\(path) is no SQLite file. Give the path of a journal")
        }
        guard number(header, at: 68) == UInt32(JournalSchema.applicationID) else {
            throw .unreadable(
                problem: "\(path) is an SQLite file of something else. Give the path of a journal"
            )
        }
        let version = number(header, at: 60)
        guard version == UInt32(JournalSchema.version) else {
            throw .unreadable(
                problem: "\(path) is of format \(version), this program reads "
                    + "\(JournalSchema.version). Use the version of diolkos that wrote it"
            )
        }
        let pageSize = Int(header[16]) << 8 | Int(header[17])
        let pages = Int(number(header, at: 28))
        guard pageSize == 1 || size >= pages * pageSize else {
            throw .corrupt(
                place: "byte \(size)",
                problem: "the file ends there, and its header tells of \(pages * pageSize) bytes"
            )
        }
    }

    /// Makes an empty file that only its owner may read; refuses to touch one that is there.
    static func create(_ path: String) throws(JournalError) {
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw .unwritable(problem: "\(path) cannot be made: \(systemMessage())")
        }
        close(file)
        try syncFolder(of: path)
    }

    /// Makes the name of a new file durable.
    static func syncFolder(of path: String) throws(JournalError) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let place = path.contains("/") ? (folder.isEmpty ? "/" : folder) : "."
        let file = open(place, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw .unwritable(problem: "the folder \(place): \(systemMessage())")
        }
        defer { close(file) }
        guard fsync(file) == 0 else {
            throw .unwritable(problem: "the folder \(place): \(systemMessage())")
        }
    }

    private static func read(_ path: String, count: Int) throws(JournalError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw .unreadable(problem: "\(path): \(systemMessage())") }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(file, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(filled))
            }
            guard got > 0 else { break }
            filled += got
        }
        return Array(bytes.prefix(filled))
    }

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// The system's words for what the last call met.
func systemMessage() -> String { String(cString: strerror(errno)) }
