import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Removes pods that no node will ever remove: those of nodes that are gone, and those that were
/// deleted before they had a node.
struct PodCollector: Controller {
    let name = "pod-garbage-collector-controller"
    let watchedResources: Set<ResourceName>? = [.pods, .nodes]

    /// How old a pod must be before the lack of its node counts: the node may just be late.
    private static let quarantine: Duration = .seconds(40)

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        guard change.resource == .nodes else {
            return change.kind == .deleted ? [] : [ObjectAddress(.pods, of: change.object)]
        }
        guard change.kind == .deleted else { return [] }
        return view.objects(.pods).filter { $0.nodeName == change.object.name }
            .map { ObjectAddress(.pods, of: $0) }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let pod = view.object(address) else { return .none }
        guard let node = pod.nodeName else {
            return pod.isBeingDeleted ? Reconciliation([removal(of: pod, address)]) : .none
        }
        guard view.object(.nodes, name: node) == nil else { return .none }
        let age = view.age(since: pod.creationTimestamp) ?? Self.quarantine
        guard age >= Self.quarantine else { return Reconciliation(again: Self.quarantine - age) }
        return Reconciliation([removal(of: pod, address)])
    }

    private func removal(of pod: JSON, _ address: ObjectAddress) -> ObjectWrite {
        .remove(address, DeleteOptions(gracePeriodSeconds: 0, uid: pod.uid))
    }
}
