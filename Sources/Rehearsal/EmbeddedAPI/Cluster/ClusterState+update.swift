import JSONValues
import KubernetesObjects

extension ClusterState {
    /// Replaces the object of that name by what `change` makes of it, as the registry's `Update`.
    mutating func update(
        _ name: String,
        _ request: WriteRequest,
        change: (JSON) throws(APIStatusError) -> JSON
    ) throws(APIStatusError) -> JSON {
        let resource = request.definition.name
        let key = ObjectKey(namespace: request.namespace, name: name)
        guard let stored = store.object(resource, key) else { throw .notFound(resource, name) }
        let old = stored.value
        var object = try change(old)
        try checkIdentity(of: &object, against: old, request)
        prepare(&object, from: old, request)
        if object == old { return old }
        if isGone(object) {
            remove(object, key, request)
            return object
        }
        return put(object, key, request)
    }

    /// Refuses a write that was made for another version or another object of the name.
    private func checkIdentity(
        of object: inout JSON,
        against old: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let resource = request.definition.name
        let name = old.name ?? ""
        let version = object.resourceVersion ?? ""
        if version.isEmpty {
            if !request.definition.rules.allowsUnconditionalUpdate {
                throw .invalid(
                    group: resource.group,
                    kind: request.definition.kind,
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
        } else if version != old.resourceVersion {
            throw .stale(resource, name)
        }
        if let uid = object.uid, !uid.isEmpty, uid != old.uid {
            throw .conflict(
                resource,
                name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: "
                    + "\(old.uid ?? "")"
            )
        }
    }

    /// Restores what this write may not change, and counts the generation.
    private func prepare(_ object: inout JSON, from old: JSON, _ request: WriteRequest) {
        let rules = request.definition.rules
        object.apiVersion = old.apiVersion
        object.kind = old.kind
        for key in [
            "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation",
            "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
        ] {
            object.set(old.at("metadata", key), at: "metadata", key)
        }
        if request.subresource == .status {
            let status = object.status
            let metadata = object.metadata
            object = old
            object.status = status
            object.metadata = metadata
        } else {
            rules.setDefaults(&object)
            rules.prepareForUpdate(&object, old)
            if rules.tracksGeneration, object.spec != old.spec {
                object.generation = (old.generation ?? 0) + 1
            }
        }
    }

    /// Whether nothing holds an object back any more whose deletion was asked for.
    func isGone(_ object: JSON) -> Bool {
        guard object.deletionTimestamp != nil, object.finalizers.isEmpty else { return false }
        let remaining = object.at("metadata", "deletionGracePeriodSeconds")?.int ?? 0
        let isHeldByNamespace =
            object.kind == "Namespace" && object.at("spec", "finalizers")?.array?.isEmpty == false
        return remaining == 0 && !isHeldByNamespace
    }
}
