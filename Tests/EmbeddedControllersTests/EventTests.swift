import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

@testable import EmbeddedControllers

/// What controllers tell of their work, as `kubectl describe` shows it.
struct EventTests {
    private let world = ControlledCluster()

    private func told(of name: String) -> [String] {
        world.cluster.list(.events)
            .filter { $0.at("involvedObject", "name")?.string == name }
            .map { event in
                let source = event.at("source", "component")?.string ?? ""
                return "\(event["reason"]?.string ?? "") \(event["message"]?.string ?? "") "
                    + "(\(source) x\(event["count"]?.int ?? 0))"
            }
            .sorted()
    }

    @Test func `a Deployment tells of its scaling, and its ReplicaSet of its pods`() throws {
        try world.addNode("node-1")
        try world.create(Manifests.deployment("a", replicas: 2))
        world.settle()
        let name = try #require(world.cluster.list(.replicaSets).first?.name)
        #expect(
            told(of: "a") == [
                "ScalingReplicaSet Scaled up replica set \(name) from 0 to 2 "
                    + "(deployment-controller x1)"
            ]
        )
        let pods = world.cluster.list(.pods).compactMap(\.name).sorted()
        #expect(
            told(of: name)
                == pods.map { "SuccessfulCreate Created pod: \($0) (replicaset-controller x1)" }
        )
        try world.cluster.mutate(.deployments, namespace: "default", name: "a", manager: "test") {
            $0.set(1, at: "spec", "replicas")
        }
        world.settle()
        let last = "ScalingReplicaSet Scaled down replica set \(name) from 2 to 1"
        #expect(told(of: "a").contains("\(last) (deployment-controller x1)"))
        let kept = try #require(world.cluster.list(.pods).first?.name)
        let gone = try #require(pods.first { $0 != kept })
        #expect(
            told(of: name).contains(
                "SuccessfulDelete Deleted pod: \(gone) (replicaset-controller x1)"
            )
        )
    }

    @Test func `what is refused again and again is one Event that counts`() throws {
        try world.addNode("node-1")
        try world.create(
            """
            {"apiVersion":"v1","kind":"ResourceQuota",
             "metadata":{"name":"q","namespace":"default"},"spec":{"hard":{"pods":"0"}}}
            """
        )
        world.settle()
        try world.create(Manifests.deployment("a", replicas: 1))
        world.settle()
        let name = try #require(world.cluster.list(.replicaSets).first?.name)
        let refusals = told(of: name)
        #expect(refusals.count == 1)
        let refusal = try #require(refusals.first)
        #expect(
            refusal.hasPrefix(
                "FailedCreate Error creating: pods \"\(name)-\" is forbidden: exceeded quota: q, "
                    + "requested: pods=1, used: pods=0, limited: pods=0 (replicaset-controller x"
            )
        )
        #expect(!refusal.hasSuffix("x1)"))
    }

    @Test func `Events are forgotten an hour after they happened last`() throws {
        let pod = try world.create(Manifests.pod("p", app: "a"))
        func record() {
            world.cluster.record(
                EventNote(about: pod, reason: "Seen", message: "seen", component: "test")
            )
        }
        record()
        world.time.advance(by: .seconds(3_000))
        record()
        world.time.advance(by: .seconds(3_000))
        world.cluster.forgetOldEvents()
        #expect(told(of: "p") == ["Seen seen (test x2)"])
        world.time.advance(by: .seconds(700))
        world.cluster.forgetOldEvents()
        #expect(told(of: "p").isEmpty)
    }

    @Test func `an Event about what is gone with its namespace is let go`() {
        let object: JSON = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": "p", "namespace": "nowhere", "uid": "u"],
        ]
        world.cluster.record(
            EventNote(about: object, reason: "Seen", message: "seen", component: "test")
        )
        #expect(world.cluster.list(.events).isEmpty)
    }
}
