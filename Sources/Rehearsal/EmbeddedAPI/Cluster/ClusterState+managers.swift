import Clocks
import JSONValues
import KubernetesObjects

extension ClusterState {
    /// The object with its managers' books brought up to this write.
    ///
    /// Like a server, it never refuses a write over them: books that cannot be kept are left.
    mutating func tracked(
        _ object: JSON,
        before: JSON?,
        _ request: WriteRequest
    ) throws(APIStatusError) -> JSON {
        let uid = before?.uid
        var known = uid.flatMap { books[$0] }
        defer { if let uid { books[uid] = known } }
        do throws(ApplyFailure) {
            return try ManagedFields.update(
                before: before ?? emptyObject(of: request),
                after: object,
                manager: request.manager,
                apiVersion: request.apiVersion,
                subresource: request.subresource?.rawValue ?? "",
                schema: request.definition.storageSchema,
                time: now.rfc3339,
                ignored: request.unwrittenFields,
                books: &known
            )
        } catch {
            var object = object
            object.set(
                before?.at("metadata", "managedFields"),
                at: "metadata",
                "managedFields"
            )
            return object
        }
    }

    /// What the server holds before anybody has written, made once for each resource.
    private mutating func emptyObject(of request: WriteRequest) -> JSON? {
        if let known = emptyObjects[request.resource] { return known }
        let empty = request.emptyObject
        if let empty { emptyObjects[request.resource] = empty }
        return empty
    }
}

extension WriteRequest {
    /// What the server holds before anybody has written: what is always there belongs to nobody.
    fileprivate var emptyObject: JSON? {
        guard !definition.isCustom else { return nil }
        var warnings: [String] = []
        do throws(APIStatusError) {
            let storage = WriteRequest(
                definition: definition,
                version: definition.storageVersion,
                namespace: "",
                manager: ""
            )
            return try ObjectDecoding.decode(.emptyObject, storage, warnings: &warnings)
        } catch {
            return nil
        }
    }

    /// What server-side apply makes of the live object, or of nothing.
    func applied(
        _ object: JSON,
        to live: JSON?,
        force: Bool,
        time: WallTime
    ) throws(APIStatusError) -> JSON {
        do throws(ApplyFailure) {
            return try ServerSideApply.apply(
                applied: object,
                live: live,
                manager: manager,
                force: force,
                schema: definition.storageSchema,
                time: time.rfc3339,
                subresource: subresource?.rawValue ?? "",
                ignored: unwrittenFields
            )
        } catch {
            throw .applyFailed(error)
        }
    }

    /// What this endpoint resets, so that nobody can own it through it.
    var unwrittenFields: FieldSet {
        switch subresource {
        case .status:
            let spec: [FieldElement] = [.name("spec")]
            return definition.isCustom
                ? FieldSet([spec, [.name("metadata")]]) : FieldSet([spec])
        case nil where definition.rules.hasStatus: return FieldSet([[.name("status")]])
        default: return FieldSet()
        }
    }
}

extension ResourceDefinition {
    /// The types of the fields in the version that is stored.
    var storageSchema: TypeSchema? {
        if let custom = customSchemas[storageVersion] { return custom.types }
        return SchemaCatalog.builtIn.schema(
            for: GroupVersionKind(
                group: storage.group,
                version: storageVersion,
                kind: storageKind
            )
        )
    }
}
