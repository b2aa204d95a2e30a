import Clocks
import EmbeddedSites
import NIOCore
import NIOHTTP1
import Synchronization

/// The twin's own balancer: stands before the entries of both sites and shares the requests of each
/// route by weight.
///
/// A weight is accepted at once and in force after a drawn delay, as at real balancers. How it is
/// spoken to from outside is told in `docs/twin-balancer.md`; `BalancerControl` is that face.
package final class TwinBalancer: Sendable {
    /// What a balancer is made of.
    struct Settings: Sendable {
        /// From the moment a weight is accepted until new requests follow it.
        var lag: ClosedRange<Duration>
        var pool: PoolSettings
    }

    /// There is no such route.
    package struct UnknownRoute: Error, Sendable, CustomStringConvertible {
        /// As it was asked for.
        package let id: String

        package var description: String { "route \(id): there is no such route" }
    }

    /// The largest weight of a backend, HAProxy's own.
    package static let weightMax = 256
    /// How many routes a balancer carries.
    private static let routesMax = 4_096

    /// Differs from start to start, as the counters begin anew.
    package let instance: String
    private let settings: Settings
    private let relay: Relay<TwinSite>
    private let entries: [TwinSite: SocketAddress]
    private let draws: SeededDraws
    private let failures: FailureLog
    private let time: any TimeSource
    private let origin: Duration
    private let routes = Mutex<[String: BalancerRoute]>([:])

    init(
        entries: [TwinSite: SocketAddress],
        settings: Settings,
        network: TwinNetwork,
        draws: SeededDraws,
        instance: String,
        ticker: LoopTicker,
        failures: FailureLog,
        time: any TimeSource
    ) {
        precondition(entries.count == TwinSite.allCases.count, "each site has an entry")
        self.entries = entries
        self.settings = settings
        self.draws = draws
        self.failures = failures
        self.instance = instance
        self.time = time
        origin = time.uptime
        relay = Relay(site: .source, network: network, settings: settings.pool, ticker: ticker)
    }

    /// Opens the listener for requests; port 0 lets the system choose.
    ///
    /// Answers where it listens.
    func start(port: Int) async throws -> SocketAddress {
        try await relay.start(port: port) { self.serve($0, answer: $1) }
    }

    func stop() async { await relay.stop() }

    /// How long the balancer has been up.
    package var uptime: Duration { time.uptime - origin }

    /// Adds a route, with all of its requests at the source unless told otherwise.
    ///
    /// A route that exists stays as it is.
    package func ensureRoute(_ host: String, source: Int = 100, target: Int = 0) {
        let id = host.lowercased()
        routes.withLock { routes in
            precondition(routes.count < Self.routesMax, "a balancer has at most 4096 routes")
            if routes[id] == nil {
                routes[id] = BalancerRoute(id: id, source: source, target: target)
            }
        }
    }

    /// Every route as it is now, sorted by id.
    package var snapshot: [BalancerRoute] {
        routes.withLock { Array($0.values) }.sorted { $0.id < $1.id }
    }

    /// One route as it is now.
    package func route(_ id: String) throws(UnknownRoute) -> BalancerRoute {
        guard let route = routes.withLock({ $0[id] }) else { throw UnknownRoute(id: id) }
        return route
    }

    /// Asks for weights from 0 to `weightMax`; the data plane follows later.
    ///
    /// Asking again for what is already asked for changes nothing.
    @discardableResult
    package func setWeights(
        source: Int,
        target: Int,
        on id: String
    ) throws(UnknownRoute) -> BalancerRoute {
        let range = 0...Self.weightMax
        precondition(range.contains(source) && range.contains(target), "no such weight")
        let asked = routes.withLock { routes -> (route: BalancerRoute, isNew: Bool)? in
            guard var route = routes[id] else { return nil }
            let isNew = route.request(source: source, target: target)
            routes[id] = route
            return (route, isNew)
        }
        guard let asked else { throw UnknownRoute(id: id) }
        if asked.isNew {
            let delay = TimeAmount(draws.duration(in: settings.lag))
            let weights = asked.route.requested
            relay.eventLoop.scheduleTask(in: delay) {
                self.routes.withLock { $0[id]?.activate(weights) }
            }
        }
        return asked.route
    }

    private func serve(_ request: ArrivedRequest, answer: @escaping (WholeAnswer) -> Void) {
        let id = RouteHost.of(request.head.headers)
        let choice = routes.withLock { routes -> TwinSite?? in
            guard routes[id] != nil else { return nil }
            return .some(routes[id]?.choose())
        }
        guard let choice else {
            return answer(WholeAnswer(status: .notFound, text: "no route for \(id)"))
        }
        guard let site = choice, let entry = entries[site] else {
            let text = "every weight of \(id) is 0"
            return answer(WholeAnswer(status: .serviceUnavailable, text: text))
        }
        let call = CallRequest(forwarding: request)
        relay.call(call, key: site, dial: { .socket(entry) }) { [self] result in
            if case .failure(let failure) = result {
                failures.note("balancer, \(id) at the \(site): \(failure.word)")
            }
            let latency = Int((NIODeadline.now() - request.arrival).nanoseconds)
            routes.withLock {
                $0[id]?.ended(
                    result.map { Int($0.status.code) },
                    at: site,
                    nanoseconds: latency
                )
            }
            answer(WholeAnswer(forwarding: result))
        }
    }
}
