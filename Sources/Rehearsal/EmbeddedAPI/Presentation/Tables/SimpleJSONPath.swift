import JSONValues

/// The part of JSONPath that printed columns of custom resources may use.
///
/// Fields, indices, `[*]` and filters of one comparison: `.status.conditions[?(@.type=="Ready")]`.
struct SimpleJSONPath: Sendable {
    private enum Step: Sendable {
        case field(String)
        case index(Int)
        case each
        case filter(path: [String], value: String, isEqual: Bool)
    }

    private var steps: [Step] = []

    /// Nil for what is no such path.
    init?(_ text: String) {
        var rest = text[...]
        while let first = rest.first {
            rest = rest.dropFirst()
            if first == "." {
                guard let field = Self.takeField(&rest) else { return nil }
                if !field.isEmpty { steps.append(.field(field)) }
            } else if first == "[" {
                guard let step = Self.takeBracket(&rest) else { return nil }
                steps.append(step)
            } else {
                return nil
            }
        }
    }

    /// Everything that the path leads to.
    func values(in object: JSON) -> [JSON] {
        steps.reduce([object]) { values, step in
            values.flatMap { Self.follow(step, from: $0) }
        }
    }

    private static func follow(_ step: Step, from value: JSON) -> [JSON] {
        switch step {
        case .field(let name): return value[name].map { [$0] } ?? []
        case .each:
            if let members = value.object { return members.values }
            return value.array ?? []
        case .index(let index):
            guard let list = value.array else { return [] }
            let position = index < 0 ? list.count + index : index
            return list.indices.contains(position) ? [list[position]] : []
        case .filter(let path, let wanted, let isEqual):
            return (value.array ?? []).filter { element in
                guard let found = element.at(path) else { return false }
                return ((CellText.plain(found) ?? found.text()) == wanted) == isEqual
            }
        }
    }

    /// A name up to the next dot or bracket; a backslash takes the meaning of what follows it.
    private static func takeField(_ rest: inout Substring) -> String? {
        var field = ""
        while let character = rest.first, character != ".", character != "[" {
            rest = rest.dropFirst()
            if character == "\\" {
                guard let escaped = rest.popFirst() else { return nil }
                field.append(escaped)
            } else {
                field.append(character)
            }
        }
        return field
    }

    private static func takeBracket(_ rest: inout Substring) -> Step? {
        guard let end = closing(of: rest) else { return nil }
        let inside = rest[..<end]
        rest = rest[rest.index(after: end)...]
        if inside == "*" { return .each }
        if let index = Int(inside) { return .index(index) }
        if let name = unquoted(inside) { return .field(name) }
        guard inside.hasPrefix("?("), inside.hasSuffix(")") else { return nil }
        let condition = inside.dropFirst(2).dropLast().filter { $0 != " " }
        for (sign, isEqual) in [("==", true), ("!=", false)] {
            let parts = condition.split(separator: sign, maxSplits: 1)
            guard parts.count == 2, parts[0].hasPrefix("@.") else { continue }
            let path = parts[0].dropFirst(2).split(separator: ".").map(String.init)
            return .filter(
                path: path,
                value: unquoted(parts[1]) ?? String(parts[1]),
                isEqual: isEqual
            )
        }
        return nil
    }

    /// Where the bracket ends, quoted text aside.
    private static func closing(of text: Substring) -> Substring.Index? {
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "]" {
                return index
            }
        }
        return nil
    }

    private static func unquoted(_ text: Substring) -> String? {
        guard let first = text.first, first == "'" || first == "\"", text.count > 1,
            text.last == first
        else { return nil }
        return String(text.dropFirst().dropLast())
    }
}
