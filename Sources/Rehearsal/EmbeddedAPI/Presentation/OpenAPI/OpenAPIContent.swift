import JSONValues
import KubernetesObjects

/// What a server's OpenAPI documents are made from: its resources at one moment.
struct OpenAPIContent: Sendable {
    /// One resource in one version.
    struct Entry: Sendable {
        let definition: ResourceDefinition
        let kind: GroupVersionKind
        /// The CustomResourceDefinition behind it, for what is not built in.
        let custom: JSON?

        /// Below `/openapi/v3/`: `api/v1`, `apis/apps/v1`.
        var documentPath: String {
            kind.group.isEmpty ? "api/\(kind.version)" : "apis/\(kind.group)/\(kind.version)"
        }

        /// The name of the type: a built-in one, or one made of the reversed group.
        var typeName: String? {
            guard custom != nil else { return SchemaCatalog.builtIn.definitionName(for: kind) }
            let group = kind.group.split(separator: ".").reversed().joined(separator: ".")
            return "\(group).\(kind.version).\(kind.kind)"
        }

        /// The path of one object.
        var objectPath: String {
            let scope = definition.isNamespaced ? "namespaces/{namespace}/" : ""
            return "/\(documentPath)/\(scope)\(definition.name.plural)/{name}"
        }
    }

    let version: ServerVersion
    let entries: [Entry]

    init(_ cluster: EmbeddedCluster) {
        version = cluster.configuration.version
        entries = cluster.registry.definitions.flatMap { definition -> [Entry] in
            let custom =
                definition.isCustom
                ? cluster.get(.customResourceDefinitions, name: "\(definition.name)") : nil
            return definition.versions.map { version in
                let group = definition.name.group
                return Entry(
                    definition: definition,
                    kind: GroupVersionKind(group: group, version: version, kind: definition.kind),
                    custom: custom
                )
            }
        }
    }

    /// Changes whenever the documents do.
    var signature: String {
        let parts = entries.map { "\($0.kind) \($0.custom?.resourceVersion ?? "")" }
        return ([version.gitVersion] + parts).joined(separator: "\n")
    }

    /// Where the documents of the third version stand, sorted.
    var documentPaths: [String] { Set(entries.map(\.documentPath)).sorted() }

    /// The whole document of the second version.
    func swagger() -> JSON {
        [
            "swagger": "2.0", "info": info, "paths": paths(entries, .swagger2),
            "definitions": .object(schemas(entries, .swagger2)),
        ]
    }

    /// The document of one group and version, nil for one that is not served.
    func openAPI3(_ path: String) -> JSON? {
        let entries = entries.filter { $0.documentPath == path }
        guard !entries.isEmpty else { return nil }
        return [
            "openapi": "3.0.0", "info": info, "paths": paths(entries, .openAPI3),
            "components": ["schemas": .object(schemas(entries, .openAPI3))],
        ]
    }

    private var info: JSON {
        ["title": "Kubernetes", "version": .string(version.gitVersion)]
    }

    private func schemas(
        _ entries: [Entry],
        _ dialect: SchemaDocument.Dialect
    ) -> JSONMembers {
        let writer = SchemaDocument(dialect: dialect)
        let meta = "io.k8s.apimachinery.pkg.apis.meta.v1."
        var names: Set = [meta + "DeleteOptions", meta + "Status", meta + "ObjectMeta"]
        if entries.contains(where: { $0.definition.subresources.contains(.scale) }) {
            names.insert("io.k8s.api.autoscaling.v1.Scale")
        }
        for entry in entries where entry.custom == nil {
            guard let name = entry.typeName else { continue }
            names.formUnion([name, name + "List"])
        }
        var schemas = writer.definitions(names)
        for entry in entries {
            guard let custom = entry.custom, let name = entry.typeName else { continue }
            schemas[name] = schema(of: entry, custom, writer)
        }
        return schemas
    }

    /// A custom resource: the third version shows the schema as it was given, the second only its
    /// structure, which is all that it can express.
    private func schema(of entry: Entry, _ custom: JSON, _ writer: SchemaDocument) -> JSON {
        let versions = custom.at("spec", "versions")?.array ?? []
        let given = versions.first { $0["name"]?.string == entry.kind.version }?
            .at("schema", "openAPIV3Schema")
        let structure = writer.definition(TypeSchema(customResource: given), kinds: [entry.kind])
        guard writer.dialect == .openAPI3, var schema = given, schema.object != nil else {
            return Self.described(structure, by: given)
        }
        for field in ["apiVersion", "kind", "metadata"] {
            schema.set(structure.at("properties", field), at: "properties", field)
        }
        schema["x-kubernetes-group-version-kind"] = structure["x-kubernetes-group-version-kind"]
        return schema
    }

    /// The structure with what the schema says of each of its parts.
    private static func described(_ structure: JSON, by schema: JSON?) -> JSON {
        guard let schema else { return structure }
        var document = structure
        if let text = schema["description"] { document["description"] = text }
        for (name, property) in structure["properties"]?.object ?? [:] {
            document.set(
                described(property, by: schema.at("properties", name)),
                at: "properties",
                name
            )
        }
        for key in ["items", "additionalProperties"] {
            if let inner = structure[key] { document[key] = described(inner, by: schema[key]) }
        }
        return document
    }

    /// The paths of single objects with what clients look for there: that a server can try a patch
    /// out, and that it checks the fields.
    private func paths(_ entries: [Entry], _ dialect: SchemaDocument.Dialect) -> JSON {
        var paths: JSONMembers = [:]
        for entry in entries {
            let parameters: [JSON] =
                [("dryRun", "string"), ("fieldManager", "string"), ("fieldValidation", "string")]
                .map { parameter($0.0, $0.1, dialect) } + [parameter("force", "boolean", dialect)]
            let kind = entry.kind.document
            paths[entry.objectPath] = [
                "get": operation("get", kind, [parameter("pretty", "string", dialect)]),
                "patch": operation("patch", kind, parameters),
            ]
        }
        return .object(paths)
    }

    private func operation(_ action: String, _ kind: JSON, _ parameters: [JSON]) -> JSON {
        [
            "parameters": .array(parameters), "responses": ["200": ["description": "OK"]],
            "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": kind,
        ]
    }

    private func parameter(
        _ name: String,
        _ type: String,
        _ dialect: SchemaDocument.Dialect
    ) -> JSON {
        var document: JSON = ["name": .string(name), "in": "query"]
        switch dialect {
        case .swagger2: document["type"] = .string(type)
        case .openAPI3: document["schema"] = ["type": .string(type)]
        }
        return document
    }
}
