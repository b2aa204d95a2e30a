import JSONValues

/// A value of a YAML document that knows where it stands.
///
/// Aliases and merge keys are already resolved: a node below an alias bears the place of what the
/// alias refers to.
package struct YAMLNode: Sendable, Hashable {
    /// What stands there.
    package let value: Value
    /// Where it begins.
    package let place: YAMLPlace

    /// What a node holds; scalars are resolved as kubectl resolves them.
    package enum Value: Sendable, Hashable {
        case null
        case bool(Bool)
        case number(JSONNumber)
        case string(String)
        case list([YAMLNode])
        /// Members in the order of the document; no key stands twice.
        case mapping([Member])
    }

    /// One `key: value` of a mapping.
    package struct Member: Sendable, Hashable {
        /// The key as text, whichever scalar it was written as.
        package let key: String
        /// Where the key begins.
        package let keyPlace: YAMLPlace
        /// What the key leads to.
        package let value: YAMLNode

        package init(key: String, keyPlace: YAMLPlace, value: YAMLNode) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    package init(_ value: Value, at place: YAMLPlace) {
        self.value = value
        self.place = place
    }
}

/// A place in a text: both counted from 1, the column in Unicode scalars.
package struct YAMLPlace: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// From 1.
    package let line: Int
    /// From 1, in Unicode scalars.
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package var description: String { "\(line):\(column)" }

    package static func < (left: YAMLPlace, right: YAMLPlace) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension YAMLNode {
    /// The same value without its places.
    package var json: JSON {
        switch value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value): .number(value)
        case .string(let value): .string(value)
        case .list(let elements): .array(elements.map(\.json))
        case .mapping(let members):
            .object(
                Dictionary(
                    members.map { ($0.key, $0.value.json) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        }
    }

    /// The value of the member `key`, nil where there is none or the node is no mapping.
    package subscript(key: String) -> YAMLNode? {
        members?.first { $0.key == key }?.value
    }

    /// The element at `index` of a list, nil outside it.
    package subscript(index: Int) -> YAMLNode? {
        if let elements, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// The members of a mapping, in the order of the document.
    package var members: [Member]? {
        if case .mapping(let members) = value { members } else { nil }
    }

    /// The elements of a list.
    package var elements: [YAMLNode]? {
        if case .list(let elements) = value { elements } else { nil }
    }

    /// The text of a string; nil for every other kind, numbers included.
    package var string: String? {
        if case .string(let text) = value { text } else { nil }
    }

    /// The value of a boolean.
    package var bool: Bool? {
        if case .bool(let value) = value { value } else { nil }
    }

    /// The value of a whole number.
    package var int: Int? {
        if case .number(let number) = value { number.int } else { nil }
    }

    /// Whether the node is null, written or left out.
    package var isNull: Bool { value == .null }

    /// What kind of value it is, in the words of an error message.
    package var kindName: String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}
