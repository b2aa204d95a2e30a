import JSONValues

/// Resolves plain scalars as kubectl does (sigs.k8s.io/yaml on go-yaml v2, which is YAML 1.1 with a
/// few exceptions): `yes` and `on` are booleans, `017` is fifteen, `1_000` a thousand, a timestamp
/// is a string.
///
/// Numbers that JSON can write keep the form in which they stand.
enum YAMLScalar {
    /// Why a scalar has no JSON value.
    struct Problem: Error {
        let text: String
    }

    /// The value of a plain scalar without a tag.
    static func resolve(_ text: String) throws(Problem) -> YAMLNode.Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
            return .bool(true)
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
            return .bool(false)
        case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
            "-.Inf", "-.INF":
            throw Problem(text: "\(text) is a number that JSON cannot hold; quote it to mean text")
        default:
            guard let number = try number(text) else { return .string(text) }
            return .number(number)
        }
    }

    /// Whether `text` means itself when it stands without quotes.
    static func isText(_ text: String) -> Bool {
        do {
            return try resolve(text) == .string(text)
        } catch {
            return false
        }
    }

    private static func number(_ text: String) throws(Problem) -> JSONNumber? {
        guard let first = text.utf8.first else { return nil }
        let isPoint = first == UInt8(ascii: ".")
        guard isDigit(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || isPoint
        else { return nil }
        // go-yaml takes underscores out of everything that begins with a sign or a digit.
        let plain = isPoint ? Array(text.utf8) : text.utf8.filter { $0 != UInt8(ascii: "_") }
        return try integer(plain) ?? float(plain)
    }

    /// What Go's `ParseInt` with base 0 reads; a number beyond 64 bits stays if it is decimal.
    private static func integer(_ text: [UInt8]) throws(Problem) -> JSONNumber? {
        var digits = text[...]
        var sign = ""
        if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? "-" : ""
            digits.removeFirst()
        }
        var radix = 10
        if digits.count > 1, digits.first == UInt8(ascii: "0") {
            switch digits[digits.startIndex + 1] | 0x20 {
            case UInt8(ascii: "x"): (radix, digits) = (16, digits.dropFirst(2))
            case UInt8(ascii: "o"): (radix, digits) = (8, digits.dropFirst(2))
            case UInt8(ascii: "b"): (radix, digits) = (2, digits.dropFirst(2))
            default: (radix, digits) = (8, digits.dropFirst())
            }
        }
        guard !digits.isEmpty, digits.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
        let literal = String(decoding: digits, as: UTF8.self)
        if radix == 10 { return JSONNumber(literal: sign + literal) }
        guard let value = UInt64(literal, radix: radix) else {
            throw Problem(text: "the number does not fit into 64 bits; quote it to mean text")
        }
        return JSONNumber(literal: sign + String(value))
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, rewritten to JSON's stricter form.
    private static func float(_ text: [UInt8]) -> JSONNumber? {
        var rest = text[...]
        var literal = ""
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            if first == UInt8(ascii: "-") { literal = "-" }
            rest.removeFirst()
        }
        let whole = rest.prefix(while: { isDigit($0) })
        rest = rest.dropFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: { isDigit($0) })
            rest = rest.dropFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let significant = whole.drop(while: { $0 == UInt8(ascii: "0") })
        literal += significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
        if !fraction.isEmpty { literal += "." + String(decoding: fraction, as: UTF8.self) }
        guard let exponentMark = rest.first else { return JSONNumber(literal: literal) }
        guard exponentMark | 0x20 == UInt8(ascii: "e") else { return nil }
        var exponent = rest.dropFirst()
        literal += String(UnicodeScalar(exponentMark))
        if let first = exponent.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            literal += String(UnicodeScalar(first))
            exponent.removeFirst()
        }
        guard !exponent.isEmpty, exponent.allSatisfy({ isDigit($0) }) else { return nil }
        return JSONNumber(literal: literal + String(decoding: exponent, as: UTF8.self))
    }

    private static func isDigit(_ byte: UInt8, radix: Int = 10) -> Bool {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30) < radix
        case 0x41...0x46, 0x61...0x66: radix == 16
        default: false
        }
    }
}
