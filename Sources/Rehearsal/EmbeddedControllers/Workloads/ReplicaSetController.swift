import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Keeps as many pods as a ReplicaSet asks for.
struct ReplicaSetController: Controller {
    let name = "replicaset-controller"
    let watchedResources: Set<ResourceName>? = [.replicaSets, .pods]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        guard change.resource == .pods else {
            return [ObjectAddress(.replicaSets, of: change.object)]
        }
        return change.controllers(
            kind: "ReplicaSet",
            .replicaSets,
            in: view,
            selector: LabelSelector.ofWorkload
        )
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let replicaSet = view.object(address) else { return .none }
        let selector = LabelSelector.ofWorkload(replicaSet)
        return Replicas(
            owner: replicaSet,
            selector: selector,
            templateLabels: replicaSet.at("spec", "template", "metadata", "labels")?.stringMap
                ?? [:]
        ).reconcile(in: view)
    }
}

/// Keeps as many pods as a ReplicationController asks for: the same, with the older selector.
struct ReplicationControllerController: Controller {
    let name = "replicationcontroller-controller"
    let watchedResources: Set<ResourceName>? = [.replicationControllers, .pods]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        guard change.resource == .pods else {
            return [ObjectAddress(.replicationControllers, of: change.object)]
        }
        return change.controllers(
            kind: "ReplicationController",
            .replicationControllers,
            in: view,
            selector: LabelSelector.ofMap
        )
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let owner = view.object(address) else { return .none }
        return Replicas(
            owner: owner,
            selector: .ofMap(owner),
            templateLabels: owner.at("spec", "template", "metadata", "labels")?.stringMap ?? [:]
        ).reconcile(in: view)
    }
}
