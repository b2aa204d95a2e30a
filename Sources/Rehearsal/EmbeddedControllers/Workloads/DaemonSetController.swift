import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Keeps one pod of a DaemonSet on each node that it selects.
///
/// Nodes are selected by `nodeSelector` alone: taints and affinities of the template are not judged.
struct DaemonSetController: Controller {
    let name = "daemonset-controller"
    let watchedResources: Set<ResourceName>? = [.daemonSets, .pods, .nodes]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        switch change.resource {
        case .daemonSets: return [ObjectAddress(.daemonSets, of: change.object)]
        case .nodes:
            return view.objects(.daemonSets).map { ObjectAddress(.daemonSets, of: $0) }
        default:
            return change.controllers(
                kind: "DaemonSet",
                .daemonSets,
                in: view,
                selector: LabelSelector.ofWorkload
            )
        }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let set = view.object(address) else { return .none }
        let candidates = view.objects(.pods, namespace: address.namespace)
        let claim = Ownership.claim(candidates, for: set, .ofWorkload(set))
        var sync = DaemonSetSync(set, pods: claim.objects, in: view)
        sync.run()
        var outcome = sync.outcome
        outcome.writes = claim.writes + outcome.writes
        return outcome
    }
}
