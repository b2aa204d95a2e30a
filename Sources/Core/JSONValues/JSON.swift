/// A JSON value that loses nothing between reading and writing.
///
/// Numbers keep the form in which they arrived (`1.10`, `1e3` and 64-bit integers survive), so an
/// object can be read from one server and written to another without being changed on the way.
/// The order of keys carries no meaning; writing sorts them, so equal values give equal bytes.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSON])
    case object(JSONMembers)
}

/// A number as it was written.
///
/// Two numbers are equal when their literals are.
package struct JSONNumber: Sendable, Hashable {
    /// The characters as they were read, which are those that are written.
    package let literal: String

    /// `literal` must be a valid JSON number; the parser and the integer initialiser make it so.
    package init(literal: String) {
        self.literal = literal
    }

    /// The number as decimal digits.
    package init(_ value: some BinaryInteger) {
        literal = String(value)
    }

    /// The value if it is a whole number that fits, whichever way it is written (`3`, `3.0`, `3e0`).
    package var int: Int? {
        if let exact = Int(literal) { return exact }
        guard let value = Double(literal), value == value.rounded(), abs(value) < 9e15 else {
            return nil
        }
        return Int(value)
    }

    /// The nearest binary value; for comparing and not for writing.
    package var double: Double? { Double(literal) }
}

extension JSON {
    /// An empty object.
    package static let emptyObject = JSON.object([:])

    /// A whole number as a JSON value.
    package static func int(_ value: some BinaryInteger) -> JSON { .number(JSONNumber(value)) }

    /// An object of the members of a dictionary.
    @_disfavoredOverload
    package static func object(_ members: [String: JSON]) -> JSON {
        .object(JSONMembers(members.map { $0 }))
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The text of a string; nil for every other kind of value.
    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The value of a whole number, however it is written; nil for all else.
    package var int: Int? {
        if case .number(let value) = self { value.int } else { nil }
    }

    /// The value of a boolean; nil for every other kind of value.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of a list; nil for every other kind of value.
    package var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members of an object; nil for every other kind of value.
    package var object: JSONMembers? {
        if case .object(let value) = self { value } else { nil }
    }

    /// What kind of value it is, in the words of an error message.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

// MARK: - Reaching in

extension JSON {
    /// The member `key` of an object.
    ///
    /// Setting nil removes it; setting on null makes an object.
    package subscript(key: String) -> JSON? {
        get {
            if case .object(let members) = self { members[key] } else { nil }
        }
        set {
            switch self {
            case .object(var members):
                self = .null  // Keeps `members` uniquely referenced while it is changed.
                members[key] = newValue
                self = .object(members)
            case .null:
                if let newValue { self = .object([key: newValue]) }
            default:
                preconditionFailure("a member was set on \(kindName)")
            }
        }
    }

    /// The element at `index` of a list, nil outside it.
    package subscript(index: Int) -> JSON? {
        if case .array(let elements) = self, elements.indices.contains(index) {
            elements[index]
        } else {
            nil
        }
    }

    /// The value below a path of object keys: `pod.at("metadata", "name")`.
    ///
    /// Most paths are short, and no list is made of them.
    package func at(_ first: String, _ second: String) -> JSON? { self[first]?[second] }

    package func at(_ first: String, _ second: String, _ third: String) -> JSON? {
        self[first]?[second]?[third]
    }

    package func at(
        _ first: String,
        _ second: String,
        _ third: String,
        _ fourth: String,
        _ more: String...
    ) -> JSON? {
        self[first]?[second]?[third]?[fourth]?.at(more)
    }

    /// The value below a path of object keys, itself for an empty path; nil where a member is
    /// missing.
    package func at(_ path: [String]) -> JSON? {
        var value = self
        for key in path {
            guard let next = value[key] else { return nil }
            value = next
        }
        return value
    }

    /// Sets the value below a path of object keys and makes the objects on the way where there are
    /// none.
    ///
    /// What stands on the way and is no object is replaced.
    package mutating func set(_ value: JSON?, at path: String...) { set(value, at: path[...]) }

    package mutating func set(_ value: JSON?, at path: [String]) { set(value, at: path[...]) }

    private mutating func set(_ value: JSON?, at path: ArraySlice<String>) {
        guard let key = path.first else {
            if let value { self = value }
            return
        }
        var members: JSONMembers
        if case .object(let existing) = self { members = existing } else { members = [:] }
        if path.count == 1 {
            members[key] = value
        } else {
            if value == nil, members[key]?.object == nil { return }
            var child = members.removeValue(forKey: key) ?? .emptyObject
            self = .null
            child.set(value, at: path.dropFirst())
            members[key] = child
        }
        self = .object(members)
    }

    /// Removes what stands below a path of object keys, if anything does.
    package mutating func remove(at path: String...) { set(nil, at: path) }
}

// MARK: - Literals

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONMembers(elements.lazy.map { (key: $0, value: $1) }))
    }
    package init(nilLiteral: ()) { self = .null }
}
