import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Turns the template of a Deployment into ReplicaSets, and moves pods from old ones to new.
struct DeploymentController: Controller {
    let name = "deployment-controller"
    let watchedResources: Set<ResourceName>? = [.deployments, .replicaSets, .pods]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        switch change.resource {
        case .deployments: [ObjectAddress(.deployments, of: change.object)]
        case .replicaSets:
            change.controllers(
                kind: "Deployment",
                .deployments,
                in: view,
                selector: LabelSelector.ofWorkload
            )
        default: change.kind == .deleted ? recreated(afterLoss: change.object, in: view) : []
        }
    }

    /// A Deployment that recreates waits for the last old pod to be gone.
    private func recreated(afterLoss pod: JSON, in view: ClusterView) -> [ObjectAddress] {
        guard let address = Ownership.controller(of: pod, kind: "ReplicaSet", .replicaSets),
            let replicaSet = view.object(address),
            let owner = Ownership.controller(of: replicaSet, kind: "Deployment", .deployments),
            view.object(owner)?.at("spec", "strategy", "type")?.string == "Recreate"
        else { return [] }
        return [owner]
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let deployment = view.object(address) else { return .none }
        let selector = LabelSelector.ofWorkload(deployment)
        guard !selector.isEmpty else { return .none }
        let candidates = view.objects(.replicaSets, namespace: address.namespace)
        let claim = Ownership.claim(candidates, for: deployment, selector)
        var sync = DeploymentSync(deployment, replicaSets: claim.objects, now: view.now)
        sync.run(in: view)
        var outcome = sync.outcome
        outcome.writes = claim.writes + outcome.writes
        return outcome
    }
}
