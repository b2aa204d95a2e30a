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
    private struct State {
        /// By the number of the route.
        var flows: [RouteFlow]
        var incarnation = 1
        var isStuckUntil: Duration?
        /// When the data plane next follows a weight; nil while none waits.
        var due: Duration?
        /// Whether a share has changed since requests last were looked at.
        var hasMoved = true

        mutating func findDue() { due = flows.compactMap { $0.due?.at }.min() }
    }

    /// The routes, sorted.
    package let routes: [RouteID]
    private let numbers: [RouteID: Int]
    private let ends: [RouteEnd]
    private let sites: [TwinSite: SimulatedSite]
    private let watch: WayWatch
    private let settings: SimulationSettings
    private let draws: SeededDraws
    private let time: any TimeSource
    private let failures: FailureSink
    private let state: Mutex<State>

    init(
        routes ends: [RouteID: RouteEnd],
        sites: [TwinSite: SimulatedSite],
        network: SimulatedNetwork,
        settings: SimulationSettings,
        draws: SeededDraws,
        failures: FailureSink,
        time: any TimeSource
    ) {
        self.sites = sites
        self.settings = settings
        self.draws = draws
        self.failures = failures
        self.time = time
        watch = network.watch()
        let routes = ends.keys.sorted()
        self.routes = routes
        self.ends = routes.map { ends[$0] ?? .unknown }
        numbers = Dictionary(uniqueKeysWithValues: zip(routes, routes.indices))
        let now = time.uptime
        let rate = settings.requestsPerSecond
        state = Mutex(State(flows: routes.map { _ in RouteFlow(rate: rate, since: now) }))
    }

    /// The share of the target that requests follow now, in percent.
    package func activePercent(of route: RouteID) -> Int? { read(route) { $0.active } }

    /// The share of the target that was last asked for, in percent, of every route.
    package var requestedPercents: [RouteID: Int] {
        let percents = state.withLock { $0.flows.map(\.requested) }
        return Dictionary(uniqueKeysWithValues: zip(routes, percents))
    }

    /// For how long requests have failed at the target by now; nil while they do not.
    func targetFailsSince(_ route: RouteID) -> Duration? {
        let now = time.uptime
        return read(route) { $0.targetFailsSince.map { now - $0 } } ?? nil
    }

    /// For how long the source has answered nothing of this route by now; nil while it answers.
    func sourceIsDownSince(_ route: RouteID) -> Duration? {
        let now = time.uptime
        return read(route) { $0.sourceIsDownSince.map { now - $0 } } ?? nil
    }

    /// Which process counts.
    var process: String { state.withLock { "\($0.incarnation)" } }

    private func read<Value>(_ route: RouteID, _ body: (RouteFlow) -> Value) -> Value? {
        numbers[route].map { number in state.withLock { body($0.flows[number]) } }
    }

    // MARK: - The control plane

    func request(_ percent: Int, on route: RouteID) -> Bool {
        let lag = draws.duration(in: settings.balancerLag)
        guard let number = numbers[route] else { return false }
        state.withLock { state in
            guard state.flows[number].requested != percent else { return }
            state.flows[number].requested = percent
            let due = max(time.uptime + lag, state.isStuckUntil ?? .zero)
            state.flows[number].due = (due, percent)
            state.findDue()
        }
        return true
    }

    func counters(of route: RouteID) -> RouteCounters? {
        let now = time.uptime
        guard let number = numbers[route] else { return nil }
        return state.withLock { state in
            state.flows[number].flow(until: now)
            return RouteCounters(
                source: state.flows[number].counters(of: .source, at: now),
                target: state.flows[number].counters(of: .target, at: now),
                incarnation: "\(state.incarnation)",
                process: "\(state.incarnation)"
            )
        }
    }

    /// Sends one request of ours; which site it went to.
    func probe(_ route: RouteID, path: String) -> TwinSite? {
        guard let number = numbers[route] else { return nil }
        return state.withLock { state in
            let site = state.flows[number].nextProbe()
            var way = Way()
            let landings = sites[site]?.landings(of: ends[number], path: path, &way) ?? []
            state.flows[number].take(probeTo: site, isServed: landings.allSatisfy(\.serves))
            return site
        }
    }

    /// Whether something that began before still runs at a site that gets nothing new.
    func stillRuns(_ route: RouteID, at site: TwinSite) -> Bool {
        let now = time.uptime
        return read(route) { $0.stillRuns(at: site, now) } ?? false
    }

    // MARK: - Accidents

    /// Loses every counter, as a balancer does that is reloaded; the weights stay, and what is open stays with
    /// the process that was replaced.
    package func reload() {
        let now = time.uptime
        state.withLock { state in
            state.incarnation += 1
            for number in state.flows.indices { state.flows[number].loseCounters(at: now) }
        }
    }

    /// Lets the data plane follow nothing until then, though the control plane goes on accepting.
    package func stick(until instant: Duration) {
        state.withLock { state in
            state.isStuckUntil = instant
            for number in state.flows.indices {
                if let due = state.flows[number].due {
                    state.flows[number].due?.at = max(due.at, instant)
                }
            }
            state.findDue()
        }
    }

    // MARK: - Time

    package func step() -> Duration? {
        let now = time.uptime
        return state.withLock { state in
            guard let due = state.due else { return nil }
            guard due <= now else { return due - now }
            for number in state.flows.indices {
                guard let due = state.flows[number].due, due.at <= now else { continue }
                let residual = draws.duration(in: .zero...settings.residualMax)
                state.flows[number].activate(due.percent, at: now, residual: residual)
                state.hasMoved = true
            }
            state.findDue()
            return state.due.map { $0 - now }
        }
    }

    /// Lets requests flow from this instant on by what holds now, and tells what is lost.
    package func settle(until next: Duration) {
        let changes = watch.take()
        let now = time.uptime
        let lost = state.withLock { state -> [String] in
            guard !changes.isEmpty || state.hasMoved else { return [] }
            state.hasMoved = false
            return state.flows.indices.flatMap { number in
                look(&state.flows[number], number, changes, now)
            }
        }
        for problem in lost { failures.note(problem, at: now) }
        if settings.doubts { lookAgain(now) }
    }

    /// Tells of routes that end elsewhere than where they were remembered to.
    private func lookAgain(_ now: Duration) {
        let flows = state.withLock { $0.flows }
        for (number, flow) in flows.enumerated() {
            for site in TwinSite.allCases {
                var way = Way()
                let landings = sites[site]?.landings(of: ends[number], &way) ?? []
                guard !flow.leads(to: landings, at: site) else { continue }
                failures.note("\(routes[number]) at the \(site) was remembered wrongly", at: now)
            }
        }
    }

    private func look(
        _ flow: inout RouteFlow,
        _ number: Int,
        _ changes: WayWatch.Changes,
        _ now: Duration
    ) -> [String] {
        var hasChanged = flow.hasMoved
        for site in TwinSite.allCases where flow.isConcerned(by: changes, at: site) {
            hasChanged = true
            flow.flow(until: now)
            var way = Way()
            let landings = sites[site]?.landings(of: ends[number], &way) ?? []
            flow.lead(to: landings, by: way, at: site)
        }
        guard hasChanged else { return [] }
        flow.judge(at: now)
        return flow.lost.map { "\(routes[number]) at the \($0.site): \($0.reason)" }
    }
}
