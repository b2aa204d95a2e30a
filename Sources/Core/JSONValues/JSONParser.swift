/// Reads one value as RFC 8259 has it, with Go's choices where that leaves any.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSON.ParseLimits
    var offset = 0
    var depth = 0
    /// Where the parser is, when somebody wants to know of keys that stand twice.
    var path: String?
    var duplicates: [String] = []

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSON.ParseLimits, path: String? = nil) {
        self.bytes = bytes
        self.limits = limits
        self.path = path
    }

    mutating func document() throws -> JSON {
        let value = try value()
        skipSpace()
        guard offset == bytes.count else { throw failure("unexpected text behind the value") }
        return value
    }

    func failure(_ problem: String) -> JSONParseError {
        JSONParseError(offset: offset, problem: problem)
    }

    mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    mutating func value() throws -> JSON {
        skipSpace()
        guard offset < bytes.count else { throw failure("the text ends where a value should be") }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("a value cannot begin here")
        }
    }

    mutating func word(_ word: StaticString, _ value: JSON) throws -> JSON {
        let count = word.utf8CodeUnitCount
        guard offset + count <= bytes.count else { throw failure("the text ends inside a word") }
        for index in 0..<count where bytes[offset + index] != word.utf8Start[index] {
            throw failure("a value cannot begin here")
        }
        offset += count
        return value
    }

    mutating func enter() throws {
        depth += 1
        guard depth <= limits.depthMax else {
            throw failure("nested deeper than \(limits.depthMax) levels")
        }
    }

    mutating func object() throws -> JSON {
        try enter()
        defer { depth -= 1 }
        offset += 1
        var members = JSONMembers.Collector()
        skipSpace()
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "}") {
            offset += 1
            return .emptyObject
        }
        while true {
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                throw failure("a key in quotes should stand here")
            }
            let keyOffset = offset
            let key = try string()
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else {
                throw failure("a colon should stand here")
            }
            offset += 1
            let above = path
            if let above { path = above.isEmpty ? key : "\(above).\(key)" }
            let isReplaced = members.add(try value(), for: key)
            if isReplaced, limits.refusesDuplicateKeys {
                offset = keyOffset
                throw failure("the key \"\(key)\" stands twice in one object")
            }
            if isReplaced, let path { duplicates.append(path) }
            path = above
            skipSpace()
            guard offset < bytes.count else { throw failure("the text ends inside an object") }
            switch bytes[offset] {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "}"):
                offset += 1
                return .object(members.members())
            default: throw failure("a comma or a closing brace should stand here")
            }
        }
    }

    mutating func array() throws -> JSON {
        try enter()
        defer { depth -= 1 }
        offset += 1
        var elements: [JSON] = []
        skipSpace()
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "]") {
            offset += 1
            return .array(elements)
        }
        while true {
            let above = path
            if let above { path = "\(above)[\(elements.count)]" }
            elements.append(try value())
            path = above
            skipSpace()
            guard offset < bytes.count else { throw failure("the text ends inside a list") }
            switch bytes[offset] {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "]"):
                offset += 1
                return .array(elements)
            default: throw failure("a comma or a closing bracket should stand here")
            }
        }
    }

    mutating func number() throws -> JSON {
        let start = offset
        if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        let integerStart = offset
        let integerDigits = digits()
        guard integerDigits > 0 else { throw failure("a digit should stand here") }
        if integerDigits > 1, bytes[integerStart] == UInt8(ascii: "0") {
            throw failure("a number may not begin with 0")
        }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            guard digits() > 0 else { throw failure("a digit should stand here") }
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count,
                bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-")
            {
                offset += 1
            }
            guard digits() > 0 else { throw failure("a digit should stand here") }
        }
        let literal = String(decoding: bytes[start..<offset], as: UTF8.self)
        return .number(JSONNumber(literal: literal))
    }

    mutating func digits() -> Int {
        let start = offset
        while offset < bytes.count, bytes[offset] >= 0x30, bytes[offset] <= 0x39 { offset += 1 }
        return offset - start
    }

    mutating func string() throws -> String {
        offset += 1
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                let text = String(decoding: bytes[start..<offset], as: UTF8.self)
                offset += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            if byte < 0x20 { throw failure("a control character stands in a string") }
            offset += 1
        }
        throw failure("the text ends inside a string")
    }

    /// The slow path, from the first backslash on.
    mutating func escapedString(from start: Int) throws -> String {
        var text = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                offset += 1
                return String(decoding: text, as: UTF8.self)
            }
            if byte < 0x20 { throw failure("a control character stands in a string") }
            offset += 1
            if byte == UInt8(ascii: "\\") { try appendEscape(to: &text) } else { text.append(byte) }
        }
        throw failure("the text ends inside a string")
    }

    mutating func appendEscape(to text: inout [UInt8]) throws {
        guard offset < bytes.count else { throw failure("the text ends inside a string") }
        let escape = bytes[offset]
        offset += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try unicodeEscape().utf8)
        default: throw failure("an unknown escape stands in a string")
        }
    }

    /// A lone surrogate becomes U+FFFD, as in Go's `encoding/json`.
    mutating func unicodeEscape() throws -> String {
        let unit = try hexUnit()
        if UTF16.isLeadSurrogate(unit), offset + 1 < bytes.count,
            bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        {
            let behindLead = offset
            offset += 2
            let trail = try hexUnit()
            if UTF16.isTrailSurrogate(trail) {
                return String(decoding: [unit, trail], as: UTF16.self)
            }
            offset = behindLead
        }
        return String(decoding: [unit], as: UTF16.self)
    }

    mutating func hexUnit() throws -> UInt16 {
        guard offset + 4 <= bytes.count,
            let unit = UInt16(
                String(decoding: bytes[offset..<offset + 4], as: UTF8.self),
                radix: 16
            ),
            bytes[offset] != UInt8(ascii: "+"), bytes[offset] != UInt8(ascii: "-")
        else { throw failure("four hexadecimal digits should stand here") }
        offset += 4
        return unit
    }
}
