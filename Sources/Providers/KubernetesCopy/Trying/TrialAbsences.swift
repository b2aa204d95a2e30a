import JSONValues
import KubernetesAPI
import KubernetesObjects

/// What a plan makes first, and without which the target's server cannot judge what comes later: pure.
struct TrialAbsences {
    private let namespaces: Set<String>
    private let kinds: Set<GroupVersionKind>
    private let keys: Set<CopyKey>

    init(_ plan: CopyPlan) {
        let created = plan.items.filter {
            if case .create = $0.action { true } else { false }
        }
        keys = Set(created.map(\.key))
        namespaces = Set(created.filter { $0.key.isNamespace }.map(\.key.name))
        kinds = Set(
            created.filter { $0.wave == .definitions }
                .flatMap { CopyRun.kinds(definedBy: $0.wanted) }.map(\.groupVersionKind)
        )
    }

    /// Whether the namespace that an object belongs to is made by the plan itself.
    func lacksNamespace(_ item: CopyItem) -> Bool {
        item.key.namespace.map(namespaces.contains) ?? false
    }

    /// Nil when the server can be asked; with `hasStandIn` another namespace may take the place of one
    /// that is not there.
    func reason(notToAsk item: CopyItem, hasStandIn: Bool) -> String? {
        let isPod = item.key.kindName == "Pod"
        // A pod needs its account beside it, and so can only be tried where it belongs.
        if lacksNamespace(item), isPod || !hasStandIn { return "its namespace is not there yet" }
        if kinds.contains(item.kind.groupVersionKind) { return "its definition is not there yet" }
        guard isPod else { return nil }
        let missing = needs(ofPod: item).filter(keys.contains).min()
        return missing.map { "\($0) is not there yet" }
    }

    /// What admission looks for when a pod is made.
    private func needs(ofPod item: CopyItem) -> [CopyKey] {
        let spec = item.wanted["spec"]
        let needs: [(group: String, kind: String, namespace: String?, name: String?)] = [
            (
                "", "ServiceAccount", item.key.namespace,
                spec?["serviceAccountName"]?.string ?? "default"
            ),
            (
                "scheduling.k8s.io", "PriorityClass", nil, spec?["priorityClassName"]?.string
            ),
            ("node.k8s.io", "RuntimeClass", nil, spec?["runtimeClassName"]?.string),
        ]
        return needs.compactMap { need in
            need.name.map {
                CopyKey(group: need.group, kind: need.kind, namespace: need.namespace, name: $0)
            }
        }
    }
}
