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
/// place, such as a mounted volume, so that a copy of the journal alone gives no Secret away. It is
/// made with the run and readable by its owner only. **Who loses it** can still finish the run, and
/// can roll back every step whose before-image is not sealed; values of Secrets that a step replaced
/// cannot be given back by anybody. So keep a copy where the journal's copies are not.
package enum KeyFile {
    /// The variable that names the key file.
    package static let variable = "DIOLKOS_KEY_FILE"

    /// Where the key of this journal is kept.
    package static func path(journal: String, environment: [String: String]) -> String {
        guard let named = environment[variable], !named.isEmpty else { return journal + ".key" }
        return named
    }

    /// Reads a key; refuses a file that others can read or that holds anything else.
    package static func load(_ path: String) throws(KeyFileError) -> SealingKey {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw KeyFileError(path: path, problem: systemMessage()) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            throw KeyFileError(path: path, problem: systemMessage())
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw KeyFileError(path: path, problem: "it is no regular file")
        }
        guard status.st_uid == geteuid() else {
            throw KeyFileError(path: path, problem: "it belongs to another user")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw KeyFileError(
                path: path,
                problem: "others may read or change it; make it yours alone with `chmod 600`"
            )
        }
        // One byte more than a key's 64 digits and line break, to see whether there is more.
        var bytes = [UInt8](repeating: 0, count: 66)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count == 65, bytes[64] == 0x0A, let raw = decodeHex(bytes.prefix(64)),
            let key = SealingKey(bytes: raw)
        else { throw KeyFileError(path: path, problem: "it does not hold a key of 32 bytes") }
        return key
    }

    /// Makes a key in a file that is not there yet, durable before it is used.
    package static func create(_ path: String) throws(KeyFileError) -> SealingKey {
        let key = SealingKey()
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw KeyFileError(path: path, problem: systemMessage()) }
        defer { close(file) }
        let text = Array((encodeHex(key.reveal()) + "\n").utf8)
        guard write(file, text, text.count) == text.count, fsync(file) == 0 else {
            throw KeyFileError(path: path, problem: systemMessage())
        }
        do {
            try JournalFile.syncFolder(of: path)
        } catch {
            throw KeyFileError(path: path, problem: error.description)
        }
        return key
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
    package let path: String
    package let problem: String

    package var description: String { "the key file \(path) cannot be used: \(problem)" }
}
