import Foundation
import Synchronization

/// A file that is written a line at a time, from any thread.
final class LineFile: Sendable {
    private let path: String
    /// Nil once a write failed.
    private let handle: Mutex<FileHandle?>

    /// Begins the file anew.
    init(_ path: String) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw InputProblem("\(path) cannot be written") }
        self.handle = Mutex(handle)
    }

    /// Adds a line; after a first failure, which is told, nothing more is written.
    func write(_ line: String) {
        handle.withLock { handle in
            do {
                try handle?.write(contentsOf: Data((line + "\n").utf8))
            } catch {
                Output.problem("\(path) cannot be written any more: \(error.localizedDescription)")
                handle = nil
            }
        }
    }
}
