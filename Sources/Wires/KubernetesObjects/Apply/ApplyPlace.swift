import JSONValues

/// A place in an object as server-side apply sees it: what merges with what.
///
/// The rules are those by which `kube-openapi` turns a server's OpenAPI into a schema for
/// structured-merge-diff.
enum ApplyPlace: Sendable {
    case typed(TypeSchema)
    /// Nothing is known and nothing inside merges.
    case atomic
    /// Nothing is known; objects merge by member, lists are replaced.
    case deduced
    /// The schema declares no such field.
    case undeclared

    /// How the value at a place is taken apart.
    enum Shape {
        case leaf
        case map
        /// No keys means a set.
        case list(keys: [String])
    }

    init(_ schema: TypeSchema?) {
        guard let schema else {
            self = .deduced
            return
        }
        if schema.kind == .any {
            self = schema.place.marks.keepsUnknownFields ? .deduced : .atomic
        } else {
            self = .typed(schema)
        }
    }

    /// A value that does not fit the place counts as a leaf, as does an atomic list or map.
    func shape(of value: JSON?) -> Shape {
        switch self {
        case .atomic, .undeclared: return .leaf
        case .deduced:
            // A null says nothing, and an object is what it most likely stands for.
            switch value {
            case .object, .null: return .map
            default: return .leaf
            }
        case .typed(let schema):
            switch (schema.kind, value) {
            case (.object, .object), (.map, .object), (.object, .null), (.map, .null):
                return schema.isAtomicMap ? .leaf : .map
            case (.list, .array), (.list, .null):
                switch schema.applyListType {
                case .atomic: return .leaf
                case .set: return .list(keys: [])
                case .map: return .list(keys: schema.applyListKeys)
                }
            default: return .leaf
            }
        }
    }

    func child(_ key: String) -> ApplyPlace {
        switch self {
        case .atomic, .deduced: return self
        case .undeclared: return .undeclared
        case .typed(let schema):
            if let child = schema.child(key) { return ApplyPlace(child) }
            return schema.keepsUnknownFields ? .deduced : .undeclared
        }
    }

    /// Whether `key` is a declared field, and not the key of a map.
    func declares(_ key: String) -> Bool {
        if case .typed(let schema) = self { schema.field(key) != nil } else { false }
    }

    var element: ApplyPlace {
        switch self {
        case .typed(let schema): ApplyPlace(schema.items)
        case .deduced: .atomic
        default: self
        }
    }

    /// What stands behind one element of a path.
    func descend(_ element: FieldElement) -> ApplyPlace {
        switch element {
        case .name(let name): child(name)
        case .key: self.element
        case .value, .index: .atomic
        }
    }

    /// How a list element is told apart.
    ///
    /// A key field that is absent counts with its default.
    func identity(
        of element: JSON,
        keys: [String]
    ) throws(ApplyFailure) -> FieldElement {
        if keys.isEmpty { return try setIdentity(of: element) }
        guard case .object(let members) = element else {
            let kind = element.isNull ? "a null element" : "non-map elements"
            throw .invalid("associative list with keys may not have \(kind)")
        }
        var fields: JSONMembers = [:]
        for key in keys {
            if let value = members[key] {
                fields[key] = value.inKeyForm
            } else if case .typed(let schema) = self,
                let value = schema.items?.field(key)?.defaultValue?.inKeyForm
            {
                fields[key] = value
            }
        }
        guard !fields.isEmpty else {
            let names = keys.map { "\"\($0)\"" }.joined(separator: " ")
            throw .invalid(
                "associative list with keys has an element that omits all key fields [\(names)] "
                    + "(and doesn't have default values for any key fields)"
            )
        }
        return .key(fields)
    }

    private func setIdentity(of element: JSON) throws(ApplyFailure) -> FieldElement {
        switch element {
        case .object:
            throw .invalid("associative list without keys has an element that's a map type")
        case .array: throw .invalid("not supported: associative list with lists as elements")
        case .null:
            throw .invalid("associative list without keys has an element that's an explicit null")
        default: return .value(element.inKeyForm)
        }
    }
}

extension JSON {
    /// Whether two values mean the same: numbers are compared by size, not as they are written.
    func means(_ other: JSON) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)):
            return left == right || (left.double != nil && left.double == right.double)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.means($1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { key, value in right[key].map { value.means($0) } ?? false }
        default: return self == other
        }
    }

    /// A whole number is always written as one in a key: `2.0` is the same key as `2`.
    fileprivate var inKeyForm: JSON {
        guard case .number(let number) = self, let whole = number.int else { return self }
        return .int(whole)
    }

    /// The members of an object; of null there are none.
    var mapMembers: JSONMembers { object ?? [:] }
    /// The elements of a list; of null there are none.
    var listElements: [JSON] { array ?? [] }
}
