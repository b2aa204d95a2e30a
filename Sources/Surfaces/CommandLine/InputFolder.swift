import Foundation
import KubernetesCopy

/// A file, or every manifest below a folder.
struct InputFolder {
    let path: String

    init(_ path: String) { self.path = path }

    private static let endings: Set<String> = ["yaml", "yml", "json"]

    /// Sorted by name; folders are followed, links out of them are not.
    func files() throws -> [FileSource.File] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InputProblem("\(path) is not there")
        }
        guard isFolder.boolValue else {
            return [FileSource.File(name: path, bytes: try InputFile(path).bytes())]
        }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let manifests = names.sorted().filter {
            Self.endings.contains(URL(fileURLWithPath: $0).pathExtension.lowercased())
        }
        guard !manifests.isEmpty else {
            throw InputProblem("\(path) holds no .yaml, .yml or .json file")
        }
        return try manifests.map { name in
            let file = "\(path)/\(name)"
            return FileSource.File(name: file, bytes: try InputFile(file).bytes())
        }
    }
}

/// A file that a person wants written.
struct OutputFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// Replaces it as a whole: nobody reads half a file.
    func write(_ text: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw InputProblem("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
