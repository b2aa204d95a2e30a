import Clocks
import EmbeddedAPI
import EmbeddedControllers
import EmbeddedSites
import HTTPTransport
import JSONValues
import KubernetesObjects
import Synchronization

/// What an entry knows: the rules of the Ingresses and what stands behind their Services.
struct EntryView: Sendable {
    let site: TwinSite
    var table = IngressTable()
    var directory = ServiceDirectory()

    /// Takes in a change; what ways depend on that it concerns.
    mutating func take(_ change: ObjectChange) -> [WayMark] {
        table.apply(change)
        guard change.resource != .ingresses else { return [.rules(site)] }
        return directory.take(change).services.map { .entryService(site, $0) }
    }

    /// The endpoints for a host and a path; nil when no rule names it.
    func endpoints(host: String, path: String, _ way: inout Way) -> [TwinEndpoint]? {
        way.depends(on: .rules(site))
        guard let backend = table.backend(host: host, path: path) else { return nil }
        way.depends(on: .entryService(site, backend.service))
        let number =
            switch backend.port {
            case .number(let number): Optional(number)
            case .name(let name): directory.portNumber(of: backend.service, named: name)
            }
        guard let number else { return [] }
        return directory.endpoints(of: backend.service, port: number)
    }
}

/// One site of a simulation: its cluster, what makes it live, and what its observers know of it.
package final class SimulatedSite: WorldPart {
    package let role: TwinSite
    package let cluster: EmbeddedCluster
    package let nodes: SimulatedNodes
    let proxy: LaggingView<ServiceDirectory>
    let entry: LaggingView<EntryView>
    let balancers: SimulatedLoadBalancers
    let network: SimulatedNetwork
    /// Answers of discovery that every world of an estate shares; nil while CRDs may come.
    let discovery: DiscoveryAnswers?
    private let time: any TimeSource
    private let settings: SimulationSettings
    private let controllers: Mutex<(manager: ControllerManager, restarts: UInt64)>
    private let seed: UInt64
    /// Until when nothing happens here by itself; nil when that is not known.
    private let rest = Mutex<Rest?>(nil)

    private struct Rest {
        /// The last change that everything here has heard of.
        let revision: Int
        /// Nil when nothing waits.
        let end: Duration?
    }

    init(
        _ role: TwinSite,
        cluster: EmbeddedCluster,
        network: SimulatedNetwork,
        settings: SimulationSettings,
        seed: UInt64,
        discovery: DiscoveryAnswers?,
        time: any TimeSource
    ) {
        self.discovery = discovery
        self.role = role
        self.cluster = cluster
        self.network = network
        self.settings = settings
        self.time = time
        self.seed = seed
        let draws = SeededDraws(seed: seed)
        nodes = SimulatedNodes(
            site: role,
            cluster: cluster,
            network: network,
            settings: settings.nodes,
            draws: draws.branch(),
            time: time
        )
        let touch: @Sendable ([WayMark]) -> Void = { network.touch($0) }
        proxy = LaggingView(
            of: [.services, .endpointSlices],
            in: cluster,
            from: ServiceDirectory(),
            lag: settings.proxyLag,
            draws: draws.branch(),
            time: time,
            changed: touch
        ) { directory, change in
            let (services, nodePorts) = directory.take(change)
            return services.map { .service(role, $0) } + nodePorts.map { .nodePort(role, $0) }
        }
        entry = LaggingView(
            of: [.services, .endpointSlices, .ingresses],
            in: cluster,
            from: EntryView(site: role),
            lag: settings.entryLag,
            draws: draws.branch(),
            time: time,
            changed: touch
        ) { $0.take($1) }
        balancers = SimulatedLoadBalancers(
            role,
            cluster: cluster,
            network: network,
            settings: settings,
            draws: draws.branch(),
            time: time
        )
        controllers = Mutex((Self.manager(cluster, settings, seed, time), 0))
        network.setProxy(proxy, of: role)
        network.setEntry(entry, of: role)
    }

    /// Forgets every object, and what controllers know of them.
    func end() {
        cluster.forget()
        restartControllers()
    }

    /// Lets the controllers die and begin anew, as when their process is replaced.
    package func restartControllers() {
        controllers.withLock { held in
            held.restarts += 1
            held.manager = Self.manager(cluster, settings, seed &+ held.restarts, time)
        }
        wake()
    }

    /// Kills a pod as a node that dies does: nobody drains anything.
    func kill(_ pod: PodPlan) {
        nodes.kill(pod.uid)
        wake()
    }

    /// Puts another node in the place of one of them.
    func replaceNode(_ number: Int) {
        nodes.replace(number)
        wake()
    }

    /// Lets a pod say that it is not ready for a while, though it serves.
    func flap(_ pod: PodPlan, for duration: Duration) {
        nodes.flap(pod.uid, for: duration)
        wake()
    }

    /// Lets this site's cloud give no load balancer an address before then; whether one waits for it.
    func holdBackAddresses(until instant: Duration) -> Bool {
        defer { wake() }
        return balancers.holdBack(until: instant)
    }

    private func wake() { rest.withLock { $0 = nil } }

    /// How many replicas each workload wants, by `namespace/name`, with its kind before that where it is
    /// no Deployment; of a CronJob 1, and 0 while it is suspended.
    var replicas: [String: Int] {
        let wanted = cluster.list(.deployments).map { deployment in
            (deployment.namespacedName, deployment.at("spec", "replicas")?.int ?? 1)
        }
        let sets = cluster.list(.statefulSets).map { set in
            ("StatefulSet \(set.namespacedName)", set.at("spec", "replicas")?.int ?? 1)
        }
        let schedules = cluster.list(.cronJobs).map { cronJob in
            ("CronJob \(cronJob.namespacedName)", cronJob.at("spec", "suspend") == true ? 0 : 1)
        }
        return Dictionary(uniqueKeysWithValues: wanted + sets + schedules)
    }

    /// Does nothing as long as nothing was written and nothing is due.
    package func step() -> Duration? {
        let now = time.uptime
        let rest = rest.withLock { $0 }
        guard !network.doubts, let rest, rest.revision == cluster.revision,
            rest.end.map({ $0 > now }) ?? true
        else {
            return act(now)
        }
        return rest.end.map { $0 - now }
    }

    private func act(_ now: Duration) -> Duration? {
        let manager = controllers.withLock { $0.manager }
        // What one of them writes, the others must have heard of before time goes on.
        while true {
            let revision = cluster.revision
            let pauses = [
                manager.step(), nodes.step(), balancers.step(), proxy.step(), entry.step(),
            ]
            guard cluster.revision == revision else { continue }
            let pause = pauses.compactMap { $0 }.min()
            rest.withLock { $0 = Rest(revision: revision, end: pause.map { now + $0 }) }
            return pause
        }
    }

    /// Every end that a request for a host may come to at this site's entry.
    func landings(host: String, path: String, _ way: inout Way) -> Set<Landing> {
        let endpoints = entry.read { $0.endpoints(host: host, path: path, &way) }
        guard let endpoints else {
            return [.nobody("the entry of the \(role) has no rule for \(host)", excused: false)]
        }
        let asking = Asking(host: host, path: path)
        return network.all(endpoints, from: role, asking, what: host, &way)
    }

    /// Every end that a request of a route may come to at this site; of one path, or of all that are
    /// known.
    func landings(of end: RouteEnd, path: String? = nil, _ way: inout Way) -> Set<Landing> {
        switch end {
        case .unknown: return []
        case .host(let host, let paths):
            var found: Set<Landing> = []
            for path in path.map({ [$0] }) ?? paths {
                found.formUnion(landings(host: host, path: path, &way))
            }
            return found
        case .service(let namespace, let name, let port):
            for candidate in ["\(name)-local", name] {
                let text = "\(candidate).\(namespace):\(port)"
                guard let service = ServiceName(text),
                    let found = network.landings(named: service, in: namespace, at: role, &way)
                else { continue }
                return found
            }
            return [.nobody("\(namespace)/\(name) is no name at the \(role)", excused: false)]
        }
    }

    private static func manager(
        _ cluster: EmbeddedCluster,
        _ settings: SimulationSettings,
        _ seed: UInt64,
        _ time: any TimeSource
    ) -> ControllerManager {
        ControllerManager(
            cluster: cluster,
            time: time,
            seed: seed,
            configuration: settings.controllers
        )
    }
}

/// The site's own entry, as probes reach it.
extension SimulatedSite: HTTPHandler {
    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        let host = (request.headers["Host"] ?? "").lowercased()
        let path = String(request.target.prefix { $0 != "?" })
        guard entry.read({ $0.table.backend(host: host, path: path) != nil }) else {
            return HTTPResponse(status: 404)
        }
        var way = Way()
        let serves = landings(host: host, path: path, &way).allSatisfy(\.serves)
        return HTTPResponse(status: serves ? 200 : 503)
    }
}
