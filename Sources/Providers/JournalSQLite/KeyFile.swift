import MigrationPorts
import Sealing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The file that keeps the key of a run's sealed before-images.
///
/// By default it lies beside the journal as `<journal>.key`; `$DIOLKOS_KEY_FILE` names another
/// place, such as a mounted volume or Secret (with `defaultMode: 0400`), so that a copy of the
/// journal alone gives no Secret away; several runs may share one. It is made when the first value
/// is sealed, and read only to seal and to open: **no change of today replaces the value of a
/// Secret**, so none seals anything, and runs neither make nor need the file. Were there a sealed
/// value, then **who loses the key** could still finish the run and roll back every step whose
/// before-image is not sealed; the sealed values could not be given back by anybody.
package enum KeyFile {
    /// The variable that names the key file.
    package static let variable = "DIOLKOS_KEY_FILE"

    /// Where the key of this journal is kept.
    package static func path(journal: String, environment: [String: String]) -> String {
        guard let named = environment[variable], !named.isEmpty else { return journal + ".key" }
        return named
    }

    /// The key that is there, or a new one where none is.
    package static func ensure(_ path: String) throws(KeyFileError) -> SealingKey {
        var status = stat()
        if lstat(path, &status) != 0, errno == ENOENT { try create(path) }
        return try load(path)
    }

    /// Reads a key; refuses a file that others can read or that holds anything else.
    ///
    /// Links are followed, for the files of a mounted Secret are links: what counts is whose the
    /// file is that they lead to.
    package static func load(_ path: String) throws(KeyFileError) -> SealingKey {
        // Without waiting for a writer, should it be a pipe.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw cannotRead(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw cannotRead(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw KeyFileError(
                path: path,
                problem: "it is no regular file",
                remedy: "Name the file of a key with $\(variable)"
            )
        }
        try checkOwner(status, path)
        // One byte more than a key's 64 digits and line break, to see whether there is more.
        var bytes = [UInt8](repeating: 0, count: 66)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count == 65, bytes[64] == 0x0A, let raw = decodeHex(bytes.prefix(64)),
            let key = SealingKey(bytes: raw)
        else {
            throw KeyFileError(
                path: path,
                problem: "it does not hold a key of 32 bytes, as 64 digits and a line break",
                remedy: "Bring back the key from its copy, or name another file with $\(variable)"
            )
        }
        return key
    }

    /// The file is ours, or the machine's: a mounted Secret belongs to root, and its group may read
    /// it where a pod's `fsGroup` says so.
    private static func checkOwner(_ status: stat, _ path: String) throws(KeyFileError) {
        let isOurs = status.st_uid == geteuid()
        guard isOurs || status.st_uid == 0 else {
            throw KeyFileError(
                path: path,
                problem: "it belongs to another user",
                remedy: "Run as that user, or `chown` it to yourself"
            )
        }
        let modeBanned: mode_t = isOurs ? 0o077 : 0o037
        guard status.st_mode & modeBanned == 0 else {
            throw KeyFileError(
                path: path,
                problem: "others may read or change it",
                remedy: "Make it yours alone with `chmod 600`, or mount it with `defaultMode: 0400`"
            )
        }
    }

    /// Makes a key where no file is: whole and durable, or not at all.
    private static func create(_ path: String) throws(KeyFileError) {
        let draft = "\(path).new"
        guard unlink(draft) == 0 || errno == ENOENT else { throw cannotMake(path) }
        let file = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw cannotMake(path) }
        defer { close(file) }
        let text = Array((encodeHex(SealingKey().reveal()) + "\n").utf8)
        guard write(file, text, text.count) == text.count, fsync(file) == 0 else {
            throw cannotMake(path)
        }
        // A link is refused where another run just made a key: that one is kept and used.
        guard link(draft, path) == 0 || errno == EEXIST else { throw cannotMake(path) }
        guard unlink(draft) == 0 else { throw cannotMake(path) }
        do {
            try JournalFile.syncFolder(of: path)
        } catch {
            throw cannotMake(path)
        }
    }

    private static func cannotMake(_ path: String) -> KeyFileError {
        KeyFileError(
            path: path,
            problem: "it cannot be made: \(systemMessage())",
            remedy: "Make its folder writable, or name another file with $\(variable)"
        )
    }

    private static func cannotRead(_ path: String) -> KeyFileError {
        KeyFileError(
            path: path,
            problem: systemMessage(),
            remedy: "Bring back the key from its copy, or name its place with $\(variable)"
        )
    }

    private static func encodeHex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    private static func decodeHex(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        let digits = Array(digits)
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}

/// Why a key file cannot be used; never what it holds.
package struct KeyFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where the key was looked for.
    package let path: String
    /// What is wrong with the file, without a full stop.
    package let problem: String
    /// What to do about it.
    package let remedy: String

    package var description: String {
        "the key file \(path) cannot be used: \(problem). \(remedy)"
    }
}
