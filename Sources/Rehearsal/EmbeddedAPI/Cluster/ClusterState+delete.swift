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
        let key = request.key(name)
        guard let old = store.object(request.storage, key)?.value else {
            throw .notFound(request.resource, name)
        }
        if request.resource == .namespaces,
            ["default", "kube-system", "kube-public"].contains(name)
        {
            throw .forbidden(.namespaces, name, "this namespace may not be deleted")
        }
        try checkPreconditions(options, old, request)
        try checkPolicies(nil, before: old, request)
        var object = old
        object.finalizers = finalizers(of: old, options, request)
        let grace = gracePeriod(of: old, options, request.resource)
        if request.resource == .customResourceDefinitions {
            object = terminating(object)
            let marked = object == old ? old : put(object, key, request)
            finishDefinition(name, request)
            return .pending(marked)
        }
        if grace > 0 || !object.finalizers.isEmpty || isHeldNamespace(object) {
            markDeleted(&object, grace: grace, old: old, request)
            guard object != old else { return .pending(old) }
            return .pending(put(object, key, request))
        }
        if request.resource == .pods { markDeleted(&object, grace: 0, old: old, request) }
        remove(object, key, request)
        return .done(object)
    }

    /// A definition goes when its objects are gone, and says so until then.
    private func terminating(_ old: JSON) -> JSON {
        guard old.deletionTimestamp == nil else { return old }
        var object = old
        object.deletionTimestamp = now.rfc3339
        object.finalizers.append(CustomDefinitionRules.finalizer)
        let condition: JSON = [
            "type": "Terminating", "status": "True", "reason": "InstanceDeletionPending",
            "message": .string(
                "CustomResourceDefinition marked for deletion; CustomResource deletion will begin "
                    + "soon"
            ),
            "lastTransitionTime": .string(now.rfc3339),
        ]
        let others = (object.at("status", "conditions")?.array ?? [])
            .filter { $0["type"] != "Terminating" }
        object.set(.array(others + [condition]), at: "status", "conditions")
        return object
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
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let problem: String
        if let uid = options.uid, uid != old.uid {
            problem =
                "the UID in the precondition (\(uid)) does not match the UID in record "
                + "(\(old.uid ?? "")). The object might have been deleted and then recreated"
        } else if let version = options.resourceVersion, version != old.resourceVersion {
            problem =
                "the ResourceVersion in the precondition (\(version)) does not match the "
                + "ResourceVersion in record (\(old.resourceVersion ?? "")). The object might "
                + "have been modified"
        } else {
            return
        }
        // Here the original names the kind where it else names the resource.
        let kind = ResourceName(request.definition.kind, group: request.resource.group)
        throw .conflict(kind, old.name ?? "", problem)
    }

    private func finalizers(
        of old: JSON,
        _ options: DeleteOptions,
        _ request: WriteRequest
    ) -> [String] {
        let ours = ["orphan", "foregroundDeletion"]
        var list = old.finalizers
        // A finalizer of an earlier deletion decides unless this one says otherwise.
        guard options.propagation != nil || !list.contains(where: ours.contains) else {
            return list
        }
        list.removeAll { ours.contains($0) }
        switch options.propagation ?? request.definition.rules.propagation {
        case .orphan: list.append("orphan")
        case .foreground: list.append("foregroundDeletion")
        case .background: break
        }
        return list
    }

    /// Seconds for which the object stays after its deletion was asked for: only pods that run.
    private func gracePeriod(
        of old: JSON,
        _ options: DeleteOptions,
        _ resource: ResourceName
    ) -> Int {
        guard resource == .pods, (old.at("spec", "nodeName")?.string ?? "") != "" else { return 0 }
        if old.isPodFinished { return 0 }
        let own = old.at("spec", "terminationGracePeriodSeconds")?.int ?? 30
        let asked = max(0, options.gracePeriodSeconds ?? own)
        guard let running = old.at("metadata", "deletionGracePeriodSeconds")?.int else {
            return asked
        }
        return min(asked, running)
    }

    private func markDeleted(
        _ object: inout JSON,
        grace: Int,
        old: JSON,
        _ request: WriteRequest
    ) {
        let remaining = old.at("metadata", "deletionGracePeriodSeconds")?.int
        if old.deletionTimestamp == nil {
            object.deletionTimestamp = now.advanced(by: .seconds(grace)).rfc3339
            let counts = request.definition.rules.countsGeneration != nil
            if counts, !request.definition.rules.keepsGenerationOnDelete {
                object.generation = (object.generation ?? 0) + 1
            }
        } else if let remaining, grace < remaining {
            let asked = WallTime(rfc3339: old.deletionTimestamp ?? "") ?? now
            let shorter = asked.advanced(by: .seconds(grace - remaining))
            object.deletionTimestamp = shorter.rfc3339
        }
        if !request.definition.rules.keepsGenerationOnDelete {
            object.set(.int(grace), at: "metadata", "deletionGracePeriodSeconds")
        }
        if object.kind == "Namespace" {
            object.set("Terminating", at: "status", "phase")
            object.remove(at: "metadata", "deletionGracePeriodSeconds")
        }
    }
}
