import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Says in each PodDisruptionBudget how many of its pods may be evicted now.
struct DisruptionController: Controller {
    let name = "disruption-controller"
    let watchedResources: Set<ResourceName>? = [
        .podDisruptionBudgets, .pods, .deployments, .replicaSets, .statefulSets,
        .replicationControllers,
    ]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        if change.resource == .podDisruptionBudgets {
            return [ObjectAddress(.podDisruptionBudgets, of: change.object)]
        }
        let versions = [change.object, change.previous].compactMap { $0 }
        let budgets = view.objects(.podDisruptionBudgets, namespace: change.object.namespace ?? "")
        return budgets.filter { budget in
            change.resource != .pods
                || versions.contains { LabelSelector.ofWorkload(budget).matches($0) }
        }.map { ObjectAddress(.podDisruptionBudgets, of: $0) }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let budget = view.object(address) else { return .none }
        let pods = view.objects(
            .pods,
            namespace: address.namespace,
            matching: .ofWorkload(budget)
        ).filter { !$0.isPodFinished }
        let healthy = pods.count { $0.isPodReady && !$0.isBeingDeleted }
        let (expected, desired) = demand(of: budget, pods, in: view)
        let allowed = expected > 0 ? max(0, healthy - desired) : 0
        var status = budget.status ?? .emptyObject
        status["currentHealthy"] = .int(healthy)
        status["desiredHealthy"] = .int(desired)
        status["expectedPods"] = .int(expected)
        status["disruptionsAllowed"] = .int(allowed)
        status["observedGeneration"] = budget.generation.map { JSON.int($0) }
        status["conditions"] = [condition(of: budget, isAllowed: allowed > 0, in: view)]
        var outcome = Reconciliation()
        outcome.updateStatus(status, of: budget)
        return outcome
    }

    private func condition(of budget: JSON, isAllowed: Bool, in view: ClusterView) -> JSON {
        var conditions = Conditions(of: budget)
        conditions.set(
            "DisruptionAllowed",
            isAllowed ? "True" : "False",
            reason: isAllowed ? "SufficientPods" : "InsufficientPods",
            message: "",
            now: view.now
        )
        var condition = conditions["DisruptionAllowed"] ?? .emptyObject
        condition["observedGeneration"] = budget.generation.map { JSON.int($0) }
        return condition
    }

    /// How many pods there should be, and how many of them must be healthy.
    private func demand(of budget: JSON, _ pods: [JSON], in view: ClusterView) -> (Int, Int) {
        if let most = budget.at("spec", "maxUnavailable") {
            let expected = expectedCount(pods, in: view)
            let count = PodCount.resolve(most, of: expected, roundsUp: true)
            return (expected, max(0, expected - count))
        }
        let least = budget.at("spec", "minAvailable") ?? 1
        if let count = least.int { return (pods.count, count) }
        let expected = expectedCount(pods, in: view)
        return (expected, PodCount.resolve(least, of: expected, roundsUp: true))
    }

    /// The sum of what the controllers of the pods ask for.
    private func expectedCount(_ pods: [JSON], in view: ClusterView) -> Int {
        let resources: [String: ResourceName] = [
            "ReplicaSet": .replicaSets, "Deployment": .deployments, "StatefulSet": .statefulSets,
            "ReplicationController": .replicationControllers,
        ]
        var counts: [String: Int] = [:]
        for pod in pods {
            var object = pod
            while let reference = object.controllerReference,
                let resource = resources[reference["kind"]?.string ?? ""],
                let owner = view.object(
                    resource,
                    namespace: pod.namespace ?? "",
                    name: reference["name"]?.string ?? ""
                )
            {
                object = owner
            }
            if object.uid != pod.uid { counts[object.uid ?? ""] = object.specReplicas }
        }
        return counts.values.reduce(0, +)
    }
}
