import JSONValues

/// Where a list goes on, in the form that real servers use.
///
/// It is base64 of JSON; a revision of -1 says that the rest is shown as it is now.
struct ContinueToken: Sendable, Equatable {
    let revision: Int
    /// The last key that was shown.
    let start: String

    init(revision: Int, start: String) {
        self.revision = revision
        self.start = start
    }

    init(text: String) throws(APIStatusError) {
        guard let bytes = Base64URL.decoded(text) else {
            throw .badRequest("continue key is not valid: illegal base64 data")
        }
        let document: JSON
        do throws(JSONParseError) {
            document = try JSON.parse(bytes)
        } catch {
            throw .badRequest("continue key is not valid: \(error)")
        }
        guard document["v"]?.string == "meta.k8s.io/v1" else {
            throw .badRequest(
                "continue key is not valid: server does not recognize this encoded version \""
                    + (document["v"]?.string ?? "") + "\""
            )
        }
        guard let revision = document["rv"]?.int, revision != 0 else {
            throw .badRequest(
                "continue key is not valid: incorrect encoded start resourceVersion "
                    + "(version meta.k8s.io/v1)"
            )
        }
        guard let start = document["start"]?.string, !start.isEmpty else {
            throw .badRequest(
                "continue key is not valid: encoded start key empty (version meta.k8s.io/v1)"
            )
        }
        self.revision = revision
        self.start = start.hasSuffix("\0") ? String(start.dropLast()) : start
    }

    var text: String {
        let document: JSON = [
            "v": "meta.k8s.io/v1", "rv": .int(revision), "start": .string(start + "\0"),
        ]
        return Base64URL.encoded(document.encoded())
    }
}

/// RFC 4648 section 5, without padding.
enum Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    static func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0...group.count {
                text.append(alphabet[bits >> (18 - 6 * position) & 0x3F])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil when `text` is no such encoding.
    static func decoded(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits = 0
        var bitCount = 0
        for character in text.utf8 where character != UInt8(ascii: "=") {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(bits >> bitCount & 0xFF))
            }
        }
        return bytes
    }
}
