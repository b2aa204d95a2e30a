import JSONValues
import KubernetesObjects

/// Turns what a client sent into the object that is stored.
enum ObjectDecoding {
    /// The object of the request's version, read by its schema and in the storage version.
    ///
    /// Fields that the schema does not know are dropped; what is said of them goes to `warnings`,
    /// or is the refusal, as the request wants it. What is as in `stored` was read when that was written.
    static func decode(
        _ sent: JSON,
        _ request: WriteRequest,
        from stored: JSON? = nil,
        warnings: inout [String]
    ) throws(APIStatusError) -> JSON {
        let definition = request.definition
        // Managed fields have a form of their own, and are large: they pass as they are.
        var object = sent
        let managedFields = object.at("metadata", "managedFields")
        object.remove(at: "metadata", "managedFields")
        object.apiVersion = request.apiVersion
        object.kind = definition.kind
        var unknown: [String]
        do throws(WireReader.Failure) {
            let isAsStored = !definition.isConverted(request.version)
            let known = isAsStored ? stored : nil
            (object, unknown) = try read(object, definition, request.version, known: known)
            if definition.isConverted(request.version), !definition.isCustom {
                object = definition.stored(object, from: request.version)
                (object, _) = try readStored(object, definition)
            }
        } catch {
            let isConverted = if case .strategic? = request.patch { true } else { false }
            throw refusal(isConverted ? error.conversion : "\(error)", sent, request)
        }
        object.apiVersion = definition.storageAPIVersion
        object.kind = definition.storageKind
        let complaints =
            request.duplicateKeys.map { "duplicate field \"\($0)\"" }
            + unknown.map { "unknown field \"\($0)\"" }
        if !complaints.isEmpty, request.fieldValidation == .strict {
            throw refusal(
                "strict decoding error: \(complaints.joined(separator: ", "))",
                sent,
                request
            )
        }
        if request.fieldValidation == .warn { warnings += complaints }
        if let managedFields { object.set(managedFields, at: "metadata", "managedFields") }
        return object
    }

    private static func refusal(
        _ problem: String,
        _ sent: JSON,
        _ request: WriteRequest
    ) -> APIStatusError {
        if let patch = request.patch, !patch.isApply {
            let error = FieldError.invalid("patch", patch.shown(sent), problem)
            return .invalid(group: "", kind: "", name: "", [error])
        }
        let kind = request.definition.kind
        return .badRequest(
            "\(kind) in version \"\(request.version)\" cannot be handled as a \(kind): \(problem)"
        )
    }

    private static func readStored(
        _ object: JSON,
        _ definition: ResourceDefinition
    ) throws(WireReader.Failure) -> (JSON, [String]) {
        let kind = GroupVersionKind(
            group: definition.storage.group,
            version: definition.storageVersion,
            kind: definition.storageKind
        )
        guard let schema = SchemaCatalog.builtIn.schema(for: kind) else { return (object, []) }
        var reader = WireReader()
        return (try reader.read(object, kind, schema: schema), reader.unknownFields)
    }

    private static func read(
        _ object: JSON,
        _ definition: ResourceDefinition,
        _ version: String,
        known: JSON?
    ) throws(WireReader.Failure) -> (JSON, [String]) {
        if let custom = definition.customSchemas[version] {
            return try custom.read(object)
        }
        let kind = GroupVersionKind(
            group: definition.name.group,
            version: version,
            kind: definition.kind
        )
        guard let schema = SchemaCatalog.builtIn.schema(for: kind) else { return (object, []) }
        var reader = WireReader()
        let result = try reader.read(object, kind, schema: schema, known: known)
        return (result, reader.unknownFields)
    }
}
