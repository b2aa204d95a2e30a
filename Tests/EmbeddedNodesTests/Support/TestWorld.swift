import Clocks
import EmbeddedAPI
import LoadGenerator
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// Two estates, the world that runs them, and a client.
struct TestWorld: Sendable {
    let source: Estate
    let target: Estate
    let running: RunningWorld
    let client: TestClient

    /// Settings under which things happen soon, since these tests run in real time.
    static var quick: WorldSettings {
        var settings = WorldSettings()
        settings.nodes.startDelay = .milliseconds(5)...(.milliseconds(20))
        settings.proxyLag = .milliseconds(5)...(.milliseconds(20))
        settings.entryLag = .milliseconds(5)...(.milliseconds(20))
        settings.balancerLag = .milliseconds(5)...(.milliseconds(20))
        // A machine that is busy with other things must not look like a failure.
        settings.callTimeout = .seconds(20)
        return settings
    }

    /// Fills both estates, runs the world, with the slices kept up unless the test sees to them,
    /// and ends it after `body`.
    static func run(
        _ settings: WorldSettings = quick,
        keepsSlices: Bool = true,
        fill: (Estate, Estate) throws -> Void,
        body: @escaping @Sendable (TestWorld) async throws -> Void
    ) async throws {
        let source = Estate("source", seed: 1)
        let target = Estate("target", seed: 2)
        try fill(source, target)
        let world = TwinWorld(
            source: source.cluster,
            target: target.cluster,
            settings: settings,
            time: SystemTime()
        )
        try await world.run { running in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for cluster in [source.cluster, target.cluster] where keepsSlices {
                    group.addTask {
                        try await SliceKeeper(cluster: cluster).run()
                        return false
                    }
                }
                group.addTask {
                    try await body(
                        TestWorld(
                            source: source,
                            target: target,
                            running: running,
                            client: TestClient()
                        )
                    )
                    return true
                }
                while try await group.next() == false {}
                group.cancelAll()
            }
        }
    }

    /// Fifty requests a second for one host, at an entry or the balancer.
    ///
    /// They may take long: a machine that is busy with other things must not look like a failure.
    static func load(port: Int, host: String = "web.test") -> LoadGenerator {
        LoadGenerator(
            plan: LoadPlan(
                port: port,
                routes: [LoadRoute(host: host)],
                requestsPerSecond: 50,
                timeout: .seconds(30)
            ),
            time: SystemTime(),
            phase: "all"
        )
    }

    /// Waits until `condition` holds; fails the test when it does not within a minute.
    func eventually(
        _ what: Comment,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        let time = SystemTime()
        let deadline = time.uptime + .seconds(60)
        while time.uptime < deadline {
            if try await condition() { return }
            try await time.sleep(for: .milliseconds(5))
        }
        Issue.record(what, sourceLocation: sourceLocation)
    }
}
