import JSONValues

/// Reads expressions, from the weakest operator to the strongest.
struct CELParser {
    private var tokens: [CELToken]
    private var position = 0

    /// The expression that a text stands for; says what is not known.
    static func parse(_ text: String) throws(CELError) -> CELExpression {
        var parser = CELParser(tokens: try CELToken.all(in: text))
        let expression = try parser.choice()
        guard parser.next == .end else { throw parser.unexpected }
        return expression
    }

    private init(tokens: [CELToken]) {
        self.tokens = tokens
    }

    private var next: CELToken { position < tokens.count ? tokens[position] : .end }

    private var unexpected: CELError {
        CELError(description: "Syntax error: mismatched input '\(next)'")
    }

    /// Whether the next token is this sign; takes it if so.
    private mutating func take(_ sign: String) -> Bool {
        guard next == .sign(sign) else { return false }
        position += 1
        return true
    }

    private mutating func demand(_ sign: String) throws(CELError) {
        guard take(sign) else { throw unexpected }
    }

    private mutating func takeName() throws(CELError) -> String {
        guard case .name(let name) = next else { throw unexpected }
        position += 1
        return name
    }

    private mutating func choice() throws(CELError) -> CELExpression {
        let condition = try or()
        guard take("?") else { return condition }
        let first = try or()
        try demand(":")
        return .choice(condition, first, try choice())
    }

    private mutating func or() throws(CELError) -> CELExpression {
        var left = try and()
        while take("||") { left = .or(left, try and()) }
        return left
    }

    private mutating func and() throws(CELError) -> CELExpression {
        var left = try relation()
        while take("&&") { left = .and(left, try relation()) }
        return left
    }

    private mutating func relation() throws(CELError) -> CELExpression {
        let left = try unary()
        if take("==") { return .equal(left, try unary()) }
        if take("!=") { return .not(.equal(left, try unary())) }
        if next == .name("in") {
            position += 1
            return .isIn(left, try unary())
        }
        return left
    }

    private mutating func unary() throws(CELError) -> CELExpression {
        take("!") ? .not(try unary()) : try members()
    }

    private mutating func members() throws(CELError) -> CELExpression {
        var whole = try primary()
        while true {
            if take("[") {
                whole = .element(whole, try choice())
                try demand("]")
            } else if take(".") {
                let name = try takeName()
                whole = take("(") ? try macro(name, of: whole) : .member(whole, name)
            } else {
                return whole
            }
        }
    }

    private mutating func macro(
        _ name: String,
        of whole: CELExpression
    ) throws(CELError) -> CELExpression {
        guard let macro = CELExpression.Macro(rawValue: name) else {
            throw CELError(description: "undeclared reference to '\(name)'")
        }
        let variable = try takeName()
        try demand(",")
        let body = try choice()
        try demand(")")
        return .macro(macro, of: whole, as: variable, body)
    }

    private mutating func primary() throws(CELError) -> CELExpression {
        if case .literal(let value) = next {
            position += 1
            return .literal(value)
        }
        if take("(") {
            let inner = try choice()
            try demand(")")
            return inner
        }
        if take("{") {
            try demand("}")
            return .emptyMap
        }
        if take("[") { return .list(try elements()) }
        let name = try takeName()
        guard take("(") else { return .name(name) }
        guard name == "has" else {
            throw CELError(description: "undeclared reference to '\(name)'")
        }
        guard case .member(let whole, let key) = try members() else {
            throw CELError(description: "invalid argument to has() macro")
        }
        try demand(")")
        return .has(whole, key)
    }

    private mutating func elements() throws(CELError) -> [CELExpression] {
        var elements: [CELExpression] = []
        while !take("]") {
            if !elements.isEmpty { try demand(",") }
            elements.append(try choice())
        }
        return elements
    }
}

/// What an expression is written with.
enum CELToken: Hashable, CustomStringConvertible {
    case literal(JSON)
    case name(String)
    case sign(String)
    case end

    var description: String {
        switch self {
        case .literal(let value): value.text()
        case .name(let text), .sign(let text): text
        case .end: "<EOF>"
        }
    }

    private static let words: [String: JSON] = ["true": true, "false": false, "null": .null]
    private static let signs = [
        "&&", "||", "==", "!=", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}",
    ]

    static func all(in text: String) throws(CELError) -> [CELToken] {
        var tokens: [CELToken] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "'" || first == "\"" {
                tokens.append(.literal(.string(try string(&rest, endedBy: first))))
            } else if first.isNumber {
                let digits = rest.prefix(while: \.isNumber)
                guard let number = Int(digits) else { throw unknown(digits) }
                tokens.append(.literal(.int(number)))
                rest.removeFirst(digits.count)
            } else if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(words[String(word)].map(CELToken.literal) ?? .name(String(word)))
                rest.removeFirst(word.count)
            } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
                tokens.append(.sign(sign))
                rest.removeFirst(sign.count)
            } else {
                throw unknown(rest.prefix(1))
            }
        }
        return tokens
    }

    /// A text without escapes: the rest of the language has some.
    private static func string(
        _ rest: inout Substring,
        endedBy quote: Character
    ) throws(CELError) -> String {
        let text = rest.dropFirst().prefix { $0 != quote && $0 != "\\" && !$0.isNewline }
        guard rest.dropFirst(text.count + 1).first == quote else { throw unknown(rest.prefix(1)) }
        rest.removeFirst(text.count + 2)
        return String(text)
    }

    private static func unknown(_ text: Substring) -> CELError {
        CELError(description: "Syntax error: token recognition error at: '\(text)'")
    }
}
