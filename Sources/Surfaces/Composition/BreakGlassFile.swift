import Foundation
import MigrationEngine
import MigrationModel
import MigrationPorts
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The script beside a journal that puts everything back without this program.
///
/// It is replaced in one piece, and on the disk, before a step's effect: whenever this program dies for
/// good, what it has changed is in the file.
package final class BreakGlassFile: BreakGlassKeeping {
    /// Where the script of a journal lies.
    package static func path(journal: String) -> String { journal + ".break-glass.sh" }

    private let path: String
    private let words: PlainCommands
    private let written = Mutex<RunState?>(nil)

    package init(journal: String, words: PlainCommands) {
        path = BreakGlassFile.path(journal: journal)
        self.words = words
    }

    package func keep(_ state: RunState) throws(JournalError) {
        let isCurrent = written.withLock { $0.map { BreakGlass.isSame($0, state) } ?? false }
        guard !isCurrent else { return }
        try write(BreakGlass(state, words: words).script)
        written.withLock { $0 = state }
    }

    private func write(_ text: String) throws(JournalError) {
        let draft = path + ".new"
        guard unlink(draft) == 0 || errno == ENOENT else { throw problem() }
        let file = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw problem() }
        let isWritten = BreakGlassFile.write(Array(text.utf8), to: file) && fsync(file) == 0
        guard close(file) == 0, isWritten, rename(draft, path) == 0 else { throw problem() }
        let folder = open(
            URL(fileURLWithPath: path).deletingLastPathComponent().path,
            O_RDONLY | O_CLOEXEC
        )
        guard folder >= 0 else { throw problem() }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw problem() }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func problem() -> JournalError {
        .unwritable(
            problem:
                "\(path), which is kept beside it, cannot be: \(String(cString: strerror(errno)))"
        )
    }
}
