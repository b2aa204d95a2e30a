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

    /// Refuses a journal that may be read and not written, and one whose folder may not: SQLite keeps its
    /// log there.
    static func requireWritable(_ path: String) throws(JournalError) {
        let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw readOnly(path) }
        close(file)
        let folder = folder(of: path)
        guard faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 else {
            throw readOnly("its folder \(folder)")
        }
    }

    private static func readOnly(_ place: String) -> JournalError {
        .unwritable(
            problem: "\(place): \(systemMessage()). Run as the user who began the run, or make the "
                + "file and its folder writable again; nothing was changed"
        )
    }

    /// Refuses a name at which something is: a journal, or the log of one that was taken away.
    ///
    /// SQLite would take such a log for that of the new file.
    static func refuseTraces(of path: String) throws(JournalError) {
        var status = stat()
        guard lstat(path, &status) != 0 else {
            throw .unwritable(
                problem: "\(path) is there already. Go on with it, or name another journal"
            )
        }
        for log in [path + "-wal", path + "-journal"] where lstat(log, &status) == 0 {
            throw .unwritable(
                problem: "\(log) is what is left of a journal that was taken away without it. "
                    + "Bring both together, or move it away"
            )
        }
    }

    /// Removes what a creation left that was cut short.
    static func removeDraft(_ path: String) throws(JournalError) {
        for name in ["", "-wal", "-shm", "-journal"].map({ path + $0 })
        where unlink(name) != 0 && errno != ENOENT {
            throw .unwritable(
                problem: "\(name), left by a run that was never begun, cannot be removed: "
                    + "\(systemMessage()). Remove it by hand"
            )
        }
    }

    /// Gives a whole journal its name, durably: first its bytes are on the disk, then the name.
    static func publish(_ draft: String, as path: String) throws(JournalError) {
        var status = stat()
        guard lstat(draft + "-wal", &status) != 0 else {
            throw .unwritable(
                problem: "\(draft)-wal is still there, so another process has the file open. "
                    + "End it and begin again"
            )
        }
        let file = open(draft, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw cannotFinish(draft) }
        defer { close(file) }
        guard fsync(file) == 0, rename(draft, path) == 0 else { throw cannotFinish(draft) }
        try syncFolder(of: path)
    }

    private static func cannotFinish(_ draft: String) -> JournalError {
        .unwritable(
            problem: "\(draft) cannot be finished: \(systemMessage()). Make its folder writable, "
                + "with room on the disk, and begin again"
        )
    }

    /// Makes an empty file that only its owner may read; refuses to touch one that is there.
    static func create(_ path: String) throws(JournalError) {
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw .unwritable(
                problem: "\(path) cannot be made: \(systemMessage()). Make its folder writable, or "
                    + "name another with --journal"
            )
        }
        close(file)
        try syncFolder(of: path)
    }

    /// Makes the name of a new file durable.
    static func syncFolder(of path: String) throws(JournalError) {
        let place = folder(of: path)
        let file = open(place, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw cannotSync(place) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw cannotSync(place) }
    }

    private static func folder(of path: String) -> String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        return path.contains("/") ? (folder.isEmpty ? "/" : folder) : "."
    }

    private static func cannotSync(_ folder: String) -> JournalError {
        .unwritable(
            problem: "the folder \(folder) cannot be brought to the disk: \(systemMessage()). "
                + "Keep the journal in a folder of a local disk that you may read and write"
        )
    }

    private static func read(_ path: String, count: Int) throws(JournalError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            throw .unreadable(
                problem: "\(path): \(systemMessage()). Run as the user who began the run"
            )
        }
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
