/// RFC 4648: the encoding of bytes in JSON, and of tokens in queries.
enum Base64 {
    /// Which 64 characters are used, and whether the end is padded.
    enum Alphabet {
        /// Section 4, padded: values in objects.
        case standard
        /// Section 5, without padding: tokens in queries.
        case url

        fileprivate var characters: [UInt8] {
            let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
            return Array(common.utf8) + Array((self == .standard ? "+/" : "-_").utf8)
        }
    }

    static func encoded(_ bytes: [UInt8], alphabet: Alphabet = .standard) -> String {
        let characters = alphabet.characters
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 3 * 4 + 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0...group.count {
                text.append(characters[bits >> (18 - 6 * position) & 0x3F])
            }
            if alphabet == .standard {
                text += repeatElement(UInt8(ascii: "="), count: 3 - group.count)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil when `text` is no such encoding.
    static func decoded(_ text: String, alphabet: Alphabet = .standard) -> [UInt8]? {
        var values = [Int](repeating: -1, count: 256)
        for (value, character) in alphabet.characters.enumerated() {
            values[Int(character)] = value
        }
        var characters = Array(text.utf8)
        if alphabet == .standard {
            characters.removeAll { $0 == 0x0A || $0 == 0x0D }
            guard characters.count.isMultiple(of: 4) else { return nil }
        }
        for _ in 0..<2 where characters.last == UInt8(ascii: "=") { characters.removeLast() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3 + 3)
        var bits = 0
        var bitCount = 0
        for character in characters {
            let value = values[Int(character)]
            guard value >= 0 else { return nil }
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
