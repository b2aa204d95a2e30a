import JSONValues

/// A place in a document, after RFC 6901: `/metadata/annotations/example.com~1key`.
package struct JSONPointer: Sendable, Hashable {
    /// Why a place cannot be reached or changed.
    struct Problem: Error, Equatable {
        let text: String

        init(_ text: String) { self.text = text }
    }

    /// The unescaped tokens.
    ///
    /// Empty is the whole document.
    package let tokens: [String]
    /// Whether the text had the form that RFC 6901 demands: empty, or with a slash in front.
    private let isWellFormed: Bool

    /// Reads any text; one that RFC 6901 would refuse leads nowhere.
    package init(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        isWellFormed = text.isEmpty || parts.count > 1
        tokens = parts.dropFirst().map { Self.unescaped($0) }
    }

    /// Takes tokens that are not escaped.
    package init(tokens: [String]) {
        self.tokens = tokens
        isWellFormed = true
    }

    /// The escaped text.
    package var text: String { tokens.map { "/" + Self.escaped($0) }.joined() }

    /// The last token, or nothing for the whole document.
    var key: String { tokens.last ?? "" }

    /// A token as it stands in a pointer: `~` becomes `~0`, and `/` becomes `~1`.
    package static func escaped(_ token: String) -> String {
        var escaped = ""
        for character in token {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static func unescaped(_ token: some StringProtocol) -> String {
        guard token.contains("~") else { return String(token) }
        var text = ""
        var rest = token[...]
        while let character = rest.first {
            if rest.hasPrefix("~1") {
                text.append("/")
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("~0") {
                text.append("~")
                rest = rest.dropFirst(2)
            } else {
                text.append(character)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// Hands the container of the place, and the place's key in it, to `change`.
    ///
    /// The container is taken out of the document meanwhile, so that it is changed in place and
    /// not copied. For the whole document the container is what `insert` replaces as one.
    func mutateParent(
        in document: inout JSON,
        missing: String,
        failing: String,
        change: (inout JSON, String) throws(Problem) -> Void
    ) throws(Problem) {
        guard isWellFormed else { throw Problem(missing) }
        guard let key = tokens.last else {
            var wrapper: JSON = .object(["": document])
            try change(&wrapper, "")
            document = wrapper[""] ?? .null
            return
        }
        try Self.descend(
            &document,
            tokens.dropLast()[...],
            missing: missing
        ) { parent throws(Problem) in
            guard parent.object != nil || parent.array != nil else { throw Problem(missing) }
            do throws(Problem) {
                try change(&parent, key)
            } catch {
                throw Problem(failing + error.text)
            }
        }
    }

    /// The value at the place.
    ///
    /// An absent member of an object is null.
    func value(
        in document: JSON,
        missing: String,
        failing: String
    ) throws(Problem) -> JSON {
        guard isWellFormed else { throw Problem(missing) }
        var value = document
        for (depth, token) in tokens.enumerated() {
            let isLast = depth == tokens.count - 1
            switch value {
            case .object(let members):
                guard let member = members[token] else {
                    if isLast { return .null }
                    throw Problem(missing)
                }
                value = member
            case .array(let elements):
                do throws(Problem) {
                    value = elements[try JSON.index(token, count: elements.count)]
                } catch {
                    throw Problem(isLast ? failing + error.text : missing)
                }
            default: throw Problem(missing)
            }
        }
        return value
    }

    /// What stands at the place; nil where it leads nowhere.
    package func find(in document: JSON) -> JSON? {
        guard isWellFormed else { return nil }
        var value = document
        for token in tokens {
            guard let next = value[token] ?? Int(token).flatMap({ value[$0] }) else { return nil }
            value = next
        }
        return value
    }

    private static func descend(
        _ value: inout JSON,
        _ tokens: ArraySlice<String>,
        missing: String,
        change: (inout JSON) throws(Problem) -> Void
    ) throws(Problem) {
        guard let token = tokens.first else { return try change(&value) }
        switch value {
        case .object(var members):
            guard var child = members[token] else { throw Problem(missing) }
            value = .null
            members[token] = .null
            defer {
                members[token] = child
                value = .object(members)
            }
            try descend(&child, tokens.dropFirst(), missing: missing, change: change)
        case .array(var elements):
            let index: Int
            do { index = try JSON.index(token, count: elements.count) } catch {
                throw Problem(missing)
            }
            value = .null
            var child = elements[index]
            elements[index] = .null
            defer {
                elements[index] = child
                value = .array(elements)
            }
            try descend(&child, tokens.dropFirst(), missing: missing, change: change)
        default: throw Problem(missing)
        }
    }
}

extension JSON {
    /// Where `token` points in a list of `count` elements; below 0 counts from the end.
    static func index(_ token: String, count: Int) throws(JSONPointer.Problem) -> Int {
        guard let index = Int(token) else {
            throw JSONPointer.Problem(
                "strconv.Atoi: parsing \"\(token)\": invalid syntax"
            )
        }
        let position = index < 0 ? index + count : index
        guard (0..<count).contains(position) else {
            throw JSONPointer.Problem(
                "Unable to access invalid index: \(index): invalid index referenced"
            )
        }
        return position
    }

    fileprivate mutating func takeElements() -> [JSON] {
        guard case .array(let elements) = self else { return [] }
        self = .null
        return elements
    }

    mutating func insert(_ value: JSON, at key: String) throws(JSONPointer.Problem) {
        guard case .array(let existing) = self else {
            self[key] = value
            return
        }
        let count = existing.count
        if key != "-", Int(key) == nil {
            throw JSONPointer.Problem(
                "value was not a proper array index: '\(key)': "
                    + "strconv.Atoi: parsing \"\(key)\": invalid syntax"
            )
        }
        let position = key == "-" ? count : try JSON.index(key, count: count + 1)
        var elements = takeElements()
        elements.insert(value, at: position)
        self = .array(elements)
    }

    mutating func replace(_ value: JSON, at key: String) throws(JSONPointer.Problem) {
        guard case .array(let existing) = self else {
            self[key] = value
            return
        }
        let position = try JSON.index(key, count: existing.count)
        var elements = takeElements()
        elements[position] = value
        self = .array(elements)
    }

    mutating func extract(at key: String) throws(JSONPointer.Problem) -> JSON {
        if case .array(let existing) = self {
            let position = try JSON.index(key, count: existing.count)
            var elements = takeElements()
            let value = elements.remove(at: position)
            self = .array(elements)
            return value
        }
        guard let value = self[key] else {
            throw JSONPointer.Problem("Unable to remove nonexistent key: \(key): missing value")
        }
        self[key] = nil
        return value
    }
}
