import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import MigrationFile
import MigrationModel
import MigrationPlanning
import MigrationPorts
import PlatformKubernetes

/// How both sites come to be as they are before a migration, and the plan with them.
extension SimulatedEstate {
    /// How long an estate may take to settle, in virtual time.
    private static let settleMax = Duration.seconds(600)

    static func clusters(
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

    static func copy(
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

    static func load(
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
                try cluster.load(object, manager: "estate")
            } catch {
                if error.reason == "AlreadyExists" { continue }
                try refused("\(object.kind ?? "an object") \(object.namespacedName)", "\(error)")
            }
        }
    }

    /// A route for each host of an Ingress, unless the file says otherwise of it.
    static func routes(
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

    static func wait(
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

    typealias Planned = (plan: Plan, inventories: [SiteRole: SiteInventory])

    static func plan(_ file: MigrationFile, _ world: SimulatedWorld) throws -> Planned {
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
