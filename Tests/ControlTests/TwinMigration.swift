import Clocks
import Composition
import Control
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import Foundation
import HTTPTransport
import HTTPTransportNIO
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPorts
import PlatformKubernetes
import Simulation
import SiteSupport
import Synchronization
import TrafficTwin
import Twin

/// A migration between twin sites of this process, with the API reached without sockets.
struct TwinMigration: Sendable {
    let twin: RunningTwin
    let access: MigrationAccess
    let file: MigrationFile
    let run: MigrationRun
    /// What the run is called; the sites know a name whose run is over.
    var name = RunID("run-1")
    let time: any TimeSource
    fileprivate let folder: URL

    /// Brings the estate up at the source and hands over everything that is needed to move it.
    static func with<Result: Sendable>(
        _ estate: [JSON],
        atTarget targetEstate: [JSON] = [],
        namespaces: [String],
        settings: TwinSettings = quick,
        time: any TimeSource = SystemTime(),
        audit: AuditLog.Sink? = nil,
        observers: @escaping @Sendable (SiteRole) -> KubernetesClient.Observer = { _ in .init() },
        edit: @Sendable (inout MigrationFile) -> Void = { _ in },
        _ body: @escaping @Sendable (TwinMigration) async throws -> Result
    ) async throws -> Result {
        let pair = TwinPair(settings: settings, time: time, audit: audit) {
            UUID().uuidString.lowercased()
        }
        try pair.load(estate, at: .source, namespace: namespaces[0])
        try pair.load(targetEstate, at: .target, namespace: namespaces[0])
        var file = MigrationFile(
            name: "test",
            source: SiteAddress(context: settings.sourceContext),
            target: SiteAddress(context: settings.targetContext),
            namespaces: namespaces,
            traffic: TrafficRule(balancer: .twin(url: "http://127.0.0.1:1", front: nil)),
            settle: .milliseconds(600)
        )
        file.ramp.limits.requestsMin = 5
        file.ramp.limits.soakMilliseconds = 200
        // A machine that is busy with other things must not look like a slow target, and with five
        // requests a single one that it keeps waiting would be a fifth of them.
        file.ramp.limits.latencySlackMicroseconds = 10_000_000
        file.ramp.limits.failureMax = 50
        edit(&file)
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("diolkos-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await pair.run { [file] twin in
            twin.ensureRoutes()
            try await twin.waitUntilReady(.source, within: .seconds(30))
            let transports = try LoopbackTransports(twin.world.ports)
            func connection(_ site: SiteRole) -> SiteConnection {
                let isSource = site == .source
                return SiteConnection(
                    context: isSource ? settings.sourceContext : settings.targetContext,
                    client: KubernetesClient(
                        transport: InProcessTransport(pair.face(of: isSource ? .source : .target)),
                        time: time,
                        observer: observers(site)
                    ),
                    entry: transports.entry(of: site)
                )
            }
            let migration = TwinMigration(
                twin: twin,
                access: transports.access(
                    connection(.source),
                    connection(.target),
                    time,
                    copying: try ConfigurationTransform(file.copyRule())?.making
                ),
                file: file,
                run: MigrationRun(in: folder, name: "run", time: time),
                time: time,
                folder: folder
            )
            let outcome: Swift.Result<Result, any Error>
            do {
                outcome = .success(try await body(migration))
            } catch {
                outcome = .failure(error)
            }
            try await transports.shutdown()
            return try outcome.get()
        }
    }

    static var quick: TwinSettings {
        var settings = TwinSettings()
        settings.world.nodes.drainMax = .milliseconds(1_500)
        return settings
    }

    /// The same migration between the same sites, with a journal of its own.
    func anew(_ name: String) -> TwinMigration {
        TwinMigration(
            twin: twin,
            access: access,
            file: file,
            run: MigrationRun(in: folder, name: name, time: time),
            name: RunID(name),
            time: time,
            folder: folder
        )
    }

    /// The same migration between the same sites, with another balancer before both.
    func before(_ traffic: any TrafficProvider) -> TwinMigration {
        with(access.source, access.target, traffic)
    }

    /// The same migration, whose target shows certificates there.
    func showing(_ tls: SiteTLS) -> TwinMigration {
        var target = access.target
        target.tls = tls
        return with(access.source, target, access.traffic)
    }

    /// The same migration, whose stores are moved by what is made for whoever drives.
    func moving(_ stores: (WriteFence) -> any StoreProvider) -> TwinMigration {
        let fence = WriteFence()
        return with(access.source, access.target, access.traffic, stores(fence), fence)
    }

    private func with(
        _ source: SiteConnection,
        _ target: SiteConnection,
        _ traffic: any TrafficProvider,
        _ stores: any StoreProvider = NoStores(),
        _ fence: WriteFence = WriteFence()
    ) -> TwinMigration {
        TwinMigration(
            twin: twin,
            access: MigrationAccess(
                source: source,
                target: target,
                traffic: traffic,
                stores: stores,
                time: time,
                fence: fence,
                copying: access.copying
            ),
            file: file,
            run: run,
            name: name,
            time: time,
            folder: folder
        )
    }

    func plan() async throws -> Plan { try await PlanMaking(file, access).make() }

    func begin(_ plan: Plan) async throws {
        try await run.begin(plan, run: name, at: access.traffic)
    }

    /// Drives until the run waits or ends, or until `stepsMax` steps or this one are done.
    func drive(
        stepsMax: Int = .max,
        until last: StepID? = nil,
        crashPoints: any CrashPoints = NoCrashPoints(),
        around: @Sendable (MigrationWorld) -> MigrationWorld = { $0 }
    ) async throws -> RunExit {
        let stop = StopRequest()
        if stepsMax == 0 { stop.request() }
        let done = Mutex(0)
        return try await run.drive(
            access,
            until: stop,
            settings: RunSettings(leaseSeconds: 600),
            crashPoints: crashPoints,
            around: around
        ) { event in
            if ProcessInfo.processInfo.environment["DIOLKOS_TEST_TRACE"] != nil { print(event) }
            guard case .stepDone(let step, _) = event else { return }
            if step == last { stop.request() }
            let count = done.withLock { done in
                done += 1
                return done
            }
            if count >= stepsMax { stop.request() }
        }
    }

    /// What the balancer is asked for, route by route.
    var weights: [String] {
        twin.world.balancer.snapshot.map {
            "\($0.id) \($0.requested.source)/\($0.requested.target)"
        }
    }
}

extension MigrationRun {
    fileprivate init(in folder: URL, name: String, time: any TimeSource) {
        let path = folder.appendingPathComponent("\(name).journal").path
        self.init(journal: path, environment: [:], time: time)
    }
}

/// The sockets that a twin's migration needs: its balancer's and its entries'.
struct LoopbackTransports: Sendable {
    let control: NIOTransport
    let front: NIOTransport
    let sourceEntry: NIOTransport
    let targetEntry: NIOTransport

    init(_ ports: WorldPorts) throws {
        func open(_ port: Int) throws -> NIOTransport {
            try NIOTransport(
                HTTPSite(origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port))
            )
        }
        control = try open(ports.control)
        front = try open(ports.balancer)
        sourceEntry = try open(ports.sourceEntry)
        targetEntry = try open(ports.targetEntry)
    }

    func entry(of site: SiteRole) -> NIOTransport {
        site == .source ? sourceEntry : targetEntry
    }

    func access(
        _ source: SiteConnection,
        _ target: SiteConnection,
        _ time: any TimeSource,
        copying: (@Sendable (JSON) throws -> JSON)? = nil
    ) -> MigrationAccess {
        MigrationAccess(
            source: source,
            target: target,
            traffic: TrafficTwin(transport: control, front: front),
            time: time,
            copying: copying
        )
    }

    func shutdown() async throws {
        for transport in [control, front, sourceEntry, targetEntry] {
            try await transport.shutdown()
        }
    }
}
