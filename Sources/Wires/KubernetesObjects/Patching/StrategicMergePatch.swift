import JSONValues

/// The patch that only Kubernetes has: it merges lists by the keys that the schema names.
///
/// Semantics, directives and texts are those of `k8s.io/apimachinery/pkg/util/strategicpatch`, as a
/// server applies what `kubectl apply`, `edit`, `scale` and `rollout restart` send.
package enum StrategicMergePatch {
    /// Why a patch does not apply.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
        /// What a server answers with the text: few of them count as the client's fault there.
        package let status: Int

        init(_ description: String, status: Int = 500) {
            self.description = description
            self.status = status
        }

        static let document = Failure("invalid JSON document", status: 400)
        static let retainKeys = Failure("invalid patch format of retainKeys", status: 400)
        static let listOfLists = Failure("lists of lists are not supported", status: 422)

        static func noMergeKey(_ element: JSON, _ key: String) -> Failure {
            Failure("map: \(goText(element)) does not contain declared merge key: \(key)")
        }

        static func unknownDirective(_ directive: JSON, in element: JSON) -> Failure {
            Failure("unknown patch type: \(goText(directive)) in map: \(goText(element))")
        }

        static func type(expected: String, seen: JSON) -> Failure {
            Failure("expected a \(expected), but received a \(goType(seen))")
        }
    }

    /// What `target` becomes.
    ///
    /// Without a schema every list is replaced as one.
    package static func apply(
        _ patch: JSON,
        to target: JSON,
        schema: TypeSchema?
    ) throws(Failure) -> JSON {
        guard case .object(let changes) = patch, case .object(let members) = target else {
            throw .document
        }
        return .object(try merge(changes, into: members, schema))
    }

    static let directive = "$patch"
    static let retainKeys = "$retainKeys"
    static let elementOrderPrefix = "$setElementOrder/"
    static let deletionPrefix = "$deleteFromPrimitiveList/"

    // MARK: Objects

    static func merge(
        _ patch: JSONMembers,
        into original: JSONMembers,
        _ schema: TypeSchema?
    ) throws(Failure) -> JSONMembers {
        var (patch, members) = (patch, original)
        if let word = patch[directive] {
            switch word {
            case "replace":
                patch[directive] = nil
                return patch
            case "delete": return [:]
            default: throw .unknownDirective(word, in: .object(patch))
            }
        }
        try retain(&patch, &members)
        try mergeOrderedLists(&patch, into: &members, schema)
        for (key, change) in patch {
            if key.hasPrefix(deletionPrefix) {
                let listKey = String(key.dropFirst(deletionPrefix.count))
                try delete(change, from: &members, listKey)
            } else {
                try mergeMember(key, change, into: &members, schema)
            }
        }
        return members
    }

    /// `$retainKeys` names the only members that stay; the patch may set no others.
    private static func retain(
        _ patch: inout JSONMembers,
        _ members: inout JSONMembers
    ) throws(Failure) {
        guard let list = patch.removeValue(forKey: retainKeys) else { return }
        guard case .array(let names) = list else { throw .retainKeys }
        let retained = Set(names.compactMap(\.string))
        for (key, change) in patch
        where !change.isNull && !key.hasPrefix(deletionPrefix)
            && !key.hasPrefix(elementOrderPrefix) && !retained.contains(key)
        {
            throw .retainKeys
        }
        members = members.filter { retained.contains($0.key) }
    }

    private static func mergeMember(
        _ key: String,
        _ change: JSON,
        into members: inout JSONMembers,
        _ schema: TypeSchema?
    ) throws(Failure) {
        if change.isNull {
            members[key] = nil
            return
        }
        switch (members[key], change) {
        case (.object(let old)?, .object(let new)):
            let place = try lookUp(key, in: schema)
            if place?.patchStrategies.contains("replace") == true {
                members[key] = change
            } else {
                members[key] = nil
                members[key] = .object(try merge(new, into: old, place))
            }
        case (.array(let old)?, .array(let new)):
            let place = try lookUp(key, in: schema)
            members[key] = .array(try mergeList(new, into: old, place).elements)
        case (.object?, _), (.array?, _), (nil, _), (_, .object), (_, .array):
            members[key] = withoutDirectives(withoutNulls(change))
        default:
            members[key] = change
        }
    }

    /// A list of scalars loses the elements that `$deleteFromPrimitiveList/` names.
    private static func delete(
        _ change: JSON,
        from members: inout JSONMembers,
        _ key: String
    ) throws(Failure) {
        if change.isNull {
            members[key] = nil
            return
        }
        guard case .array(let unwanted) = change, case .array(let elements)? = members[key] else {
            return
        }
        let removed = Set(unwanted)
        members[key] = .array(elements.filter { !removed.contains($0) })
    }

    /// A field that the type does not have cannot be merged, for nobody knows how.
    static func lookUp(
        _ key: String,
        in schema: TypeSchema?
    ) throws(Failure) -> TypeSchema? {
        guard let schema, !schema.keepsUnknownFields else { return schema?.child(key) }
        if let place = schema.child(key) { return place }
        let type = schema.shortTypeName ?? ""
        throw Failure("unable to find api field in struct \(type) for the json field \"\(key)\"")
    }

    // MARK: What is new

    /// A null inside a member that was not there before removes nothing and is dropped.
    private static func withoutNulls(_ value: JSON) -> JSON {
        switch value {
        case .object(let members):
            .object(members.filter { !$0.value.isNull }.mapValues(withoutNulls))
        case .array(let elements): .array(elements.map(withoutNulls))
        default: value
        }
    }

    /// Nil when the value is itself a directive.
    static func withoutDirectives(_ value: JSON) -> JSON? {
        switch value {
        case .object(let members):
            members[directive] == nil
                ? .object(members.compactMapValues(withoutDirectives)) : Optional.none
        case .array(let elements): .array(elements.compactMap(withoutDirectives))
        default: value
        }
    }

    // MARK: Values in the words of Go

    /// As `%v` prints a value: `map[name:web ports:[80 443]]`.
    package static func goText(_ value: JSON) -> String {
        switch value {
        case .null: "<nil>"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number.literal
        case .string(let text): text
        case .array(let elements): "[\(elements.map(goText).joined(separator: " "))]"
        case .object(let members):
            "map["
                + members.map { "\($0.key):\(goText($0.value))" }.joined(separator: " ") + "]"
        }
    }

    private static func goType(_ value: JSON) -> String {
        switch value {
        case .null: "%!s(<nil>)"
        case .bool: "bool"
        case .number(let number): number.literal.contains(".") ? "float64" : "int64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }
}
