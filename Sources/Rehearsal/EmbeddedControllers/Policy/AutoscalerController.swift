import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Looks after HorizontalPodAutoscalers as a cluster without metrics does.
///
/// It keeps replicas between the two bounds, and otherwise leaves them alone and says that it
/// cannot tell. A target with no replicas at all stays so.
struct AutoscalerController: Controller {
    let name = "horizontal-pod-autoscaler-controller"
    let watchedResources: Set<ResourceName>? = [
        .horizontalPodAutoscalers, .deployments, .replicaSets, .statefulSets,
    ]

    private static let targets: [String: ResourceName] = [
        "Deployment": .deployments, "ReplicaSet": .replicaSets, "StatefulSet": .statefulSets,
    ]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        if change.resource == .horizontalPodAutoscalers {
            return [ObjectAddress(.horizontalPodAutoscalers, of: change.object)]
        }
        let namespace = change.object.namespace ?? ""
        return view.objects(.horizontalPodAutoscalers, namespace: namespace)
            .filter { target(of: $0) == ObjectAddress(change.resource, of: change.object) }
            .map { ObjectAddress(.horizontalPodAutoscalers, of: $0) }
    }

    /// Nil when the target is of a kind that cannot be scaled here.
    private func target(of autoscaler: JSON) -> ObjectAddress? {
        let reference = autoscaler.at("spec", "scaleTargetRef")
        guard let resource = Self.targets[reference?["kind"]?.string ?? ""] else { return nil }
        return ObjectAddress(
            resource,
            namespace: autoscaler.namespace ?? "",
            name: reference?["name"]?.string ?? ""
        )
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let autoscaler = view.object(address) else { return .none }
        var look = AutoscalerLook(autoscaler, now: view.now)
        if let place = target(of: autoscaler), let target = view.object(place) {
            look.run(target)
        } else {
            let reference = autoscaler.at("spec", "scaleTargetRef")
            let kind = reference?["kind"]?.string ?? ""
            let resource = Self.targets[kind]?.description ?? kind
            look.noteMissing("\(resource) \"\(reference?["name"]?.string ?? "")\" not found")
        }
        return look.outcome
    }
}
