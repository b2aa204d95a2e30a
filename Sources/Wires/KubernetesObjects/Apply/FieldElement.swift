import JSONValues

/// One step of a field's path, as `sigs.k8s.io/structured-merge-diff` knows them.
package enum FieldElement: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The field of an object, or the key of a map.
    case name(String)
    /// The element of a list whose key fields have these values.
    case key(JSONMembers)
    /// The element of a set that is this value.
    case value(JSON)
    /// The element at this position; managed fields never hold it, messages do.
    case index(Int)

    /// As a conflict names it: `.spec`, `[name="web"]`, `[="a"]`, `[0]`.
    package var description: String {
        switch self {
        case .name(let name): return ".\(name)"
        case .key(let fields):
            let texts = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text())" }
            return "[\(texts.joined(separator: ","))]"
        case .value(let value): return "[=\(value.text())]"
        case .index(let index): return "[\(index)]"
        }
    }

    /// One whose text has been written by `text`.
    init(known text: String) {
        do { try self.init(text: text) } catch {
            preconditionFailure("\(text) was written as a field's element and is none: \(error)")
        }
    }

    /// As it stands in `fieldsV1`: `f:spec`, `k:{"name":"web"}`, `v:"a"`, `i:0`.
    package var text: String {
        switch self {
        case .name(let name): "f:" + name
        case .key(let fields): "k:\(JSON.object(fields).text())"
        case .value(let value): "v:\(value.text())"
        case .index(let index): "i:\(index)"
        }
    }

    /// Throws when `text` is none of the four forms.
    package init(text: String) throws(FieldSet.ParseError) {
        let rest = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "f:": self = .name(rest)
        case "k:":
            guard case .object(let fields) = try Self.json(rest, in: text) else {
                throw FieldSet.ParseError("the key \(text) is no object")
            }
            self = .key(fields)
        case "v:": self = .value(try Self.json(rest, in: text))
        case "i:":
            guard let index = Int(rest) else {
                throw FieldSet.ParseError("the index \(text) is no number")
            }
            self = .index(index)
        default: throw FieldSet.ParseError("unknown path element type: \(text)")
        }
    }

    private static func json(
        _ text: String,
        in element: String
    ) throws(FieldSet.ParseError) -> JSON {
        do { return try JSON.parse(text) } catch {
            throw FieldSet.ParseError("\(element): \(error)")
        }
    }

    /// Names stand before keys, keys before values, values before positions.
    package static func < (left: FieldElement, right: FieldElement) -> Bool {
        switch (left, right) {
        case (.name(let left), .name(let right)): left < right
        case (.index(let left), .index(let right)): left < right
        case (.key(let left), .key(let right)): precedes(left, right)
        case (.value(let left), .value(let right)): precedes(left, right)
        default: left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .name: 0
        case .key: 1
        case .value: 2
        case .index: 3
        }
    }

    private static func precedes(_ left: JSONMembers, _ right: JSONMembers) -> Bool {
        for (one, other) in zip(left, right) where one != other {
            return one.key == other.key ? precedes(one.value, other.value) : one.key < other.key
        }
        return left.count < right.count
    }

    /// Numbers by size, then texts; the rest by how it is written.
    private static func precedes(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): (left.double ?? 0) < (right.double ?? 0)
        case (.string(let left), .string(let right)): left < right
        case (.number, _): true
        case (_, .number): false
        default: left.text() < right.text()
        }
    }
}
