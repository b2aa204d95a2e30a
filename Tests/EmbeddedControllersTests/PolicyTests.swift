import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

@Suite struct PolicyTests {
    private let world = ControlledCluster()

    private func autoscaler(least: Int, most: Int) -> String {
        """
        {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler",
         "metadata":{"name":"h","namespace":"default"},
         "spec":{"minReplicas":\(least),"maxReplicas":\(most),
         "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"a"},
         "metrics":[{"type":"Resource","resource":{"name":"cpu",
         "target":{"type":"Utilization","averageUtilization":80}}}]}}
        """
    }

    @Test func `an autoscaler without metrics says so and leaves replicas within its bounds alone`()
        throws
    {
        try world.addNode("node-1")
        try world.create(Manifests.deployment("a", replicas: 3))
        try world.create(autoscaler(least: 2, most: 4))
        world.settle()
        let autoscaler = world.get(.horizontalPodAutoscalers, "h")
        #expect(world.get(.deployments, "a").number("spec", "replicas") == 3)
        #expect(autoscaler.state("AbleToScale") == "True (SucceededGetScale)")
        #expect(autoscaler.state("ScalingActive") == "False (FailedGetResourceMetric)")
        #expect(
            autoscaler.message("ScalingActive")
                == "the HPA was unable to compute the replica count: failed to get cpu "
                + "utilization: unable to get metrics for resource cpu: unable to fetch metrics "
                + "from resource metrics API: the server could not find the requested resource "
                + "(get pods.metrics.k8s.io)"
        )
        #expect(autoscaler.number("status", "currentReplicas") == 3)
    }

    @Test(arguments: [(1, 2), (9, 4), (0, 0)])
    func `an autoscaler holds its bounds, and lets a target at zero sleep`(
        replicas: Int,
        result: Int
    ) throws {
        try world.addNode("node-1")
        try world.create(Manifests.deployment("a", replicas: replicas))
        try world.create(autoscaler(least: 2, most: 4))
        world.settle()
        #expect(world.get(.deployments, "a").number("spec", "replicas") == result)
        if replicas == 0 {
            #expect(
                world.get(.horizontalPodAutoscalers, "h").state("ScalingActive")
                    == "False (ScalingDisabled)"
            )
        }
    }

    @Test func `an autoscaler without its target says what it misses`() throws {
        try world.create(autoscaler(least: 2, most: 4))
        world.settle()
        let autoscaler = world.get(.horizontalPodAutoscalers, "h")
        #expect(autoscaler.state("AbleToScale") == "False (FailedGetScale)")
        #expect(
            autoscaler.message("AbleToScale")
                == "the HPA controller was unable to get the target's current scale: "
                + "deployments.apps \"a\" not found"
        )
    }

    @Test(arguments: [
        ("\"minAvailable\":2", 2, 1, 3), ("\"maxUnavailable\":1", 2, 1, 3),
        ("\"minAvailable\":\"50%\"", 2, 1, 3), ("\"maxUnavailable\":\"100%\"", 0, 3, 3),
        ("\"minAvailable\":3", 3, 0, 3),
    ])
    func `a budget allows what is healthy beyond what must be`(
        rule: String,
        desired: Int,
        allowed: Int,
        expected: Int
    ) throws {
        try world.addNode("node-1")
        try world.create(Manifests.deployment("a", replicas: 3))
        try world.create(
            """
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget",
             "metadata":{"name":"b","namespace":"default"},
             "spec":{\(rule),"selector":{"matchLabels":{"app":"a"}}}}
            """
        )
        world.settle()
        let budget = world.get(.podDisruptionBudgets, "b")
        #expect(budget.number("status", "currentHealthy") == 3)
        #expect(budget.number("status", "desiredHealthy") == desired)
        #expect(budget.number("status", "disruptionsAllowed") == allowed)
        #expect(budget.number("status", "expectedPods") == expected)
        #expect(
            budget.state("DisruptionAllowed")
                == (allowed > 0 ? "True (SufficientPods)" : "False (InsufficientPods)")
        )
    }

    @Test func `a quota counts what it limits`() throws {
        try world.addNode("node-1")
        try world.create(
            """
            {"apiVersion":"v1","kind":"ResourceQuota",
             "metadata":{"name":"q","namespace":"default"},
             "spec":{"hard":{"pods":"10","services":"5","count/deployments.apps":"3"}}}
            """
        )
        // Nothing is let in before the controller has said what is used.
        world.settle()
        try world.create(Manifests.deployment("a", replicas: 2))
        try world.create(Manifests.service("a", selector: "a"))
        world.settle()
        let used = world.get(.resourceQuotas, "q").at("status", "used")
        #expect(used?["pods"] == "2")
        #expect(used?["count/deployments.apps"] == "1")
        #expect(used?["services"] == "2")
    }

    @Test func `a Deployment grows as far as a quota lets it, and on when there is room`() throws {
        try world.addNode("node-1")
        func quota(_ pods: Int) -> String {
            """
            {"apiVersion":"v1","kind":"ResourceQuota",
             "metadata":{"name":"q","namespace":"default"},"spec":{"hard":{"pods":"\(pods)"}}}
            """
        }
        try world.create(quota(2))
        world.settle()
        try world.create(Manifests.deployment("a", replicas: 4))
        world.settle()
        #expect(world.cluster.list(.pods).count == 2)
        try world.cluster.mutate(
            .resourceQuotas,
            namespace: "default",
            name: "q",
            manager: "test"
        ) { $0.set("9", at: "spec", "hard", "pods") }
        world.settle()
        #expect(world.cluster.list(.pods).count == 4)
        #expect(world.get(.resourceQuotas, "q").at("status", "used", "pods") == "4")
    }

    @Test func `a claim goes when no pod uses it, and its made-up volume with it`() throws {
        try world.create(
            """
            {"apiVersion":"v1","kind":"PersistentVolumeClaim",
             "metadata":{"name":"c","namespace":"default",
             "finalizers":["kubernetes.io/pvc-protection"]},
             "spec":{"accessModes":["ReadWriteOnce"],
             "resources":{"requests":{"storage":"1Gi"}}}}
            """
        )
        world.settle()
        #expect(world.get(.persistentVolumeClaims, "c").at("status", "phase") == "Bound")
        #expect(world.cluster.list(.persistentVolumes).count == 1)
        try world.cluster.delete(.persistentVolumeClaims, namespace: "default", name: "c")
        world.settle()
        #expect(world.get(.persistentVolumeClaims, "c") == .null)
        #expect(world.cluster.list(.persistentVolumes).isEmpty)
    }
}
