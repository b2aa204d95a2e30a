import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

@Suite struct DeploymentTests {
    private static let rolling = """
        "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}},
        """

    private func world(_ manifest: String) throws -> ControlledCluster {
        let world = ControlledCluster()
        try world.addNode("node-1")
        try world.addNode("node-2")
        try world.create(manifest)
        world.settle()
        return world
    }

    @Test func `a deployment becomes a replica set and pods, and says so as a real one does`()
        throws
    {
        let world = try world(Manifests.deployment("a", replicas: 3))
        let deployment = world.get(.deployments, "a")
        let replicaSets = world.list(.replicaSets)
        #expect(replicaSets.count == 1)
        let replicaSet = try #require(replicaSets.first)
        let hash = try #require(replicaSet.labels["pod-template-hash"])
        #expect(replicaSet.name == "a-\(hash)")
        #expect(replicaSet.labels == ["app": "a", "pod-template-hash": hash])
        #expect(
            replicaSet.at("spec", "selector", "matchLabels")?.stringMap
                == ["app": "a", "pod-template-hash": hash]
        )
        #expect(
            replicaSet.annotations == [
                "team": "blue", "deployment.kubernetes.io/revision": "1",
                "deployment.kubernetes.io/desired-replicas": "3",
                "deployment.kubernetes.io/max-replicas": "4",
            ]
        )
        #expect(replicaSet.controllerReference?["uid"]?.string == deployment.uid)
        #expect(replicaSet.controllerReference?["blockOwnerDeletion"] == true)
        #expect(deployment.annotations["deployment.kubernetes.io/revision"] == "1")
        #expect(deployment.state("Available") == "True (MinimumReplicasAvailable)")
        #expect(deployment.message("Available") == "Deployment has minimum availability.")
        #expect(deployment.state("Progressing") == "True (NewReplicaSetAvailable)")
        #expect(
            deployment.message("Progressing")
                == "ReplicaSet \"a-\(hash)\" has successfully progressed."
        )
        for key in ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"] {
            #expect(deployment.number("status", key) == 3, "\(key)")
        }
        #expect(deployment.at("status", "unavailableReplicas") == nil)
        #expect(deployment.number("status", "observedGeneration") == deployment.generation)
        let pods = world.list(.pods)
        #expect(pods.count == 3)
        for pod in pods {
            #expect(pod.name?.hasPrefix("a-\(hash)-") == true)
            #expect(pod.generateName == "a-\(hash)-")
            #expect(pod.labels["pod-template-hash"] == hash)
            #expect(pod.controllerReference?["uid"]?.string == replicaSet.uid)
        }
    }

    @Test func `a rolling update never goes below what must be available nor above the surge`()
        throws
    {
        let world = try world(Manifests.deployment("a", replicas: 4, more: Self.rolling))
        var availableMin = Int.max
        var countMax = 0
        world.watcher = {
            let active = world.list(.pods).filter { $0.deletionTimestamp == nil }
            let wanted = world.list(.replicaSets).reduce(0) {
                $0 + ($1.number("spec", "replicas") ?? 0)
            }
            countMax = max(countMax, wanted)
            availableMin = min(availableMin, active.filter { $0.isReadyInTest }.count)
        }
        try world.change(.deployments, "a") {
            $0.set("new", at: "spec", "template", "metadata", "labels", "version")
        }
        world.settle()
        #expect(availableMin == 4)
        #expect(countMax == 5)
        let sizes = world.list(.replicaSets).map { $0.number("spec", "replicas") ?? -1 }
        #expect(sizes.sorted() == [0, 4])
        #expect(world.list(.pods).allSatisfy { $0.labels["version"] == "new" })
        let deployment = world.get(.deployments, "a")
        #expect(deployment.annotations["deployment.kubernetes.io/revision"] == "2")
        #expect(deployment.state("Progressing") == "True (NewReplicaSetAvailable)")
    }

    @Test func `recreate starts no new pod before the last old one is gone`() throws {
        let strategy = "\"strategy\":{\"type\":\"Recreate\"},"
        let world = try world(Manifests.deployment("a", replicas: 3, more: strategy))
        var wereMixed = false
        world.watcher = {
            let versions = Set(world.list(.pods).map { $0.labels["version"] ?? "old" })
            if versions.count > 1 { wereMixed = true }
        }
        try world.change(.deployments, "a") {
            $0.set("new", at: "spec", "template", "metadata", "labels", "version")
        }
        world.settle()
        #expect(!wereMixed)
        #expect(world.list(.pods).count == 3)
        #expect(world.list(.pods).allSatisfy { $0.labels["version"] == "new" })
    }

    @Test func `scaling up, down and to zero follows, and the status with it`() throws {
        let world = try world(Manifests.deployment("a", replicas: 1))
        for count in [5, 2, 0, 3] {
            try world.change(.deployments, "a") { $0.set(.int(count), at: "spec", "replicas") }
            world.settle()
            #expect(world.list(.pods).count == count)
            let deployment = world.get(.deployments, "a")
            #expect(deployment.number("status", "availableReplicas") ?? 0 == count)
            #expect(deployment.state("Available") == "True (MinimumReplicasAvailable)")
            #expect(world.list(.replicaSets).count == 1)
            let replicaSet = world.list(.replicaSets)[0]
            #expect(
                replicaSet.annotations["deployment.kubernetes.io/desired-replicas"]
                    == String(count)
            )
        }
    }

    @Test func `an undo takes the old replica set again and keeps its history`() throws {
        let world = try world(Manifests.deployment("a", replicas: 2))
        let first = world.list(.replicaSets)[0].name
        try world.change(.deployments, "a") {
            $0.set("two", at: "spec", "template", "metadata", "labels", "version")
        }
        world.settle()
        try world.change(.deployments, "a") {
            $0.remove(at: "spec", "template", "metadata", "labels", "version")
        }
        world.settle()
        let active = world.list(.replicaSets).filter { $0.number("spec", "replicas") == 2 }
        #expect(active.map(\.name) == [first])
        let annotations = active.first?.annotations ?? [:]
        #expect(annotations["deployment.kubernetes.io/revision"] == "3")
        #expect(annotations["deployment.kubernetes.io/revision-history"] == "1")
        #expect(
            world.get(.deployments, "a").annotations["deployment.kubernetes.io/revision"] == "3"
        )
    }

    @Test func `only as many old replica sets are kept as the limit says`() throws {
        let world = try world(Manifests.deployment("a", replicas: 1))
        try world.change(.deployments, "a") { $0.set(2, at: "spec", "revisionHistoryLimit") }
        for version in ["b", "c", "d", "e"] {
            try world.change(.deployments, "a") {
                $0.set(.string(version), at: "spec", "template", "metadata", "labels", "version")
            }
            world.settle()
        }
        let revisions = world.list(.replicaSets).compactMap {
            $0.annotations["deployment.kubernetes.io/revision"]
        }
        #expect(revisions.sorted() == ["3", "4", "5"])
    }

    @Test func `a paused deployment scales but does not roll`() throws {
        let world = try world(Manifests.deployment("a", replicas: 2))
        try world.change(.deployments, "a") {
            $0.set(true, at: "spec", "paused")
            $0.set("two", at: "spec", "template", "metadata", "labels", "version")
        }
        world.settle()
        #expect(world.list(.replicaSets).count == 1)
        #expect(world.get(.deployments, "a").state("Progressing") == "Unknown (DeploymentPaused)")
        try world.change(.deployments, "a") { $0.set(3, at: "spec", "replicas") }
        world.settle()
        #expect(world.list(.pods).count == 3)
        try world.change(.deployments, "a") { $0.remove(at: "spec", "paused") }
        world.settle()
        #expect(world.list(.pods).allSatisfy { $0.labels["version"] == "two" })
        #expect(
            world.get(.deployments, "a").state("Progressing") == "True (NewReplicaSetAvailable)"
        )
    }

    @Test func `a rollout that gets nowhere says so after its deadline`() throws {
        let world = try world(Manifests.deployment("a", replicas: 2))
        world.readyAfter = nil
        try world.change(.deployments, "a") {
            $0.set(30, at: "spec", "progressDeadlineSeconds")
            $0.set("two", at: "spec", "template", "metadata", "labels", "version")
        }
        world.settle(for: .seconds(20))
        #expect(world.get(.deployments, "a").state("Progressing") == "True (ReplicaSetUpdated)")
        world.settle(for: .seconds(20))
        let deployment = world.get(.deployments, "a")
        #expect(deployment.state("Progressing") == "False (ProgressDeadlineExceeded)")
        #expect(deployment.message("Progressing")?.hasSuffix("has timed out progressing.") == true)
    }

    @Test func `a deployment without ready pods is not available`() throws {
        let world = ControlledCluster()
        world.readyAfter = nil
        try world.addNode("node-1")
        try world.create(Manifests.deployment("a", replicas: 2))
        world.settle()
        let deployment = world.get(.deployments, "a")
        #expect(deployment.state("Available") == "False (MinimumReplicasUnavailable)")
        #expect(
            deployment.message("Available") == "Deployment does not have minimum availability."
        )
        #expect(deployment.number("status", "unavailableReplicas") == 2)
        #expect(deployment.state("Progressing") == "True (ReplicaSetUpdated)")
    }

    @Test
    func `pods that match and have no controller are adopted, and let go when they stop matching`()
        throws
    {
        let world = ControlledCluster()
        try world.addNode("node-1")
        try world.create(Manifests.pod("stray", app: "a"))
        try world.create(
            """
            {"apiVersion":"apps/v1","kind":"ReplicaSet",
             "metadata":{"name":"a","namespace":"default"},
             "spec":{"replicas":2,"selector":{"matchLabels":{"app":"a"}},
             "template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"main","image":"a:1"}]}}}}
            """
        )
        world.settle()
        let uid = world.get(.replicaSets, "a").uid
        #expect(world.list(.pods).count == 2)
        #expect(world.get(.pods, "stray").controllerReference?["uid"]?.string == uid)
        try world.change(.pods, "stray") { $0.labels["app"] = "other" }
        world.settle()
        #expect(world.get(.pods, "stray").ownerReferences.isEmpty)
        #expect(world.list(.pods).count == 3)
        #expect(world.get(.replicaSets, "a").number("status", "replicas") == 2)
    }

    @Test func `the same seed gives the same cluster, object by object`() throws {
        func run() throws -> [String] {
            let world = try world(Manifests.deployment("a", replicas: 3))
            try world.create(Manifests.service("a", selector: "a"))
            try world.change(.deployments, "a") {
                $0.set("two", at: "spec", "template", "metadata", "labels", "version")
            }
            world.settle()
            return [ResourceName.deployments, .replicaSets, .pods, .endpointSlices]
                .flatMap { world.list($0) }.map { $0.text() }
        }
        #expect(try run() == run())
    }
}

extension JSON {
    fileprivate var isReadyInTest: Bool { state("Ready")?.hasPrefix("True") ?? false }
}
