/// Reads the query form of a label selector, token by token, as `labels.Parse` of apimachinery
/// does: `in` and `notin` are words like any other where a key or a value is due.
struct LabelSelectorParser {
    private enum Token: Equatable {
        case word(String)
        case symbol(String)
        case end
    }

    private var tokens: [Token] = []
    private var position = 0

    init(_ query: String) {
        scan(Array(query.utf8))
    }

    mutating func requirements() throws(SelectorError) -> [LabelSelector.Requirement] {
        var requirements: [LabelSelector.Requirement] = []
        while true {
            switch peek() {
            case .end: return requirements
            case .word, .symbol("!"):
                do {
                    requirements.append(try requirement())
                } catch {
                    throw SelectorError("unable to parse requirement: \(error.description)")
                }
                let separator = next()
                if separator == .end { return requirements }
                guard separator == .symbol(",") else {
                    throw SelectorError(
                        "found '\(text(separator))', expected: ',' or 'end of string'"
                    )
                }
                guard isKeyStart(peek()) else {
                    throw SelectorError(
                        "found '\(text(peek()))', expected: identifier after ','"
                    )
                }
            default:
                throw SelectorError(
                    "found '\(text(peek()))', expected: !, identifier, or 'end of string'"
                )
            }
        }
    }

    private mutating func requirement() throws(SelectorError) -> LabelSelector.Requirement {
        var isNegated = false
        var token = next()
        if token == .symbol("!") {
            isNegated = true
            token = next()
        }
        guard case .word(let key) = token else {
            throw SelectorError("found '\(text(token))', expected: identifier")
        }
        let problems = NameRules.problemsOfLabelKey(key)
        guard problems.isEmpty else {
            throw SelectorError(invalid: "<nil>", key, problems.joined(separator: "; "))
        }
        if isNegated {
            return try LabelSelector.Requirement(key: key, comparison: .doesNotExist, values: [])
        }
        if peek() == .end || peek() == .symbol(",") {
            return try LabelSelector.Requirement(key: key, comparison: .exists, values: [])
        }
        let comparison = try comparison()
        let values =
            switch comparison {
            case .isIn, .isNotIn: try valueList()
            default: [try exactValue()]
            }
        return try LabelSelector.Requirement(key: key, comparison: comparison, values: values)
    }

    private mutating func comparison() throws(SelectorError) -> LabelSelector.Operator {
        let token = next()
        switch token {
        case .word("in"): return .isIn
        case .word("notin"): return .isNotIn
        case .symbol("="): return .equals
        case .symbol("=="): return .doubleEquals
        case .symbol("!="): return .notEquals
        case .symbol(">"): return .greaterThan
        case .symbol("<"): return .lessThan
        default:
            throw SelectorError(
                "found '\(text(token))', expected: in, notin, =, ==, !=, gt, lt"
            )
        }
    }

    private mutating func valueList() throws(SelectorError) -> [String] {
        let open = next()
        guard open == .symbol("(") else {
            throw SelectorError("found '\(text(open))' expected: '('")
        }
        var values: [String] = []
        // An empty place, as in `(a,,b)` or `()`, stands for the empty value.
        var isPlaceEmpty = true
        while true {
            let token = next()
            switch token {
            case .word(let value) where isPlaceEmpty:
                values.append(value)
                isPlaceEmpty = false
            case .symbol(","):
                if isPlaceEmpty { values.append("") }
                isPlaceEmpty = true
            case .symbol(")"):
                if isPlaceEmpty { values.append("") }
                return values
            default:
                let expected = isPlaceEmpty ? "',', or identifier" : "',' or ')'"
                throw SelectorError("found '\(text(token))', expected: \(expected)")
            }
        }
    }

    private mutating func exactValue() throws(SelectorError) -> String {
        if peek() == .end || peek() == .symbol(",") { return "" }
        let token = next()
        guard case .word(let value) = token else {
            throw SelectorError("found '\(text(token))', expected: identifier")
        }
        return value
    }

    private func peek() -> Token { position < tokens.count ? tokens[position] : .end }

    private mutating func next() -> Token {
        defer { position += 1 }
        return peek()
    }

    private func isKeyStart(_ token: Token) -> Bool {
        if case .word = token { return true }
        return token == .symbol("!")
    }

    private func text(_ token: Token) -> String {
        switch token {
        case .word(let text), .symbol(let text): text
        case .end: ""
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0D, 0x0A: true
        default: false
        }
    }

    private static func isSymbol(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: ","), UInt8(ascii: "<"), UInt8(ascii: ">"):
            true
        default: false
        }
    }

    private mutating func scan(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count {
            if Self.isSpace(bytes[index]) {
                index += 1
            } else if Self.isSymbol(bytes[index]) {
                // The longest known symbol wins: `==` and `!=` before `=` and `!`.
                let isPair =
                    index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "=")
                    && (bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: "!"))
                let end = index + (isPair ? 2 : 1)
                tokens.append(.symbol(String(decoding: bytes[index..<end], as: UTF8.self)))
                index = end
            } else {
                let start = index
                while index < bytes.count, !Self.isSymbol(bytes[index]),
                    !Self.isSpace(bytes[index])
                {
                    index += 1
                }
                tokens.append(.word(String(decoding: bytes[start..<index], as: UTF8.self)))
            }
        }
    }
}
