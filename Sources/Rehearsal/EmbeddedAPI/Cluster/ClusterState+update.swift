import JSONValues
import KubernetesObjects

extension ClusterState {
    /// Replaces the object of that name by what `change` makes of it, as the registry's `Update`.
    ///
    /// `change` is handed the object in its storage version.
    mutating func update(
        _ name: String,
        _ request: WriteRequest,
        change: (JSON) throws(APIStatusError) -> JSON
    ) throws(APIStatusError) -> WriteResult {
        let key = request.key(name)
        guard let old = store.object(request.storage, key)?.value else {
            throw .notFound(request.resource, name)
        }
        var result = WriteResult(object: old)
        var object = try change(old)
        try checkIdentity(of: object, against: old, request)
        object = try ObjectDecoding.decode(object, request, from: old, warnings: &result.warnings)
        let rules = request.definition.rules
        keepServerMetadata(&object, from: old)
        rules.setDefaults(&object)
        if request.resource == .services { ServiceUpdate.normalize(&object, from: old) }
        if request.verb != .apply { object = try tracked(object, before: old, request) }
        restore(&object, from: old, request)
        let charges = try charges(for: object, old: old, request)
        let allocations = allocations
        do throws(APIStatusError) {
            try allocate(&object, old: old, key, request)
            try validateUpdate(object, old, request)
            try checkPolicies(object, before: old, request)
        } catch {
            self.allocations = allocations
            throw error
        }
        if request.isDryRun { self.allocations = allocations }
        if let counts = rules.countsGeneration, request.subresource != .status,
            counts(object, old)
        {
            object.generation = (old.generation ?? 0) + 1
        }
        object = ManagedFields.withoutIdleTimes(object, since: old)
        if object == old { return result }
        apply(charges, request)
        if isGone(object) {
            remove(object, key, request)
            return WriteResult(object: object, warnings: result.warnings)
        }
        return WriteResult(object: put(object, key, request), warnings: result.warnings)
    }

    /// Refuses a write that was made for another version or another object of the name.
    private func checkIdentity(
        of object: JSON,
        against old: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let name = old.name ?? ""
        let version = object.resourceVersion ?? ""
        if version.isEmpty {
            if request.verb == .update, !request.definition.rules.allowsUnconditionalUpdate {
                throw missingVersion(name, request)
            }
        } else if Int(version) == nil {
            throw APIStatusError(
                code: 500,
                reason: "",
                message: "strconv.ParseUint: parsing \"\(version)\": invalid syntax"
            )
        } else if version != old.resourceVersion {
            throw .stale(request.resource, name)
        }
        guard let uid = object.uid, !uid.isEmpty, uid != old.uid else { return }
        if request.verb != .update {
            let error = FieldError.invalid("metadata.uid", uid, FieldChecks.immutable)
            throw request.invalid(name, [error, error])
        }
        let path = "/registry/\(request.resource.plural)/\(request.key(name).path)"
        throw .conflict(
            request.resource,
            name,
            "StorageError: invalid object, Code: 4, Key: \(path), ResourceVersion: 0, "
                + "AdditionalErrorMsg: Precondition failed: UID in precondition: \(uid), "
                + "UID in object meta: \(old.uid ?? "")"
        )
    }

    private func missingVersion(_ name: String, _ request: WriteRequest) -> APIStatusError {
        let resource = request.resource
        return .invalid(
            group: resource.group,
            kind: resource.plural,
            name: name,
            [
                .invalid(
                    "metadata.resourceVersion",
                    .int(0),
                    "must be specified for an update"
                )
            ]
        )
    }

    private func keepServerMetadata(_ object: inout JSON, from old: JSON) {
        for key in [
            "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation",
            "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
        ] {
            let kept = old.at("metadata", key)
            // Most writes leave all of it alone.
            if object.at("metadata", key) != kept { object.set(kept, at: "metadata", key) }
        }
    }

    /// Puts back what this endpoint does not write.
    private func restore(_ object: inout JSON, from old: JSON, _ request: WriteRequest) {
        let rules = request.definition.rules
        guard request.subresource == .status else {
            if rules.hasStatus { object.status = old.status }
            if request.resource == .namespaces, request.subresource != .finalize {
                object.set(old.at("spec", "finalizers"), at: "spec", "finalizers")
            }
            return
        }
        let written = object
        object = old
        object.status = written.status
        let managedFields = written.at("metadata", "managedFields")
        if rules.statusKeeps == .everything {
            object.set(managedFields, at: "metadata", "managedFields")
            return
        }
        object.metadata = written.metadata
        object.ownerReferences = old.ownerReferences
        if rules.statusKeeps == .labels { object.labels = old.labels }
    }

    private func validateUpdate(
        _ object: JSON,
        _ old: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let rules = request.definition.rules
        var errors = MetadataValidation.problemsOfUpdate(of: object, from: old)
        errors += MetadataValidation.problems(of: object, known: old, nameRule: { _ in [] })
        if request.subresource == .status {
            errors += rules.validateStatus(object)
        } else {
            // What was valid once and is not touched stays valid, whatever the rules say now.
            if object.spec != old.spec || ResourceRules.byContent(object, old) {
                errors += rules.validateAgain?(object, old) ?? rules.validate(object)
            }
            var before = old
            if request.isInternal, request.resource == .pods, old.at("spec", "nodeName") == nil {
                before.set(object.at("spec", "nodeName"), at: "spec", "nodeName")
            }
            errors += rules.validateUpdate(object, before)
        }
        if let custom = request.definition.customSchemas[request.definition.storageVersion] {
            errors += custom.problems(of: object)
        }
        guard errors.isEmpty else { throw request.invalid(object.name ?? "", errors) }
    }

    /// Whether nothing holds an object back any more whose deletion was asked for.
    func isGone(_ object: JSON) -> Bool {
        guard object.deletionTimestamp != nil, object.finalizers.isEmpty else { return false }
        let remaining = object.at("metadata", "deletionGracePeriodSeconds")?.int ?? 0
        return remaining == 0 && !isHeldNamespace(object)
    }

    func isHeldNamespace(_ object: JSON) -> Bool {
        object.kind == "Namespace" && object.at("spec", "finalizers")?.array?.isEmpty == false
    }
}
