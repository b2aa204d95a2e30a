import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

@testable import EmbeddedControllers

@Suite struct ControllerManagerTests {
    @Test func `run follows changes as time passes, and ends when it is cancelled`() async throws {
        let world = ControlledCluster(runsPods: false)
        let manager = world.manager
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) { try await manager.run() }
            }
            try world.create(Manifests.deployment("a", replicas: 3))
            try await Self.wait(on: world) { world.list(.pods).count == 3 }
            try world.change(.deployments, "a") { $0.set(1, at: "spec", "replicas") }
            try await Self.wait(on: world) { world.list(.pods).count == 1 }
            group.cancelAll()
        }
    }

    /// Lets virtual time pass until `condition` holds.
    private static func wait(
        on world: ControlledCluster,
        until condition: () -> Bool
    ) async throws {
        for _ in 0..<100_000 where !condition() {
            if world.time.sleeperCount > 0 { world.time.advance(by: .milliseconds(5)) }
            await Task.yield()
        }
        try #require(condition())
    }

    /// Fails its write until somebody makes the namespace that it needs.
    private struct Stubborn: Controller {
        let name = "stubborn"
        let watchedResources: Set<ResourceName>? = [.secrets]

        func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
            [ObjectAddress(.secrets, of: change.object)]
        }

        func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
            guard view.object(.configMaps, namespace: "late", name: "made") == nil else {
                return .none
            }
            return Reconciliation([
                .create([
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": ["name": "made", "namespace": "late"],
                ])
            ])
        }
    }

    @Test func `a write that is refused is tried again, ever more slowly`() throws {
        let world = ControlledCluster()
        let manager = ControllerManager(
            cluster: world.cluster,
            time: world.time,
            seed: 1,
            configuration: ControllerConfiguration(),
            controllers: [Stubborn()]
        )
        try world.create(
            """
            {"apiVersion":"v1","kind":"Secret",
             "metadata":{"name":"s","namespace":"default"}}
            """
        )
        var pauses: [Duration] = []
        manager.step()
        for _ in 0..<12 {
            guard let pause = manager.step() else { break }
            pauses.append(pause)
            world.time.advance(by: pause)
        }
        #expect(pauses.count == 12)
        #expect(
            pauses.dropFirst().prefix(3) == [
                .milliseconds(5), .milliseconds(10), .milliseconds(20),
            ]
        )
        #expect(pauses.last == .seconds(1))
        try world.create(
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"late\"}}"
        )
        manager.step()
        #expect(world.get(.configMaps, "made", in: "late") != .null)
        #expect(manager.step() == nil)
    }

    @Test func `a manager that falls behind the cluster begins anew and misses nothing`() throws {
        var configuration = ClusterConfiguration()
        configuration.watchPendingMax = 3
        let time = ManualTime()
        let cluster = EmbeddedCluster(
            configuration: configuration,
            time: time,
            identifiers: CountedIdentifiers().next,
            seed: 1
        )
        let manager = ControllerManager(cluster: cluster, time: time, seed: 1)
        for number in 0..<20 {
            try cluster.create(
                try JSON.parse(Manifests.deployment("a\(number)", replicas: 1)),
                manager: "test"
            )
        }
        var steps = 0
        while let pause = manager.step(), steps < 5_000 {
            steps += 1
            time.advance(by: min(pause, .seconds(1)))
            if cluster.list(.pods).count == 20 { break }
        }
        #expect(cluster.list(.replicaSets).count == 20)
        #expect(cluster.list(.pods).count == 20)
    }

    @Test func `the queue gives each key once, at its earliest time, in order`() {
        var queue = WorkQueue()
        func key(_ name: String) -> WorkQueue.Key {
            WorkQueue.Key(
                controller: 0,
                address: ObjectAddress(.pods, namespace: "n", name: name)
            )
        }
        queue.insert(key("late"), due: .seconds(3))
        queue.insert(key("early"), due: .seconds(2))
        queue.insert(key("moved"), due: .seconds(9))
        queue.insert(key("moved"), due: .seconds(1))
        queue.insert(key("early"), due: .seconds(5))
        #expect(queue.count == 3)
        #expect(queue.nextDue == .seconds(1))
        #expect(queue.popDue(at: .zero) == nil)
        let order = (0..<4).map { _ in queue.popDue(at: .seconds(4))?.address.name }
        #expect(order == ["moved", "early", "late", nil])
        #expect(queue.count == 0)
    }
}
