import JSONValues

/// One place of a schema, as it was read: references are not followed yet.
final class SchemaNode: Sendable {
    /// The structure, one level deep.
    indirect enum Form: Sendable {
        case scalar(TypeSchema.Kind)
        case object([String: SchemaNode])
        case map(SchemaNode)
        case list(SchemaNode)
        /// To a definition, by its short name.
        case reference(String)
    }

    /// What else the schema says of the place.
    struct Marks: Sendable {
        var isRequired = false
        var isAlwaysWritten = false
        var defaultValue: JSON?
        var listType: TypeSchema.ListType?
        var listMapKeys: [String] = []
        var isAtomicMap = false
        var keepsUnknownFields = false
        var isNullable = false
        var patchMergeKey: String?
        var patchStrategies: [String] = []
    }

    let form: Form
    let marks: Marks

    init(_ form: Form, marks: Marks = Marks()) {
        self.form = form
        self.marks = marks
    }

    var kind: TypeSchema.Kind {
        switch form {
        case .scalar(let kind): kind
        case .object: .object
        case .map: .map
        case .list: .list
        case .reference: .any
        }
    }
}
