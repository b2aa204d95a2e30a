import JSONValues
import KubernetesObjects

/// Writes types as JSON Schema, in the dialect of one OpenAPI version.
struct SchemaDocument: Sendable {
    /// The two versions that a server speaks.
    enum Dialect: Sendable {
        case swagger2
        case openAPI3

        /// Where definitions stand in the document.
        var prefix: String { self == .swagger2 ? "#/definitions/" : "#/components/schemas/" }
    }

    let dialect: Dialect

    /// The definitions named, and all that they refer to.
    func definitions(_ names: Set<String>) -> JSONMembers {
        var documents = scalarDefinitions
        var waiting = names.sorted()
        while let name = waiting.popLast() {
            guard documents[name] == nil,
                let schema = SchemaCatalog.builtIn.definition(named: name)
            else { continue }
            documents[name] = definition(
                schema,
                kinds: SchemaCatalog.builtIn.kinds(ofDefinition: name)
            )
            waiting += references(in: schema).filter { documents[$0] == nil }
        }
        return documents
    }

    private static let quantityName = "io.k8s.apimachinery.pkg.api.resource.Quantity"
    private static let intOrStringName = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"

    /// The types that look like text or numbers but have a definition of their own.
    var scalarDefinitions: JSONMembers {
        switch dialect {
        case .swagger2:
            [
                Self.quantityName: ["type": "string"],
                Self.intOrStringName: ["type": "string", "format": "int-or-string"],
            ]
        case .openAPI3:
            [
                Self.quantityName: ["oneOf": [["type": "string"], ["type": "number"]]],
                Self.intOrStringName: [
                    "format": "int-or-string",
                    "oneOf": [["type": "integer"], ["type": "string"]],
                ],
            ]
        }
    }

    /// One definition with the kinds that it describes.
    func definition(_ schema: TypeSchema, kinds: [GroupVersionKind]) -> JSON {
        var document = body(of: schema)
        if !kinds.isEmpty {
            document["x-kubernetes-group-version-kind"] = .array(kinds.map(\.document))
        }
        return document
    }

    /// The names that a definition refers to by itself.
    func references(in schema: TypeSchema) -> [String] {
        var names: [String] = []
        for field in schema.fieldNames {
            var place = schema.field(field)
            while let inner = place?.items ?? place?.values, place?.referenceName == nil {
                place = inner
            }
            guard let place else { continue }
            if let name = place.referenceName {
                names.append(name)
            } else if place.kind == .object {
                names += references(in: place)
            }
        }
        return names
    }

    /// What stands at one place: a reference, or the structure itself.
    private func place(_ schema: TypeSchema) -> JSON {
        guard let name = schema.referenceName else { return body(of: schema) }
        let reference: JSON = ["$ref": .string(dialect.prefix + name)]
        var marks = JSON.emptyObject
        addMarks(of: schema, to: &marks)
        guard marks != .emptyObject else { return reference }
        switch dialect {
        case .swagger2: marks["$ref"] = reference["$ref"]
        case .openAPI3: marks["allOf"] = [reference]
        }
        return marks
    }

    private func body(of schema: TypeSchema) -> JSON {
        var document = structure(of: schema)
        addMarks(of: schema, to: &document)
        return document
    }

    private func structure(of schema: TypeSchema) -> JSON {
        switch schema.kind {
        case .object: return object(schema)
        case .map:
            return [
                "type": "object",
                "additionalProperties": schema.values.map(place) ?? .emptyObject,
            ]
        case .list:
            return ["type": "array", "items": schema.items.map(place) ?? .emptyObject]
        case .string: return ["type": "string"]
        case .bytes: return ["type": "string", "format": "byte"]
        case .time, .microTime: return ["type": "string", "format": "date-time"]
        case .int32: return ["type": "integer", "format": "int32"]
        case .int64: return ["type": "integer", "format": "int64"]
        case .number: return ["type": "number", "format": "double"]
        case .boolean: return ["type": "boolean"]
        case .quantity: return ["$ref": .string(dialect.prefix + Self.quantityName)]
        case .intOrString: return ["$ref": .string(dialect.prefix + Self.intOrStringName)]
        case .any: return .emptyObject
        }
    }

    private func object(_ schema: TypeSchema) -> JSON {
        var properties: JSONMembers = [:]
        var required: [JSON] = []
        for name in schema.fieldNames {
            guard let field = schema.field(name) else { continue }
            properties[name] = place(field)
            if field.isRequired { required.append(.string(name)) }
        }
        var document: JSON = ["type": "object"]
        if !properties.isEmpty { document["properties"] = .object(properties) }
        if !required.isEmpty { document["required"] = .array(required) }
        return document
    }

    /// What patches and applies need to know, under the names that clients look for.
    private func addMarks(of schema: TypeSchema, to document: inout JSON) {
        if let key = schema.patchMergeKey {
            document["x-kubernetes-patch-merge-key"] = .string(key)
        }
        if !schema.patchStrategies.isEmpty {
            let strategies = schema.patchStrategies.joined(separator: ",")
            document["x-kubernetes-patch-strategy"] = .string(strategies)
        }
        if let type = schema.listType {
            document["x-kubernetes-list-type"] = .string(type.rawValue)
            if !schema.listMapKeys.isEmpty {
                let keys = schema.listMapKeys.map(JSON.string)
                document["x-kubernetes-list-map-keys"] = .array(keys)
            }
        }
        if schema.isAtomicMap, schema.kind == .object || schema.kind == .map {
            document["x-kubernetes-map-type"] = "atomic"
        }
    }
}

extension GroupVersionKind {
    /// The value of `x-kubernetes-group-version-kind`.
    var document: JSON {
        ["group": .string(group), "version": .string(version), "kind": .string(kind)]
    }
}
