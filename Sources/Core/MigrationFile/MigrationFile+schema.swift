import JSONValues

extension MigrationFile {
    /// The JSON Schema of the document, from the table that it is checked against.
    ///
    /// For editors, and for whoever checks such files in a pipeline of their own.
    package static var schema: JSON {
        var schema = FileShape.migration.schema
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = "Migration"
        return schema
    }
}

extension FileShape {
    fileprivate var schema: JSON {
        switch self {
        case .text(let form): ["type": "string", "description": .string(form.expected)]
        case .whole(let range):
            [
                "type": "integer", "minimum": .int(range.lowerBound),
                "maximum": .int(range.upperBound),
            ]
        case .decimal(let range):
            [
                "type": "number", "minimum": .int(Int(range.lowerBound)),
                "maximum": .int(Int(range.upperBound)),
            ]
        case .duration: ["type": "string", "pattern": "^([0-9]+(ms|s|m|h))+$"]
        case .flag: ["type": "boolean"]
        case .choice(let words): ["type": "string", "enum": .array(words.map(JSON.string))]
        case .list(let element, let count):
            [
                "type": "array", "items": element.schema, "minItems": .int(count.lowerBound),
                "maxItems": .int(count.upperBound),
            ]
        case .mapping(let fields): mappingSchema(fields)
        case .labels: ["type": "object", "additionalProperties": ["type": "string"]]
        case .texts(let keys, let values):
            [
                "type": "object", "propertyNames": ["description": .string(keys.expected)],
                "additionalProperties": FileShape.text(values).schema,
            ]
        case .anything: .emptyObject
        }
    }

    private func mappingSchema(_ fields: [FileField]) -> JSON {
        var properties = JSON.emptyObject
        for field in fields {
            var schema = field.shape.schema
            let form = schema["description"]?.string.map { ": \($0)" } ?? ""
            schema["description"] = .string(field.meaning + form)
            properties[field.key] = schema
        }
        return [
            "type": "object", "additionalProperties": false, "properties": properties,
            "required": .array(fields.filter(\.isRequired).map { .string($0.key) }),
        ]
    }
}
