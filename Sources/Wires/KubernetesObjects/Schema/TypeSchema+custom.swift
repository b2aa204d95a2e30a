import JSONValues

extension TypeSchema {
    /// The schema of a custom resource, from the `openAPIV3Schema` of one version of its definition.
    ///
    /// `metadata` becomes the ObjectMeta that every kind has, and `apiVersion` and `kind` are known,
    /// whatever the schema says of them. Without a schema everything below the top is kept.
    package init(customResource schema: JSON?) {
        let top: SchemaNode
        if let schema {
            top = CustomSchemaReader.node(schema, isTop: true)
        } else {
            var marks = SchemaNode.Marks()
            marks.keepsUnknownFields = true
            top = SchemaNode(.object(CustomSchemaReader.identity), marks: marks)
        }
        self.init(top, in: .builtIn)
    }
}

/// Turns the structural schema of a CRD into nodes.
private enum CustomSchemaReader {
    /// What the server adds to every object and to every embedded resource.
    static var identity: [String: SchemaNode] {
        [
            "apiVersion": SchemaNode(.scalar(.string)),
            "kind": SchemaNode(.scalar(.string)),
            "metadata": SchemaNode(.reference("meta.v1.ObjectMeta")),
        ]
    }

    static func node(_ schema: JSON, isTop: Bool = false, isRequired: Bool = false) -> SchemaNode {
        var marks = SchemaNode.Marks()
        marks.isRequired = isRequired
        marks.defaultValue = schema["default"]
        marks.isNullable = schema["nullable"]?.bool ?? false
        marks.keepsUnknownFields = schema["x-kubernetes-preserve-unknown-fields"]?.bool ?? false
        marks.listType = schema["x-kubernetes-list-type"]?.string
            .flatMap(TypeSchema.ListType.init(rawValue:))
        marks.listMapKeys =
            schema["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
        marks.isAtomicMap = schema["x-kubernetes-map-type"]?.string == "atomic"
        return SchemaNode(form(schema, isTop: isTop), marks: marks)
    }

    private static func form(_ schema: JSON, isTop: Bool) -> SchemaNode.Form {
        if schema["x-kubernetes-int-or-string"]?.bool == true { return .scalar(.intOrString) }
        let format = schema["format"]?.string
        switch schema["type"]?.string {
        case "array":
            return .list(schema["items"].map { node($0) } ?? SchemaNode(.scalar(.any)))
        case "string":
            return .scalar(
                format == "byte" ? .bytes : format == "date-time" ? .time : .string
            )
        case "integer": return .scalar(format == "int32" ? .int32 : .int64)
        case "number": return .scalar(.number)
        case "boolean": return .scalar(.boolean)
        case "object": return object(schema, isTop: isTop)
        default:
            return isTop || schema["properties"] != nil
                ? object(schema, isTop: isTop) : .scalar(.any)
        }
    }

    private static func object(_ schema: JSON, isTop: Bool) -> SchemaNode.Form {
        let required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
        var fields: [String: SchemaNode] = [:]
        for (name, field) in schema["properties"]?.object ?? [:] {
            fields[name] = node(field, isRequired: required.contains(name))
        }
        if isTop || schema["x-kubernetes-embedded-resource"]?.bool == true {
            fields.merge(identity) { _, known in known }
            return .object(fields)
        }
        if let values = schema["additionalProperties"] {
            if case .object = values { return .map(node(values)) }
            if values.bool == true { return .map(SchemaNode(.scalar(.any))) }
        }
        return .object(fields)
    }
}
