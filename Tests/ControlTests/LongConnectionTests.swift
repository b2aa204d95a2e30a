import Clocks
import Composition
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import HTTPTransport
import HTTPTransportNIO
import JSONValues
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import SiteSupport
import Synchronization
import Testing
import Twin

/// A connection through the twin's balancer that does not end while its workload crosses.
@Suite struct LongConnectionTests {
    private static let services = [
        DemoEstate.Service(namespace: "shop", name: "home", host: "home.example", replicas: 2)
    ]
    private static let emptying = StepID("workloads/shop/home/source-to-zero")

    private var patient: TwinSettings {
        var settings = TwinMigration.quick
        settings.world.callTimeout = .seconds(120)
        return settings
    }

    /// Holds a connection to the source, and hands over what became of it when asked.
    private func whileHeld(
        _ residual: ResidualRule,
        _ body: @escaping @Sendable (TwinMigration, Held) async throws -> Void
    ) async throws {
        try await TwinMigration.with(
            DemoEstate.manifests(of: Self.services),
            namespaces: ["shop"],
            settings: patient,
            edit: { file in
                file.residual = residual
                file.timeouts.drain = .seconds(2)
            },
            { migration in
                let held = try Held(migration.twin.world.ports.balancer)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await held.ask() }
                    try await migration.time.sleep(for: .milliseconds(500))
                    try await migration.begin(try await migration.plan())
                    try await body(migration, held)
                    group.cancelAll()
                }
                try await held.transport.shutdown()
            }
        )
    }

    @Test func `it is not cut off before somebody accepts that`() async throws {
        try await whileHeld(.approve) { migration, held in
            let exit = try await migration.drive()
            #expect(exit == .waiting(.approval([Self.emptying])))
            let state = try await migration.run.state()
            let step = try #require(state.index[Self.emptying])
            #expect(state.cutOff(by: step) == 1)
            #expect(held.end == nil)
            // Nobody is served by the source any more, and its pods are there for who still is.
            #expect(migration.weights == ["home.example 0/100"])
            let source = migration.twin.pair.source
            func home() -> JSON? { source.get(.deployments, namespace: "shop", name: "home") }
            #expect(home()?.at("status", "readyReplicas") == 2)

            try await migration.run.submit(
                .approve(Approval(steps: [Self.emptying], by: "ada"))
            )
            #expect(try await migration.drive() == .waiting(.crossed))
            #expect(home()?.at("spec", "replicas") == 0)
        }
    }

    @Test func `it is cut off where the file accepts that, and counted`() async throws {
        try await whileHeld(.accept) { migration, _ in
            #expect(try await migration.drive() == .waiting(.crossed))
            let drained = try await migration.run.state().state(
                of: StepID("routes/home.example/drain")
            )
            #expect(drained.stillRunning == 1)
        }
    }
}

/// One request whose answer takes a minute.
private final class Held: Sendable {
    let transport: NIOTransport
    private let ended = Mutex<String?>(nil)

    init(_ port: Int) throws {
        transport = try NIOTransport(
            HTTPSite(origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port))
        )
    }

    /// How it ended; nil while it has not.
    var end: String? { ended.withLock { $0 } }

    func ask() async {
        let request = HTTPRequest(
            method: "GET",
            target: "/hold/60s",
            headers: ["Host": "home.example"]
        )
        do {
            let answer = try await transport.send(request, timeout: .seconds(90))
            ended.withLock { $0 = "answered \(answer.status)" }
        } catch {
            ended.withLock { $0 = "\(error)" }
        }
    }
}
