import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Says in each ResourceQuota how much of what it bounds is used.
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
        let used = QuotaUsage.used(of: quota) { resource in
            view.objects(resource, namespace: address.namespace)
        }
        var outcome = Reconciliation()
        let hard = quota.at("spec", "hard") ?? .emptyObject
        outcome.updateStatus(["hard": hard, "used": used], of: quota)
        return outcome
    }
}
