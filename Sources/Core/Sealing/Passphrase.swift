import Crypto
import CryptoExtras

/// A word that people keep, from which a sealing key is made.
///
/// By scrypt (RFC 7914) with N 2^15, r 8, p 1: 32 MiB and about a tenth of a second for each guess.
package struct Passphrase: Sendable {
    /// What a salt has to be, in bytes.
    package static let saltSize = 16
    private let bytes: [UInt8]

    /// Nil for fewer than twelve bytes: they could be guessed.
    package init?(_ text: String) {
        guard text.utf8.count >= 12 else { return nil }
        bytes = Array(text.utf8)
    }

    /// The same key for the same salt.
    package func key(salt: [UInt8]) throws -> SealingKey {
        let derived = try KDF.Scrypt.deriveKey(
            from: bytes,
            salt: salt,
            outputByteCount: 32,
            rounds: 1 << 15,
            blockSize: 8,
            parallelism: 1
        )
        guard let key = SealingKey(bytes: derived.withUnsafeBytes { Array($0) }) else {
            preconditionFailure("32 bytes were derived")
        }
        return key
    }

    /// A new random salt.
    package static func freshSalt() -> [UInt8] {
        // A new random key is as good a source of random bytes as any.
        Array(SealingKey().reveal().prefix(saltSize))
    }
}

extension Passphrase: CustomStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
