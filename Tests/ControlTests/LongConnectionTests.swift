import Clocks
import Composition
import Control
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
import TrafficHAProxy
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

    /// Holds a connection to the source for so long, and hands over what became of it when asked.
    private func whileHeld(
        _ residual: ResidualRule,
        for length: String = "60s",
        behindHAProxy: Bool = false,
        _ body: @escaping @Sendable (TwinMigration, Held) async throws -> Void
    ) async throws {
        if behindHAProxy {
            return try await whileHeldByHAProxy(residual, for: length) { try await body($0, $2) }
        }
        try await whileCrossing(residual) { migration in
            try await Self.hold(migration, migration.twin.world.ports.balancer, length, body)
        }
    }

    private func whileCrossing(
        _ residual: ResidualRule,
        _ body: @escaping @Sendable (TwinMigration) async throws -> Void
    ) async throws {
        try await TwinMigration.with(
            DemoEstate.manifests(of: Self.services),
            namespaces: ["shop"],
            settings: patient,
            edit: { file in
                file.residual = residual
                file.timeouts.drain = .seconds(2)
            },
            body
        )
    }

    /// The same through a HAProxy, whose master is asked where that is wanted.
    private func whileHeldByHAProxy(
        _ residual: ResidualRule,
        for length: String = "60s",
        askingMaster: Bool = false,
        _ body: @escaping @Sendable (TwinMigration, HAProxyProcess, Held) async throws -> Void
    ) async throws {
        try await whileCrossing(residual) { migration in
            let ports = migration.twin.world.ports
            let process = try await HAProxyProcess(
                backends: [
                    .init(
                        name: "home.example",
                        source: [ports.sourceEntry],
                        target: [ports.targetEntry]
                    )
                ],
                patience: "90s"
            )
            defer { process.stop() }
            let front = try NIOTransport(
                HTTPSite(
                    origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: process.port)
                )
            )
            let provider = TrafficHAProxy(
                runtime: process.runtime,
                master: askingMaster ? process.master : nil,
                naming: RouteNaming(),
                stateFilePath: process.stateFile,
                front: front
            )
            try await Self.hold(migration.before(provider), process.port, length) {
                try await body($0, process, $1)
            }
            try await front.shutdown()
        }
    }

    private static func hold(
        _ migration: TwinMigration,
        _ port: Int,
        _ length: String,
        _ body: @escaping @Sendable (TwinMigration, Held) async throws -> Void
    ) async throws {
        let held = try Held(port, for: length)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await held.ask() }
            try await migration.time.sleep(for: .milliseconds(500))
            try await migration.begin(try await migration.plan())
            try await body(migration, held)
            group.cancelAll()
        }
        try await held.hangUp()
    }

    /// What the run waits for once it has come so far that only the connection is left.
    private static func waitForConnection(_ migration: TwinMigration) async throws -> RunState {
        for _ in 0..<1_200 {
            let state = try await migration.run.state()
            if case .wait(.connections) = decide(state).first { return state }
            try await migration.time.sleep(for: .milliseconds(50))
        }
        return try await migration.run.state()
    }

    /// Nothing is cut off before somebody accepts it, and then it is.
    private static func acceptLate(_ migration: TwinMigration, _ held: Held) async throws {
        async let exit = migration.drive()
        let state = try await waitForConnection(migration)
        let drain = StepID("routes/home.example/drain")
        #expect(
            decide(state) == [.wait(.connections(steps: [Self.emptying], left: [drain]))]
        )
        let step = try #require(state.index[Self.emptying])
        #expect(state.left(before: step).map(\.stillRunning) == [1])
        #expect(held.end == nil)
        // Nobody is served by the source any more, and its pods are there for who still is.
        let source = migration.twin.pair.source
        func home() -> JSON? { source.get(.deployments, namespace: "shop", name: "home") }
        #expect(home()?.at("status", "readyReplicas") == 2)

        try await migration.run.submit(.approve(Approval(steps: [Self.emptying], by: "ada")))
        #expect(try await exit == .waiting(.crossed))
        #expect(home()?.at("spec", "replicas") == 0)
    }

    /// The connection ends, and with it the waiting for it: nobody has to say anything.
    private static func checkEnd(_ migration: TwinMigration) async throws -> [Int] {
        let state = try await migration.run.state()
        #expect(state.approvals == [:])
        return try await migration.run.records().compactMap { record -> Int? in
            guard
                case .observed(StepID("routes/home.example/drain"), _, let evidence) = record.entry
            else { return nil }
            return evidence.source.residualConnections
        }
    }

    @Test func `it is not cut off before somebody accepts that`() async throws {
        try await whileHeld(.approve) { try await Self.acceptLate($0, $1) }
    }

    @Test func `a run goes on by itself when it ends`() async throws {
        try await whileHeld(.approve) { migration, held in
            async let exit = migration.drive()
            _ = try await Self.waitForConnection(migration)
            try await held.hangUp()
            #expect(try await exit == .waiting(.crossed))
            // What the drain counted when its time was over, and what ended the waiting.
            let ends = try await Self.checkEnd(migration)
            #expect(ends == [1, 0])
        }
    }

    @Test(.enabled(if: HAProxyProcess.isInstalled, "skipped: HAProxy is not installed"))
    func `through HAProxy it is not cut off before somebody accepts that`() async throws {
        try await whileHeld(.approve, behindHAProxy: true) { try await Self.acceptLate($0, $1) }
    }

    @Test(.enabled(if: HAProxyProcess.isInstalled, "skipped: HAProxy is not installed"))
    func `through HAProxy a run goes on by itself when it ends`() async throws {
        try await whileHeld(.approve, for: "30s", behindHAProxy: true) { migration, held in
            #expect(try await migration.drive() == .waiting(.crossed))
            #expect(held.end == "answered 200")
            let ends = try await Self.checkEnd(migration)
            #expect(ends.last == 0)
        }
    }

    /// What a person is told who asks what the run waits for.
    private static func explained(_ migration: TwinMigration) async throws -> String {
        let records = try await migration.run.records()
        let explanation = RunExplanation(
            try RunState(records: records),
            records: records,
            driver: nil,
            arguments: "",
            looks: [:]
        )
        return explanation.waits.flatMap(\.saw).joined(separator: "\n")
    }

    @Test(
        .enabled(if: HAProxyProcess.isInstalled, "skipped: HAProxy is not installed"),
        arguments: ["foundation/settled", "routes/home.example/weight-25"]
    )
    func `through HAProxy that is reloaded after a step it is not taken for gone`(
        step: String
    ) async throws {
        try await whileHeldByHAProxy(.approve) { migration, process, held in
            // The driver ends before the route is left, and another one finds a process that counts nothing.
            #expect(try await migration.drive(until: StepID(step)) == .stopped)
            try await process.reload()
            #expect(try await migration.drive() == .waiting(.approval([Self.emptying])))
            #expect(held.end == nil)
            #expect(try await Self.explained(migration).contains("the balancer was reloaded"))
            let approval = Approval(steps: [Self.emptying], by: "ada")
            try await migration.run.submit(.approve(approval))
            #expect(try await migration.drive() == .waiting(.crossed))
        }
    }

    @Test(.enabled(if: HAProxyProcess.isInstalled, "skipped: HAProxy is not installed"))
    func `nor is it where HAProxy is reloaded while it is waited for`() async throws {
        try await whileHeldByHAProxy(.approve) { migration, process, held in
            async let exit = migration.drive()
            _ = try await Self.waitForConnection(migration)
            try await process.reload()
            #expect(try await exit == .waiting(.approval([Self.emptying])))
            #expect(held.end == nil)
            let text = try await Self.explained(migration)
            #expect(text.contains("the balancer was reloaded"))
            #expect(!text.contains("begins by itself"))
        }
    }

    @Test(.enabled(if: HAProxyProcess.isInstalled, "skipped: HAProxy is not installed"))
    func `through HAProxy whose master is asked it is counted through a reload`() async throws {
        try await whileHeldByHAProxy(.approve, askingMaster: true) { migration, process, held in
            let ramped = StepID("routes/home.example/weight-25")
            #expect(try await migration.drive(until: ramped) == .stopped)
            try await process.reload()
            async let exit = migration.drive()
            let state = try await Self.waitForConnection(migration)
            let step = try #require(state.index[Self.emptying])
            #expect(state.left(before: step).map(\.stillRunning) == [1])
            #expect(held.end == nil)
            try await process.reload()
            try await held.hangUp()
            #expect(try await exit == .waiting(.crossed))
            let ends = try await Self.checkEnd(migration)
            #expect(ends == [1, 0])
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

/// One request whose answer takes its time.
private final class Held: Sendable {
    private let transport: NIOTransport
    private let isOver = Mutex(false)
    private let length: String
    private let ended = Mutex<String?>(nil)

    init(_ port: Int, for length: String) throws {
        self.length = length
        transport = try NIOTransport(
            HTTPSite(origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port))
        )
    }

    /// How it ended; nil while it has not.
    var end: String? { ended.withLock { $0 } }

    /// Ends it from the caller's side.
    func hangUp() async throws {
        let wasOver = isOver.withLock { isOver in
            defer { isOver = true }
            return isOver
        }
        if !wasOver { try await transport.shutdown() }
    }

    func ask() async {
        let request = HTTPRequest(
            method: "GET",
            target: "/hold/\(length)",
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
