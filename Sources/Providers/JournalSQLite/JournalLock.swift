import MigrationPorts

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The right of one process of this machine to drive what a journal records.
///
/// An advisory lock on a file beside the journal: the kernel gives it up when the process ends,
/// however it ends, so holding it proves that no other driver of this file lives here.
final class JournalLock: Sendable {
    private let file: Int32

    init(besides path: String) throws(JournalError) {
        let name = path + ".lock"
        file = open(name, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw JournalLock.unusable(name) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let holder = JournalLock.holder(file)
            close(file)
            throw .fenced(by: "\(holder) of this machine holds \(name)")
        }
        // For the message above only: nothing depends on what the file holds.
        let text = Array("process \(getpid())\n".utf8)
        guard ftruncate(file, 0) == 0, pwrite(file, text, text.count, 0) == text.count else {
            let error = JournalLock.unusable(name)
            close(file)
            throw error
        }
    }

    deinit { close(file) }

    private static func unusable(_ name: String) -> JournalError {
        .unwritable(
            problem: "the lock \(name): \(systemMessage()). Run as the user who began the run, in "
                + "a folder that you may write, with room on the disk"
        )
    }

    /// Who holds the lock; nil when nobody does.
    ///
    /// The kernel tells only by refusing, so for a moment the lock is shared: a driver that begins in
    /// that very moment is refused, and can begin again.
    static func holder(besides path: String) throws(JournalError) -> String? {
        let name = path + ".lock"
        let file = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw unusable(name)
        }
        defer { close(file) }
        return flock(file, LOCK_SH | LOCK_NB) == 0 ? nil : holder(file)
    }

    private static func holder(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = pread(file, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.split(separator: "\n").first.map(String.init) ?? "another process"
    }
}
