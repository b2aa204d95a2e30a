import Certificates
import Clocks
import Composition
import Control
import EmbeddedNodes
import HTTPTransport
import KubernetesAPI
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPlanning
import PlatformKubernetes
import Synchronization
import Testing
import Twin

/// Certificates over real TLS, and in a run: what would turn callers away stops before anything is made.
@Suite struct TrustedRunTests {
    /// The plan of a small migration whose API servers are reached over TLS, as the program reaches them.
    private static func plan(
        certificateLife: Duration,
        edit: @escaping @Sendable (inout MigrationFile) -> Void = { _ in }
    ) async throws -> Plan {
        var settings = TwinMigration.quick
        settings.certificateLife = certificateLife
        let services = [DemoEstate.Service(namespace: "shop", name: "home", host: "home.example")]
        return try await TwinMigration.with(
            DemoEstate.manifests(of: services),
            namespaces: ["shop"],
            settings: settings,
            time: SystemTime()
        ) { migration in
            let kubeconfig = Array(migration.twin.kubeconfig.text.utf8)
            let connector = Connector(
                environment: HostEnvironment(variables: [:]) {
                    _ throws(HostEnvironment.FileProblem) in kubeconfig
                },
                directory: "/",
                unverified: [],
                time: SystemTime(),
                draw: { 0.5 },
                remark: { _ in }
            )
            var file = migration.file
            file.source.kubeconfig = "/config"
            file.target.kubeconfig = "/config"
            let control = migration.twin.world.ports.control
            file.traffic = TrafficRule(
                balancer: .twin(url: "http://127.0.0.1:\(control)", front: nil)
            )
            // Whatever crosses takes an hour at the least.
            file.ramp.limits.soakMilliseconds = 3_600_000
            edit(&file)
            let outcome: Result<Plan, any Error>
            do {
                outcome = .success(try await PlanMaking(file, connector.connect(file)).make())
            } catch {
                outcome = .failure(error)
            }
            try await connector.shutdown()
            return try outcome.get()
        }
    }

    @Test func `an API server whose certificate ends while all crosses stops the plan`()
        async throws
    {
        do {
            _ = try await Self.plan(certificateLife: .seconds(1_800))
            Issue.record("a plan was made")
        } catch let error as PlanningError {
            #expect(error.problems.count == 2)
            let text = error.description
            #expect(text.contains("the certificate of the API server (https://127.0.0.1:"))
            #expect(text.contains("at twin-source ends on 20"))
            #expect(text.contains("before all has crossed; renew it before anything moves"))
            #expect(text.contains("spec.bridges.trust: tell"))
        }
        let told = try await Self.plan(certificateLife: .seconds(1_800)) {
            $0.bridgeRule.trust = .tell
        }
        #expect(told.findings.filter { $0.contains("before all has crossed") }.count == 2)
    }

    @Test func `one that counts for long enough is told when it ends soon, else not`() async throws
    {
        let soon = try await Self.plan(certificateLife: .seconds(5 * 86_400))
        #expect(soon.findings.filter { $0.contains("which is less than 14 days") }.count == 2)
        let good = try await Self.plan(certificateLife: .seconds(50 * 86_400))
        #expect(!good.findings.contains { $0.contains("certificate") })
        let looks = good.steps.flatMap(\.gates).compactMap { gate in
            if case .trusted(_, let look) = gate { look.lengthMilliseconds } else { nil }
        }
        #expect(looks.count == 2 && looks.allSatisfy { $0 >= 3_600_000 })
    }

    @Test func `a certificate that has ended by then stops the run before anything is made`()
        async throws
    {
        try await SmallEstate.withMigration(time: FastTime(factor: 10)) { migration in
            let entry = try RenewedEntry(migration.time.wallTime)
            let server = SiteTLS.Server(name: "its entry", host: "home.example", peer: entry)
            let migration = migration.showing(SiteTLS(servers: [server]))
            let before = migration.scene
            try await migration.begin(try await migration.plan())
            entry.end()
            let stopped = try await migration.drive()
            guard case .waiting(.stopped(let failures)) = stopped else {
                Issue.record("it did not stop: \(stopped)")
                return
            }
            #expect(failures.contains { $0.step.text == "link/trust-at-target" })
            #expect(failures.contains { $0.failure.reason.contains("has ended on") })
            let made = before.differences(to: migration.scene).filter { !$0.contains("Lease") }
            #expect(made == [])
            entry.renew()
            try await migration.run.submit(.resume)
            let crossed = try await migration.drive()
            #expect(crossed == .waiting(.crossed))
        }
    }
}

/// An entry whose certificate ends, and is renewed.
private final class RenewedEntry: TLSPeer {
    private let good: String
    private let ended: String
    private let hasEnded = Mutex(false)

    init(_ now: WallTime) throws {
        func at(_ seconds: Int) -> WallTime { now.advanced(by: .seconds(seconds)) }
        let authority = try CertificateAuthority(
            name: "test",
            begin: at(-900_000),
            end: at(9_000_000)
        )
        func issued(until end: Int) throws -> String {
            try authority.issue(
                to: "any",
                names: ["home.example"],
                begin: at(-800_000),
                end: at(end)
            ).certificate
        }
        good = try issued(until: 8_000_000)
        ended = try issued(until: -60)
    }

    func end() { hasEnded.withLock { $0 = true } }

    func renew() { hasEnded.withLock { $0 = false } }

    func show(timeout: Duration) async throws(TransportError) -> TLSShown {
        let hasEnded = hasEnded.withLock { $0 }
        return TLSShown(
            version: "TLSv1.3",
            chain: [hasEnded ? ended : good],
            refusal: hasEnded ? "CERTIFICATE_VERIFY_FAILED" : nil
        )
    }
}
