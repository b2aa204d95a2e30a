import Crypto

/// The key that seals what may not be stored in the clear: before-images that hold Secrets.
///
/// AES-256-GCM with a fresh nonce a value. Without the key a sealed value cannot be opened again,
/// by anybody: a run whose key is lost can go forward and cannot restore the values it sealed.
package struct SealingKey: Sendable {
    private let key: SymmetricKey

    /// A new random key.
    package init() {
        key = SymmetricKey(size: .bits256)
    }

    /// Nil unless `bytes` are exactly 32.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The key's 32 bytes, for the file that keeps it.
    package func reveal() -> [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// Nonce, ciphertext and tag in one.
    ///
    /// `context` must be the same at opening.
    package func seal(_ bytes: [UInt8], context: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(bytes, using: key, authenticating: Array(context.utf8))
        guard let combined = box.combined else {
            preconditionFailure("a box with a nonce of 12 bytes has a combined form")
        }
        return Array(combined)
    }

    /// Throws when the key is another, the context is another, or a bit was changed.
    package func open(_ sealed: [UInt8], context: String) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: sealed)
        return Array(try AES.GCM.open(box, using: key, authenticating: Array(context.utf8)))
    }
}

extension SealingKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
