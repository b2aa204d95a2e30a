import Clocks
import EmbeddedSites
import MigrationModel
import MigrationPorts
import Synchronization

/// A balancer whose control plane answers at once, and whose data plane follows later.
///
/// Requests are a flow and no single events: whatever share of the possible ways of a request leads
/// nowhere, that share of them fails, and one is enough to be told.
package final class SimulatedBalancer: WorldPart {
    /// What one side of a route has counted, fractions included.
    private struct Side {
        var requests = 0.0
        var failures = 0.0
        /// Until when connections from before the last change of weight may be in use.
        var residualUntil = Duration.zero
    }

    private struct Route {
        var requested = 0
        var active = 0
        var due: (at: Duration, percent: Int)?
        var sides: [TwinSite: Side] = [.source: Side(), .target: Side()]
        var landings: [TwinSite: Set<Landing>] = [:]
        var probes = 0
        /// Since when requests have failed at the target, without a pause.
        var targetFailsSince: Duration?
        /// Since when nothing but failures has come from the source.
        var sourceIsDownSince: Duration?
    }

    private struct State {
        var routes: [RouteID: Route] = [:]
        var incarnation = 1
        var seenVersion = -1
        var isStuckUntil: Duration?
    }

    private let sites: [TwinSite: SimulatedSite]
    private let ends: [RouteID: RouteEnd]
    private let network: SimulatedNetwork
    private let settings: SimulationSettings
    private let draws: SeededDraws
    private let time: any TimeSource
    private let failures: FailureSink
    private let state: Mutex<State>

    init(
        routes: [RouteID: RouteEnd],
        sites: [TwinSite: SimulatedSite],
        network: SimulatedNetwork,
        settings: SimulationSettings,
        draws: SeededDraws,
        failures: FailureSink,
        time: any TimeSource
    ) {
        self.sites = sites
        self.network = network
        self.settings = settings
        self.draws = draws
        self.failures = failures
        self.time = time
        ends = routes
        let empty = routes.keys.map { ($0, Route()) }
        state = Mutex(State(routes: Dictionary(uniqueKeysWithValues: empty)))
    }

    /// The routes, sorted.
    package var routes: [RouteID] { state.withLock { $0.routes.keys.sorted() } }

    /// The share of the target that requests follow now, in percent.
    package func activePercent(of route: RouteID) -> Int? {
        state.withLock { $0.routes[route]?.active }
    }

    /// The share of the target that was last asked for, in percent, of every route.
    package var requestedPercents: [RouteID: Int] {
        state.withLock { $0.routes.mapValues(\.requested) }
    }

    /// For how long requests have failed at the target by now; nil while they do not.
    func targetFailsSince(_ route: RouteID) -> Duration? {
        let now = time.uptime
        return state.withLock { $0.routes[route]?.targetFailsSince.map { now - $0 } }
    }

    /// For how long the source has answered nothing of this route by now; nil while it answers.
    func sourceIsDownSince(_ route: RouteID) -> Duration? {
        let now = time.uptime
        return state.withLock { $0.routes[route]?.sourceIsDownSince.map { now - $0 } }
    }

    // MARK: - The control plane

    func request(_ percent: Int, on route: RouteID) -> Bool {
        let lag = draws.duration(in: settings.balancerLag)
        return state.withLock { state in
            guard var known = state.routes[route] else { return false }
            guard known.requested != percent else { return true }
            known.requested = percent
            known.due = (max(time.uptime + lag, state.isStuckUntil ?? .zero), percent)
            state.routes[route] = known
            return true
        }
    }

    func counters(of route: RouteID) -> RouteCounters? {
        let now = time.uptime
        return state.withLock { state in
            guard let known = state.routes[route] else { return nil }
            func site(_ site: TwinSite) -> RouteCounters.Site {
                let side = known.sides[site] ?? Side()
                let share = site == .target ? known.active : 100 - known.active
                let isUsed = share > 0 && settings.requestsPerSecond > 0
                return RouteCounters.Site(
                    requests: Int(side.requests),
                    failures: Int(side.failures.rounded(.up)),
                    inFlight: isUsed || side.residualUntil > now ? 1 : 0
                )
            }
            return RouteCounters(
                source: site(.source),
                target: site(.target),
                incarnation: "\(state.incarnation)"
            )
        }
    }

    /// Sends one request of ours; which site it went to.
    func probe(_ route: RouteID, path: String) -> TwinSite? {
        state.withLock { state in
            guard var known = state.routes[route] else { return nil }
            // Evenly spread, as a smooth round robin spreads them.
            let before = known.probes * known.active / 100
            known.probes += 1
            let site: TwinSite = known.probes * known.active / 100 > before ? .target : .source
            let landings = sites[site]?.landings(of: end(of: route), path: path) ?? []
            known.sides[site]?.requests += 1
            if !landings.allSatisfy(\.serves) { known.sides[site]?.failures += 1 }
            state.routes[route] = known
            return site
        }
    }

    private func end(of route: RouteID) -> RouteEnd { ends[route] ?? .unknown }

    // MARK: - Accidents

    /// Loses every counter, as a balancer that is restarted does; the weights stay.
    package func restart() {
        state.withLock { state in
            state.incarnation += 1
            for route in state.routes.keys {
                state.routes[route]?.sides = [.source: Side(), .target: Side()]
            }
        }
    }

    /// Lets the data plane follow nothing until then, though the control plane goes on accepting.
    package func stick(until instant: Duration) {
        state.withLock { state in
            state.isStuckUntil = instant
            for id in state.routes.keys {
                if let due = state.routes[id]?.due {
                    state.routes[id]?.due?.at = max(due.at, instant)
                }
            }
        }
    }

    // MARK: - Time

    package func step() -> Duration? {
        let now = time.uptime
        return state.withLock { state in
            var next: Duration?
            // Sorted, since each one draws.
            for id in state.routes.keys.sorted() {
                guard let due = state.routes[id]?.due else { continue }
                if due.at <= now {
                    activate(due.percent, id, &state, now)
                } else {
                    next = min(next ?? due.at, due.at)
                }
            }
            return next.map { $0 - now }
        }
    }

    private func activate(_ percent: Int, _ id: RouteID, _ state: inout State, _ now: Duration) {
        guard var route = state.routes[id] else { return }
        let residual = draws.duration(in: .zero...settings.residualMax)
        if percent == 100 { route.sides[.source]?.residualUntil = now + residual }
        if percent == 0 { route.sides[.target]?.residualUntil = now + residual }
        route.active = percent
        route.due = nil
        state.routes[id] = route
    }

    /// Lets requests flow until `next`, by what holds at this instant.
    package func settle(until next: Duration) {
        let version = network.version
        let now = time.uptime
        let seconds = (next - now) / .seconds(1)
        let isFresh = state.withLock { state in
            defer { state.seenVersion = version }
            return state.seenVersion == version
        }
        for id in routes {
            guard var route = state.withLock({ $0.routes[id] }) else { continue }
            if !isFresh {
                for site in TwinSite.allCases {
                    route.landings[site] = sites[site]?.landings(of: end(of: id))
                }
            }
            for (site, share) in [(TwinSite.source, 100 - route.active), (.target, route.active)]
            where share > 0 {
                let landings = route.landings[site] ?? []
                let lost = landings.filter { !$0.serves }
                if site == .target {
                    route.targetFailsSince = lost.isEmpty ? nil : route.targetFailsSince ?? now
                } else {
                    let isDown = !lost.isEmpty && lost.count == landings.count
                    route.sourceIsDownSince = isDown ? route.sourceIsDownSince ?? now : nil
                }
                let requests = seconds * Double(settings.requestsPerSecond * share) / 100
                route.sides[site]?.requests += requests
                guard !lost.isEmpty else { continue }
                let failed = requests * Double(lost.count) / Double(landings.count)
                route.sides[site]?.failures += failed
                for case .nobody(let reason, let excused) in lost where !excused {
                    failures.note("\(id) at the \(site): \(reason)", at: now)
                }
            }
            let counted = route
            state.withLock { $0.routes[id] = counted }
        }
    }
}
