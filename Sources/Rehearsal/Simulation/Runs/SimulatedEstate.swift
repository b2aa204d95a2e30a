import Clocks
import EmbeddedAPI
import EmbeddedSites
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationFile
import MigrationModel
import MigrationPlanning
import MigrationPorts
import PlatformKubernetes
import Sealing

/// Two sites as they are before a migration, everything settled, and the plan that was made of them.
///
/// Made once and begun a thousand times: every schedule goes on from the same clusters, which share
/// what none of them changes.
package final class SimulatedEstate: Sendable {
    package let file: MigrationFile
    package let plan: Plan
    /// Every run begins with it.
    let planDigest: String
    package let routes: [RouteID: RouteEnd]
    /// What planning saw of each site.
    package let inventories: [SiteRole: SiteInventory]
    private let settings: SimulationSettings
    private let source: EmbeddedCluster
    private let target: EmbeddedCluster
    private let start: Duration
    private let discovery: [SiteRole: DiscoveryAnswers] = [
        .source: DiscoveryAnswers(), .target: DiscoveryAnswers(),
    ]
    /// Both sites before anything: every schedule begins there.
    let before: [SiteRole: SiteSnapshot]
    /// How many replicas each workload of the source has before anything.
    let replicas: [String: Int]

    /// What must never run at both sites, but for CronJobs, of which Jobs of two ticks may.
    var exclusive: [WorkloadID] {
        file.resolved(among: inventories[.source]?.workloads.map(\.id) ?? []).workloads
            .filter { $0.activation == .exclusive && !$0.workload.isCronJob }.map(\.workload)
    }

    /// The StatefulSets that the plan moves by ordinals, of which no number may run at both sites.
    var byOrdinals: [WorkloadID] {
        let moved = plan.steps.compactMap { step -> WorkloadID? in
            guard case .change(_, .runOrdinals(let id, _)) = step.operation else { return nil }
            return id
        }
        return Set(moved).sorted()
    }

    /// Whether nodes are replaced by others in it.
    package var replacesNodes: Bool { settings.replacesNodes || plan.followsNodes }

    /// How long an estate may take to settle, in virtual time.
    private static let settleMax = Duration.seconds(600)

    /// Brings both sites up, lets everything become ready, and makes the plan.
    ///
    /// Manifests without a namespace go into the first of `file.namespaces`. Fails when there can be no
    /// plan; and when an object is refused, or something never becomes ready, unless `remark` is there
    /// to be told of it.
    package init(
        _ file: MigrationFile,
        source sourceManifests: [JSON],
        target targetManifests: [JSON] = [],
        settings: SimulationSettings = SimulationSettings(),
        remark: ((EstateRemark) -> Void)? = nil
    ) throws {
        self.file = file
        self.settings = settings
        let scheduler = Scheduler(Choices(seed: 1))
        let time = SimulatedTime(scheduler)
        let clusters = SimulatedEstate.clusters(time)
        source = clusters.source
        target = clusters.target
        let namespace = file.namespaces.first ?? "default"
        for (site, cluster, manifests) in [
            (SiteRole.source, source, sourceManifests), (.target, target, targetManifests),
        ] {
            try SimulatedEstate.load(manifests, into: cluster, namespace) { object, reason in
                guard let remark else {
                    throw SimulationError(problem: "\(object): \(reason)")
                }
                remark(.refused(site: site, object: object, reason: reason))
            }
        }
        routes = SimulatedEstate.routes(of: file, in: source)
        let world = SimulatedWorld(
            source: source,
            target: target,
            routes: routes,
            connectionsMax: file.bridgeRule.connectionsMax,
            settings: settings.settling,
            choices: Choices(seed: 1),
            scheduler: scheduler,
            time: time,
            seed: 1
        )
        try world.source.nodes.register()
        try world.target.nodes.register()
        try SimulatedEstate.wait(for: world, remark)
        (plan, inventories) = try SimulatedEstate.plan(file, world)
        planDigest = try plan.digest().hex
        start = scheduler.now
        replicas = world.source.replicas
        before = [.source: SiteSnapshot(source), .target: SiteSnapshot(target)]
    }

    /// A world that goes on from the settled state, with draws of its own.
    ///
    /// One that `doubts` looks anew at all that it remembers of ways.
    package func world(
        _ choices: Choices,
        seed: UInt64,
        doubts: Bool = false,
        mutant: Mutant? = nil
    ) -> SimulatedWorld {
        var settings = settings
        settings.doubts = doubts
        let scheduler = Scheduler(choices, start: start)
        let time = SimulatedTime(scheduler)
        let world = SimulatedWorld(
            source: SimulatedEstate.copy(source, of: .source, time, seed),
            target: SimulatedEstate.copy(target, of: .target, time, seed &+ 1),
            routes: routes,
            connectionsMax: file.bridgeRule.connectionsMax,
            settings: settings,
            choices: choices,
            scheduler: scheduler,
            time: time,
            discovery: discovery,
            seed: seed
        )
        world.watchInternalCalls()
        if let keeper = plan.keeper {
            let followNodes = keeper.follows == .nodes
            world.runKeepers(in: keeper.home, followNodes: followNodes, mutant: mutant)
        }
        return world
    }
}

// MARK: - Setting up

extension SimulatedEstate {
    private static func clusters(
        _ time: SimulatedTime
    ) -> (source: EmbeddedCluster, target: EmbeddedCluster) {
        func cluster(_ role: TwinSite, range: String, firstRevision: Int) -> EmbeddedCluster {
            var configuration = ClusterConfiguration()
            configuration.serviceRange = range
            configuration.firstRevision = firstRevision
            return EmbeddedCluster(
                configuration: configuration,
                time: time,
                identifiers: CountedIdentifiers("before-\(role.rawValue)").next,
                seed: 1
            )
        }
        // Other ranges and versions at each site, so that whatever is mixed up shows.
        return (
            cluster(.source, range: "10.96.0.0/16", firstRevision: 1),
            cluster(.target, range: "10.97.0.0/16", firstRevision: 100_000)
        )
    }

    private static func copy(
        _ cluster: EmbeddedCluster,
        of role: TwinSite,
        _ time: SimulatedTime,
        _ seed: UInt64
    ) -> EmbeddedCluster {
        EmbeddedCluster(
            copying: cluster,
            time: time,
            identifiers: CountedIdentifiers("during-\(role.rawValue)").next,
            seed: seed
        )
    }

    private static func load(
        _ manifests: [JSON],
        into cluster: EmbeddedCluster,
        _ namespace: String,
        refused: (_ object: String, _ reason: String) throws -> Void
    ) throws {
        for manifest in manifests {
            var object = manifest
            let isNamespaced =
                object.groupVersionKind.flatMap { cluster.registry.definition(for: $0) }?
                .isNamespaced ?? false
            if object.namespace == nil, isNamespaced {
                object.set(.string(namespace), at: "metadata", "namespace")
            }
            do throws(APIStatusError) {
                try cluster.create(object, manager: "estate")
            } catch {
                if error.reason == "AlreadyExists" { continue }
                try refused("\(object.kind ?? "an object") \(object.namespacedName)", "\(error)")
            }
        }
    }

    /// A route for each host of an Ingress, unless the file says otherwise of it.
    private static func routes(
        of file: MigrationFile,
        in cluster: EmbeddedCluster
    ) -> [RouteID: RouteEnd] {
        var paths: [String: Set<String>] = [:]
        for rule in cluster.list(.ingresses).flatMap({ $0.at("spec", "rules")?.array ?? [] }) {
            guard let host = rule["host"]?.string?.lowercased() else { continue }
            let found = (rule.at("http", "paths")?.array ?? []).map { $0["path"]?.string ?? "/" }
            paths[host, default: []].formUnion(found)
        }
        func end(_ host: String) -> RouteEnd {
            let known = paths[host.lowercased()] ?? []
            // Some name of those that a wildcard stands for.
            let name = host.hasPrefix("*.") ? "any\(host.dropFirst())" : host
            return .host(name.lowercased(), paths: known.isEmpty ? ["/"] : known.sorted())
        }
        var routes: [RouteID: RouteEnd] = [:]
        let stated = Set(file.routes.compactMap { $0.host?.lowercased() } + file.ignoredHosts)
        for host in paths.keys where !stated.contains(host) { routes[RouteID(host)] = end(host) }
        for rule in file.routes {
            if let host = rule.host {
                routes[rule.route] = end(host)
            } else if let service = rule.service {
                routes[rule.route] = .service(
                    namespace: service.namespace,
                    name: service.name,
                    port: port(of: service, in: cluster)
                )
            } else {
                routes[rule.route] = .unknown
            }
        }
        return routes
    }

    private static func port(
        of service: MigrationModel.ServiceName,
        in cluster: EmbeddedCluster
    ) -> Int {
        let known = cluster.get(.services, namespace: service.namespace, name: service.name)
        return known?.at("spec", "ports")?.array?.first?["port"]?.int ?? 80
    }

    private static func wait(
        for world: SimulatedWorld,
        _ remark: ((EstateRemark) -> Void)?
    ) throws {
        let end = world.scheduler.now + settleMax
        var quietSince = world.scheduler.now
        var revision = -1
        let isSettled = world.scheduler.run(until: end) {
            let now = world.source.cluster.revision + world.target.cluster.revision
            if now != revision { (revision, quietSince) = (now, world.scheduler.now) }
            return world.scheduler.now - quietSince > .seconds(2)
        }
        let waiting = world.source.cluster.list(.pods).filter {
            !$0.hasCondition("Ready") && !$0.isPodFinished
        }
        let names = waiting.map(\.namespacedName).sorted()
        if let remark, isSettled {
            if !names.isEmpty { remark(.notReady(pods: names)) }
            return
        }
        guard isSettled, waiting.isEmpty else {
            let first = names.prefix(5).joined(separator: ", ")
            throw SimulationError(problem: "the source does not settle; pods wait: \(first)")
        }
    }

    private typealias Planned = (plan: Plan, inventories: [SiteRole: SiteInventory])

    private static func plan(_ file: MigrationFile, _ world: SimulatedWorld) throws -> Planned {
        let incarnation = Incarnation(0, on: world.scheduler) { _ in false }
        let names = file.namespaces
        let limit = world.scheduler.now + .seconds(120)
        let made = world.scheduler.run(until: limit) { () -> Result<Planned, any Error> in
            do {
                let access = DriverAccess(world, incarnation, NoNemesis(), watch: nil)
                let source = try await access.platform(.source).inventory(namespaces: names)
                let target = try await access.platform(.target).inventory(namespaces: names)
                let plan = try MigrationPlanner.plan(
                    file,
                    source: source,
                    target: target,
                    requested: world.balancer.requestedPercents.compactMapValues {
                        Weight(percent: $0)
                    }
                )
                return .success((plan, [.source: source, .target: target]))
            } catch {
                return .failure(error)
            }
        }
        guard let made else { throw SimulationError(problem: "planning comes to no end") }
        return try made.get()
    }
}

/// Why a simulation cannot begin.
package struct SimulationError: Error, Sendable, CustomStringConvertible {
    package let problem: String

    package var description: String { problem }
}
