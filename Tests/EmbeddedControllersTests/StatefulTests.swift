import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

@Suite struct StatefulTests {
    private let world = ControlledCluster()

    private func statefulSet(replicas: Int, more: String = "") -> String {
        """
        {"apiVersion":"apps/v1","kind":"StatefulSet",
         "metadata":{"name":"db","namespace":"default"},
         "spec":{"serviceName":"db","replicas":\(replicas),\(more)
         "selector":{"matchLabels":{"app":"db"}},
         "template":{"metadata":{"labels":{"app":"db"}},
         "spec":{"containers":[{"name":"main","image":"db:1"}]}},
         "volumeClaimTemplates":[{"metadata":{"name":"data"},
         "spec":{"accessModes":["ReadWriteOnce"],
         "resources":{"requests":{"storage":"1Gi"}}}}]}}
        """
    }

    private var names: [String] { world.list(.pods).compactMap(\.name) }

    @Test func `pods come one after the other, each with its name and its own bound volume`() throws
    {
        try world.addNode("node-1")
        var seen: [[String]] = []
        var unready: Int = 0
        world.watcher = {
            let pods = world.list(.pods)
            unready = max(unready, pods.count { $0.state("Ready") != "True ()" })
            if seen.last != pods.compactMap(\.name) { seen.append(pods.compactMap(\.name)) }
        }
        try world.create(statefulSet(replicas: 3))
        world.settle()
        #expect(names == ["db-0", "db-1", "db-2"])
        #expect(seen.filter { !$0.isEmpty }.map(\.count) == [1, 2, 3])
        #expect(unready == 1)
        let set = world.get(.statefulSets, "db")
        let revision = set.at("status", "currentRevision")?.string ?? ""
        #expect(revision.hasPrefix("db-"))
        #expect(set.at("status", "updateRevision")?.string == revision)
        for key in [
            "replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas",
        ] {
            #expect(set.number("status", key) == 3, "\(key)")
        }
        let pod = world.get(.pods, "db-1")
        #expect(
            pod.labels == [
                "app": "db", "statefulset.kubernetes.io/pod-name": "db-1",
                "apps.kubernetes.io/pod-index": "1", "controller-revision-hash": revision,
            ]
        )
        #expect(pod.at("spec", "hostname") == "db-1")
        #expect(pod.at("spec", "subdomain") == "db")
        let claim = world.get(.persistentVolumeClaims, "data-db-1")
        #expect(claim.labels == ["app": "db"])
        #expect(claim.at("status", "phase") == "Bound")
        let volume = claim.at("spec", "volumeName")?.string ?? ""
        #expect(
            world.cluster.get(.persistentVolumes, name: volume)?.at("status", "phase") == "Bound"
        )
    }

    @Test func `scaling down takes the highest first and leaves the volumes`() throws {
        try world.addNode("node-1")
        try world.create(statefulSet(replicas: 3))
        world.settle()
        var seen: [[String]] = []
        world.watcher = { if seen.last != names { seen.append(names) } }
        try world.change(.statefulSets, "db") { $0.set(1, at: "spec", "replicas") }
        world.settle()
        #expect(seen == [["db-0", "db-1", "db-2"], ["db-0", "db-1"], ["db-0"]])
        #expect(world.list(.persistentVolumeClaims).count == 3)
    }

    @Test func `the numbers may start elsewhere, and parallel sets do not wait`() throws {
        world.readyAfter = nil
        try world.addNode("node-1")
        try world.create(
            statefulSet(
                replicas: 3,
                more: "\"ordinals\":{\"start\":5},\"podManagementPolicy\":\"Parallel\","
            )
        )
        world.settle()
        #expect(names == ["db-5", "db-6", "db-7"])
    }

    @Test func `an update goes from the highest to the lowest and ends with one revision`() throws {
        try world.addNode("node-1")
        try world.create(statefulSet(replicas: 3))
        world.settle()
        let before = world.get(.statefulSets, "db").at("status", "currentRevision")
        var order: [String] = []
        world.watcher = {
            for pod in world.list(.pods) where pod.labels["version"] == "new" {
                let name = pod.name ?? ""
                if !order.contains(name) { order.append(name) }
            }
        }
        try world.change(.statefulSets, "db") {
            $0.set("new", at: "spec", "template", "metadata", "labels", "version")
        }
        world.settle()
        #expect(order == ["db-2", "db-1", "db-0"])
        let set = world.get(.statefulSets, "db")
        #expect(set.at("status", "currentRevision") == set.at("status", "updateRevision"))
        #expect(set.at("status", "currentRevision") != before)
        let numbers = world.list(.controllerRevisions).compactMap { $0["revision"]?.int }
        #expect(numbers.sorted() == [1, 2])
    }

    @Test func `a daemon runs once on each node that it selects, also on a new one`() throws {
        let world = ControlledCluster(runsPods: false)
        try world.addNode("node-1", zone: "a")
        try world.addNode("node-2", zone: "b")
        try world.create(
            """
            {"apiVersion":"apps/v1","kind":"DaemonSet",
             "metadata":{"name":"ds","namespace":"default"},
             "spec":{"selector":{"matchLabels":{"app":"ds"}},
             "template":{"metadata":{"labels":{"app":"ds"}},
             "spec":{"nodeSelector":{"topology.kubernetes.io/zone":"a"},
             "containers":[{"name":"main","image":"ds:1"}]}}}}
            """
        )
        world.settle()
        #expect(world.list(.pods).count == 1)
        try world.addNode("node-3", zone: "a")
        world.settle()
        let nodes = world.list(.pods).compactMap { pod -> String? in
            let required = pod.at("spec", "affinity", "nodeAffinity")?
                .at("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
            return required?[0]?["matchFields"]?[0]?["values"]?[0]?.string
        }
        #expect(nodes.sorted() == ["node-1", "node-3"])
        let set = world.get(.daemonSets, "ds")
        #expect(set.number("status", "desiredNumberScheduled") == 2)
        #expect(set.number("status", "currentNumberScheduled") == 2)
        #expect(set.number("status", "numberReady") == 0)
        #expect(set.number("status", "numberUnavailable") == 2)
    }
}
