import Clocks
import Composition
import Control
import ControlPlaneSupport
import EmbeddedNodes
import EmbeddedSites
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import LoadGenerator
import MigrationEngine
import MigrationFile
import MigrationModel
import Synchronization

/// A migration between two real control planes to which the twin's nodes are attached.
struct RealMigration: Sendable {
    /// The folders of programs of both sites; nil when one of them is not named.
    static let planes: (source: String, target: String)? = {
        guard let source = ControlPlane.assets("KUBEBUILDER_ASSETS_SOURCE"),
            let target = ControlPlane.assets("KUBEBUILDER_ASSETS")
        else { return nil }
        return (source, target)
    }()

    let run: MigrationRun
    private let file: MigrationFile
    private let access: MigrationAccess
    private let world: RunningWorld
    private let clusters: [AttachedCluster]
    private let namespace: String
    private let excluded: [String]
    private let time: any TimeSource

    /// Brings the estate up at the source and hands over everything that is needed to move it.
    static func with(
        _ estate: ForeignEstate,
        _ body: @escaping @Sendable (RealMigration) async throws -> Void
    ) async throws {
        guard let planes else { return }
        try await withPlane(planes.source) { source in
            try await withPlane(planes.target) { target in
                let scene = RealScene(source: source, target: target, estate: estate)
                try await scene.run(body)
            }
        }
    }

    private static func withPlane(
        _ assets: String,
        _ body: (KubernetesClient) async throws -> Void
    ) async throws {
        let plane = try await ControlPlane(assets: assets)
        let client = KubernetesClient(
            transport: plane.transport,
            credentials: FixedCredential(
                Credential(fields: [.init(name: "Authorization", value: "Bearer \(plane.token)")])
            ),
            time: SystemTime()
        )
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(client)) } catch { outcome = .failure(error) }
        try await plane.stop()
        try outcome.get()
    }

    fileprivate init(
        _ scene: RealScene,
        _ world: RunningWorld,
        _ clusters: [AttachedCluster],
        _ transports: LoopbackTransports,
        folder: URL
    ) {
        namespace = scene.estate.namespace
        excluded = scene.estate.excluded
        time = scene.time
        self.world = world
        self.clusters = clusters
        access = transports.access(
            SiteConnection(
                context: "source",
                client: scene.source,
                entry: transports.entry(of: .source)
            ),
            SiteConnection(
                context: "target",
                client: scene.target,
                entry: transports.entry(of: .target)
            ),
            scene.time
        )
        var file = MigrationFile(
            name: "real",
            source: SiteAddress(context: "source"),
            target: SiteAddress(context: "target"),
            namespaces: [scene.estate.namespace],
            traffic: TrafficRule(balancer: .twin(url: "http://127.0.0.1:1", front: nil)),
            settle: .milliseconds(800)
        )
        file.workloads = scene.estate.exclusions
        file.ramp.limits.requestsMin = 20
        file.ramp.limits.soakMilliseconds = 500
        file.ramp.limits.latencySlackMicroseconds = 10_000_000
        self.file = file
        let journal = folder.appendingPathComponent("real.journal").path
        run = MigrationRun(journal: journal, environment: [:], time: scene.time)
    }

    func plan() async throws -> Plan { try await PlanMaking(file, access).make() }

    func begin(_ plan: Plan) async throws {
        try await run.begin(plan, run: RunID("run-1"), at: access.traffic)
    }

    /// Drives until the run waits or ends, or until `stepsMax` steps are done.
    func drive(stepsMax: Int = .max) async throws -> RunExit {
        let stop = StopRequest()
        let done = Mutex(0)
        return try await run.drive(
            access,
            until: stop,
            settings: RunSettings(leaseSeconds: 600)
        ) { event in
            guard case .stepDone = event else { return }
            let count = done.withLock { done in
                done += 1
                return done
            }
            if count >= stepsMax { stop.request() }
        }
    }

    /// What became of requests from outside while `body` ran.
    func underLoad(_ body: () async throws -> Void) async throws -> LoadReport {
        try await ControlTests.underLoad(
            // Each of them makes a dozen calls inside; a debug build of two cores serves no more.
            of: 40,
            to: [ForeignEstate.host],
            port: world.ports.balancer,
            time: time,
            body
        )
    }

    /// What each Deployment that crosses is to have at a site.
    func replicas(at site: SiteRole) async throws -> [String: Int] {
        let client = site == .source ? access.source.client : access.target.client
        let items = try await RealScene.deployments(of: client, in: namespace)
        return Dictionary(
            items.map { ($0.name ?? "", $0.at("spec", "replicas")?.int ?? 0) }
                .filter { !excluded.contains($0.0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What the balancer is asked for, route by route.
    var weights: [String] {
        world.balancer.snapshot.map { "\($0.id) \($0.requested.source)/\($0.requested.target)" }
    }

    /// The last requests that failed, in words.
    var failures: String { world.counters.failures.joined(separator: "\n") }

    /// What went wrong with the nodes that are attached.
    var problems: [String] { clusters.flatMap(\.problems) + world.counters.problems }
}

/// Two real control planes, and the world that is attached to them.
private struct RealScene: Sendable {
    let source: KubernetesClient
    let target: KubernetesClient
    let estate: ForeignEstate
    let time: any TimeSource = SystemTime()

    func run(_ body: @escaping @Sendable (RealMigration) async throws -> Void) async throws {
        let clusters = [AttachedCluster(source), AttachedCluster(target)]
        var settings = WorldSettings()
        settings.nodes.drainMax = .milliseconds(1_500)
        let world = TwinWorld(
            source: clusters[0],
            target: clusters[1],
            settings: settings,
            time: time
        )
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("diolkos-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await world.run { running in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for cluster in clusters { group.addTask { try await cluster.run() } }
                let transports = try LoopbackTransports(running.ports)
                let outcome: Result<Void, any Error>
                do {
                    try await load()
                    running.balancer.ensureRoute(ForeignEstate.host)
                    try await waitUntilReady(running)
                    outcome = .success(
                        try await body(
                            RealMigration(self, running, clusters, transports, folder: folder)
                        )
                    )
                } catch {
                    outcome = .failure(error)
                }
                try await transports.shutdown()
                group.cancelAll()
                try outcome.get()
            }
        }
    }

    /// Puts the estate into the source, as `kubectl create` would.
    private func load() async throws {
        for manifest in try estate.manifests() {
            guard let kind = manifest.groupVersionKind else { continue }
            let resource = try await source.resource(for: kind)
            var object = manifest
            if resource.isNamespaced, object.namespace == nil {
                object.set(.string(estate.namespace), at: "metadata", "namespace")
            }
            _ = try await source.create(resource, object)
        }
    }

    static func deployments(
        of client: KubernetesClient,
        in namespace: String
    ) async throws -> [JSON] {
        let kind = try await client.resource(
            for: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
        )
        return try await client.list(kind, namespace: namespace).items
    }

    private func waitUntilReady(_ running: RunningWorld) async throws {
        let deadline = time.uptime + .seconds(120)
        while true {
            let items = try await Self.deployments(of: source, in: estate.namespace)
            let unready = items.filter { !Self.isReady($0) }.map(\.namespacedName)
            let waiting = unready.isEmpty ? running.world.source.notFollowed : unready
            if waiting.isEmpty { return }
            guard time.uptime < deadline else { throw NotReady(names: waiting) }
            try await time.sleep(for: .milliseconds(200))
        }
    }

    private static func isReady(_ deployment: JSON) -> Bool {
        let ready = deployment.at("status", "readyReplicas")?.int ?? 0
        let wanted = deployment.at("spec", "replicas")?.int ?? 1
        return ready >= wanted
    }

    private struct NotReady: Error {
        let names: [String]
    }
}
