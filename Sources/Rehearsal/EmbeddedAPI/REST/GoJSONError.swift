import JSONValues

/// The first mistake in a text, as Go's `encoding/json` words it.
enum GoJSONError {
    static func text(of bytes: [UInt8]) -> String {
        let offset: Int
        do throws(JSONParseError) {
            _ = try JSON.parse(bytes)
            return "invalid JSON"
        } catch {
            offset = error.offset
        }
        guard offset < bytes.count else { return "unexpected end of JSON input" }
        let character = quoted(UnicodeScalar(bytes[offset]))
        return "invalid character '\(character)' looking for beginning of \(place(bytes, offset))"
    }

    /// A character as Go's `strconv.Quote` shows it, which takes each byte for a character here.
    private static func quoted(_ scalar: UnicodeScalar) -> String {
        switch scalar.value {
        case 0x22: return #"""#
        case 0x27: return #"\'"#
        case 0x5C: return #"\\"#
        case 0x00..<0x20, 0x7F:
            let names: [UInt32: String] = [
                7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r",
            ]
            if let name = names[scalar.value] { return "\\\(name)" }
            return #"\x"# + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        // Neither control characters nor the space that does not break are printed.
        case 0x80...0xA0, 0xAD: return #"\u00"# + String(scalar.value, radix: 16)
        default: return String(scalar)
        }
    }

    /// What should have stood at `offset`.
    private static func place(_ bytes: [UInt8], _ offset: Int) -> String {
        let before = bytes[..<offset].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return before == UInt8(ascii: "{") ? "object key string" : "value"
    }

    /// What Go calls a value in an error.
    static func word(for value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
