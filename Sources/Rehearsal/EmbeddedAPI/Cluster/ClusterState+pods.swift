import Clocks
import JSONValues
import KubernetesObjects

extension ClusterState {
    /// Deletes a pod if the disruption budgets that cover it allow that.
    mutating func evict(
        _ name: String,
        _ options: DeleteOptions,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let key = request.key(name)
        guard let pod = store.object(.pods, key)?.value else { throw .notFound(.pods, name) }
        let isRunning = !["Succeeded", "Failed", "Pending"].contains(
            pod.at("status", "phase")?.string
        )
        if isRunning, pod.deletionTimestamp == nil {
            try disrupt(name, pod, request)
        }
        if !request.isDryRun { markEvicted(name, pod, request) }
        _ = try delete(name, options, request)
    }

    private mutating func markEvicted(_ name: String, _ pod: JSON, _ request: WriteRequest) {
        let condition: JSON = [
            "type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI",
            "message": "Eviction API: evicting", "lastProbeTime": nil,
            "lastTransitionTime": .string(now.rfc3339),
        ]
        var evicted = pod
        let others = (pod.at("status", "conditions")?.array ?? [])
            .filter { $0["type"] != "DisruptionTarget" }
        evicted.set(.array(others + [condition]), at: "status", "conditions")
        _ = put(evicted, request.key(name), request)
    }

    /// Takes one disruption from the budget, if there is a budget.
    private mutating func disrupt(
        _ name: String,
        _ pod: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let labels = pod.at("metadata", "labels")
        let budgets = store.objects(.podDisruptionBudgets, namespace: request.namespace)
            .filter { FieldChecks.matches($0.value.at("spec", "selector"), labels) }
        guard let budget = budgets.first, let definition = registry[.podDisruptionBudgets] else {
            return
        }
        guard budgets.count == 1 else {
            throw .internalError(
                "This pod has more than one PodDisruptionBudget, which the eviction subresource "
                    + "does not support."
            )
        }
        let status = budget.value.status ?? .emptyObject
        let allowed = status["disruptionsAllowed"]?.int ?? 0
        guard allowed > 0 else { throw .disruptionRefused(budget.value) }
        let update = WriteRequest(
            definition: definition,
            version: definition.storageVersion,
            namespace: request.namespace,
            manager: "kube-apiserver",
            subresource: .status,
            isDryRun: request.isDryRun
        )
        let time = now.rfc3339
        _ = try self.update(budget.key.name, update) { old in
            var object = old
            object.set(.int(allowed - 1), at: "status", "disruptionsAllowed")
            object.set(.string(time), at: "status", "disruptedPods", name)
            return object
        }
    }

    /// Assigns a pod to a node, as a scheduler does.
    mutating func bind(
        _ name: String,
        to node: String,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        let key = request.key(name)
        guard let pod = store.object(.pods, key)?.value else { throw .notFound(.pods, name) }
        let binding = ResourceName("pods/binding")
        if let assigned = pod.at("spec", "nodeName")?.string, !assigned.isEmpty {
            throw .conflict(
                binding,
                name,
                "pod \(name) is already assigned to node \"\(assigned)\""
            )
        }
        if pod.deletionTimestamp != nil {
            throw .conflict(
                binding,
                name,
                "pod \(name) is being deleted, cannot be assigned to a host"
            )
        }
        var bound = pod
        bound.set(.string(node), at: "spec", "nodeName")
        let condition: JSON = [
            "type": "PodScheduled", "status": "True", "lastProbeTime": nil,
            "lastTransitionTime": .string(now.rfc3339),
        ]
        let others = (pod.at("status", "conditions")?.array ?? [])
            .filter { $0["type"] != "PodScheduled" }
        bound.set(.array(others + [condition]), at: "status", "conditions")
        _ = put(bound, key, request)
    }
}
