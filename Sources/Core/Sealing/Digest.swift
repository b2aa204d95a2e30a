import Crypto

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
package struct Digest: Sendable, Hashable, CustomStringConvertible {
    /// The 64 digits.
    package let hex: String

    /// Digests these bytes.
    package init(of bytes: [UInt8]) {
        hex = SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    package var description: String { hex }
}
