import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Keeps the taints of a node in step with its condition and with `kubectl cordon`.
struct NodeTaintController: Controller {
    let name = "node-lifecycle-controller"
    let watchedResources: Set<ResourceName>? = [.nodes]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        // Heartbeats change times alone.
        let isNews =
            change.previous?["spec"] != change.object["spec"]
            || change.previous.flatMap(isReady) != isReady(change.object)
        return isNews ? [ObjectAddress(.nodes, of: change.object)] : []
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let node = view.object(address) else { return .none }
        var wanted: [String] = []
        if isReady(node) == false { wanted.append("not-ready") }
        if node.at("spec", "unschedulable")?.bool == true { wanted.append("unschedulable") }
        let ours = ["not-ready", "unreachable", "unschedulable"].map(taint)
        let taints = node.at("spec", "taints")?.array ?? []
        // A node that has said nothing yet keeps the taint that it was made with.
        guard isReady(node) != nil else { return .none }
        let kept = taints.filter { !ours.contains($0.without("timeAdded")) }
        let known = taints.filter { wanted.map(taint).contains($0.without("timeAdded")) }
        let missing = wanted.map(taint).filter { one in
            !known.contains { $0.without("timeAdded") == one }
        }
        var object = node
        let all = kept + known + missing
        object.set(.array(all), at: "spec", "taints")
        if all.isEmpty { object.remove(at: "spec", "taints") }
        var outcome = Reconciliation()
        outcome.update(object, from: node)
        return outcome
    }

    private func taint(_ word: String) -> JSON {
        ["key": .string("node.kubernetes.io/\(word)"), "effect": "NoSchedule"]
    }

    /// Nil for a node that has not said.
    private func isReady(_ node: JSON) -> Bool? {
        node.condition("Ready").map { $0["status"] == "True" }
    }
}

extension JSON {
    fileprivate func without(_ key: String) -> JSON {
        var value = self
        value[key] = nil
        return value
    }
}
