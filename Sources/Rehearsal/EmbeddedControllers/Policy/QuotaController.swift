import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Says in each ResourceQuota how many objects of the counted kinds there are.
///
/// Sums of requests and limits are not made: their lines show no use.
struct QuotaController: Controller {
    let name = "resourcequota-controller"
    let watchedResources: Set<ResourceName>? = nil

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        if change.resource == .resourceQuotas {
            return [ObjectAddress(.resourceQuotas, of: change.object)]
        }
        guard let namespace = change.object.namespace, !namespace.isEmpty else { return [] }
        let isEdit = change.kind == .modified && change.resource != .pods
        guard !isEdit || change.resource == .services else { return [] }
        return view.objects(.resourceQuotas, namespace: namespace)
            .map { ObjectAddress(.resourceQuotas, of: $0) }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let quota = view.object(address), !quota.isBeingDeleted else { return .none }
        let hard = quota.at("spec", "hard")?.object ?? [:]
        var used: [String: JSON] = [:]
        for key in hard.keys {
            let count = count(key, in: address.namespace, view)
            used[key] = .string(String(count ?? 0))
        }
        var outcome = Reconciliation()
        outcome.updateStatus(["hard": .object(hard), "used": .object(used)], of: quota)
        return outcome
    }

    /// Nil for what is no number of objects.
    private func count(_ key: String, in namespace: String, _ view: ClusterView) -> Int? {
        let services = { view.objects(.services, namespace: namespace) }
        switch key {
        case "pods":
            return view.objects(.pods, namespace: namespace).count { !$0.isPodFinished }
        case "services.loadbalancers":
            return services().count { $0.at("spec", "type") == "LoadBalancer" }
        case "services.nodeports":
            return services().flatMap { $0.at("spec", "ports")?.array ?? [] }
                .count { $0["nodePort"]?.int != nil }
        case "services", "configmaps", "secrets", "persistentvolumeclaims", "resourcequotas",
            "replicationcontrollers":
            return view.objects(ResourceName(key), namespace: namespace).count
        default:
            guard key.hasPrefix("count/") else { return nil }
            let parts = key.dropFirst("count/".count).split(separator: ".", maxSplits: 1)
            guard let plural = parts.first else { return nil }
            let group = parts.count == 2 ? String(parts[1]) : ""
            let resource = ResourceName(String(plural), group: group)
            return view.objects(resource, namespace: namespace).count
        }
    }
}
