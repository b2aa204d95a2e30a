import Clocks
import JSONValues
import KubernetesObjects

extension ClusterState {
    /// Removes an object, or marks it when something holds it back; answers what is left of it.
    mutating func delete(
        _ name: String,
        _ options: DeleteOptions,
        _ request: WriteRequest
    ) throws(APIStatusError) -> Deletion {
        let resource = request.definition.name
        let key = ObjectKey(namespace: request.namespace, name: name)
        guard let old = store.object(resource, key)?.value else { throw .notFound(resource, name) }
        try checkPreconditions(options, old, resource)
        var object = old
        object.finalizers = finalizers(of: old, options)
        let grace = gracePeriod(of: old, options, resource)
        if grace > 0 || !object.finalizers.isEmpty || isHeldNamespace(object) {
            markDeleted(&object, grace: grace, old: old)
            guard object != old else { return .pending(old) }
            return .pending(put(object, key, request))
        }
        remove(object, key, request)
        return .done(object)
    }

    /// What became of a deletion.
    enum Deletion: Sendable {
        /// The object is gone; this was its last form.
        case done(JSON)
        /// The object waits for its finalizers or its grace period.
        case pending(JSON)
    }

    private func checkPreconditions(
        _ options: DeleteOptions,
        _ old: JSON,
        _ resource: ResourceName
    ) throws(APIStatusError) {
        let name = old.name ?? ""
        if let uid = options.uid, uid != old.uid {
            throw .conflict(
                resource,
                name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: "
                    + "\(old.uid ?? "")"
            )
        }
        if let version = options.resourceVersion, version != old.resourceVersion {
            throw .conflict(
                resource,
                name,
                "Precondition failed: ResourceVersion in precondition: \(version), "
                    + "ResourceVersion in object meta: \(old.resourceVersion ?? "")"
            )
        }
    }

    private func finalizers(of old: JSON, _ options: DeleteOptions) -> [String] {
        guard let propagation = options.propagation else { return old.finalizers }
        let ours = ["orphan", "foregroundDeletion"]
        let kept = old.finalizers.filter { !ours.contains($0) }
        switch propagation {
        case .orphan: return kept + ["orphan"]
        case .foreground: return kept + ["foregroundDeletion"]
        case .background: return kept
        }
    }

    /// Seconds for which the object stays after its deletion was asked for: only pods that run.
    private func gracePeriod(
        of old: JSON,
        _ options: DeleteOptions,
        _ resource: ResourceName
    ) -> Int {
        guard resource == .pods, (old.at("spec", "nodeName")?.string ?? "") != "" else { return 0 }
        if ["Failed", "Succeeded"].contains(old.at("status", "phase")?.string) { return 0 }
        let own = old.at("spec", "terminationGracePeriodSeconds")?.int ?? 30
        let asked = max(0, options.gracePeriodSeconds ?? own)
        guard let running = old.at("metadata", "deletionGracePeriodSeconds")?.int else {
            return asked
        }
        return min(asked, running)
    }

    private func isHeldNamespace(_ object: JSON) -> Bool {
        object.kind == "Namespace" && object.at("spec", "finalizers")?.array?.isEmpty == false
    }

    private func markDeleted(_ object: inout JSON, grace: Int, old: JSON) {
        if old.deletionTimestamp == nil {
            object.deletionTimestamp = now.advanced(by: .seconds(grace)).rfc3339
            if let generation = object.generation { object.generation = generation + 1 }
        } else if grace < old.at("metadata", "deletionGracePeriodSeconds")?.int ?? 0 {
            object.deletionTimestamp = now.advanced(by: .seconds(grace)).rfc3339
        }
        object.set(.int(grace), at: "metadata", "deletionGracePeriodSeconds")
        if object.kind == "Namespace" { object.set("Terminating", at: "status", "phase") }
    }
}
