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
        let character = String(UnicodeScalar(bytes[offset]))
        return "invalid character '\(character)' looking for beginning of \(place(bytes, offset))"
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
