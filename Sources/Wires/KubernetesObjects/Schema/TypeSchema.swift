import JSONValues

/// What a place in an object may hold: its type, and what the patch and apply rules need to know.
///
/// A value that a schema reaches (`schema.field("spec")?.field("containers")?.items`) always shows
/// the structure behind a reference; marks that stand at the referring field count with it.
package struct TypeSchema: Sendable {
    /// The marks of the place itself.
    let place: SchemaNode
    /// The structure: `place`, or what it refers to.
    let body: SchemaNode
    /// Where references lead.
    let catalog: SchemaCatalog

    init(_ node: SchemaNode, in catalog: SchemaCatalog) {
        place = node
        body = catalog.resolved(node)
        self.catalog = catalog
    }

    /// The sort of value, without what is inside it.
    package enum Kind: Sendable, Hashable {
        case object
        /// An object whose member names are data: labels, `data` of a ConfigMap.
        case map
        case list
        case string
        /// Base64 text.
        case bytes
        /// RFC 3339 with seconds, or with microseconds.
        case time
        case microTime
        case quantity
        case int32
        case int64
        case number
        case boolean
        case intOrString
        /// Whatever JSON there is: an unknown place, or one that keeps unknown fields.
        case any
    }

    /// The sort of value that stands here.
    package var kind: Kind { body.kind }

    /// The name of the definition that is referred to, as OpenAPI has it:
    /// `io.k8s.api.core.v1.PodSpec`.
    package var referenceName: String? {
        if case .reference(let name) = place.form { catalog.fullName(name) } else { nil }
    }

    /// The same as the catalog has it, which tells definitions apart as well and is at hand.
    package var referenceKey: String? {
        if case .reference(let name) = place.form { name } else { nil }
    }

    // MARK: Inside

    /// The names of an object's fields, sorted.
    package var fieldNames: [String] {
        if case .object(let fields) = body.form { fields.keys.sorted() } else { [] }
    }

    /// The schema of one field of an object, nil when it has no such field.
    package func field(_ name: String) -> TypeSchema? {
        guard case .object(let fields) = body.form, let node = fields[name] else { return nil }
        return TypeSchema(node, in: catalog)
    }

    /// The schema of the elements of a list.
    package var items: TypeSchema? {
        if case .list(let node) = body.form { TypeSchema(node, in: catalog) } else { nil }
    }

    /// The schema of the values of a map.
    package var values: TypeSchema? {
        if case .map(let node) = body.form { TypeSchema(node, in: catalog) } else { nil }
    }

    /// What stands below `key`: the field of an object or the value of a map.
    package func child(_ key: String) -> TypeSchema? {
        switch body.form {
        case .object(let fields): fields[key].map { TypeSchema($0, in: catalog) }
        case .map(let node): TypeSchema(node, in: catalog)
        default: nil
        }
    }

    /// The schema below a path of field names; lists on the way are entered.
    package func at(_ path: String...) -> TypeSchema? {
        var schema = self
        for name in path {
            while let items = schema.items { schema = items }
            guard let next = schema.child(name) else { return nil }
            schema = next
        }
        return schema
    }

    // MARK: Marks

    /// Whether the object around it must have this field.
    package var isRequired: Bool { place.marks.isRequired }

    /// Whether a Go server writes the object though it is empty, for it is a struct and no pointer:
    /// `strategy: {}`, `resources: {}`, `status: {}`.
    package var isAlwaysWritten: Bool { place.marks.isAlwaysWritten }

    /// The value that a server puts where none is given, when the schema tells.
    package var defaultValue: JSON? { place.marks.defaultValue ?? body.marks.defaultValue }

    /// How a list behaves when several write to it.
    ///
    /// Nil where the schema does not say, which means atomic to server-side apply unless the patch
    /// strategy is `merge`.
    package var listType: ListType? { place.marks.listType ?? body.marks.listType }

    /// The fields that tell the elements of a `map` list apart; empty for other lists.
    package var listMapKeys: [String] {
        place.marks.listMapKeys.isEmpty ? body.marks.listMapKeys : place.marks.listMapKeys
    }

    /// Whether an object or map is replaced as one: a label selector, a reference.
    package var isAtomicMap: Bool { place.marks.isAtomicMap || body.marks.isAtomicMap }

    /// Whether unknown fields are kept (`x-kubernetes-preserve-unknown-fields`, or no structure).
    package var keepsUnknownFields: Bool {
        body.kind == .any || place.marks.keepsUnknownFields || body.marks.keepsUnknownFields
    }

    /// Whether null is a value that is kept (`nullable: true` in a CRD).
    package var isNullable: Bool { place.marks.isNullable || body.marks.isNullable }

    /// The field that tells list elements apart in a strategic merge patch.
    package var patchMergeKey: String? { place.marks.patchMergeKey }

    /// `merge`, `retainKeys`, both, or neither: what a strategic merge patch does at the place.
    package var patchStrategies: [String] { place.marks.patchStrategies }

    /// How server-side apply treats a list: `x-kubernetes-list-type` first, else the patch strategy,
    /// as `sigs.k8s.io/structured-merge-diff` reads it.
    package var applyListType: ListType {
        if let listType { return listType }
        guard patchStrategies.contains("merge") else { return .atomic }
        return patchMergeKey == nil ? .set : .map
    }

    /// The keys that go with `applyListType`.
    package var applyListKeys: [String] {
        listType == nil ? patchMergeKey.map { [$0] } ?? [] : listMapKeys
    }
}

extension TypeSchema {
    /// The values of `x-kubernetes-list-type`.
    package enum ListType: String, Sendable, Hashable {
        /// Replaced as one.
        case atomic
        /// Scalars, each at most once.
        case set
        /// Objects that are told apart by some of their fields.
        case map
    }
}
