import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import Synchronization

/// Gives each Service of type LoadBalancer an address of its own, as a cloud does beside a cluster: some
/// time after it was made, and some time before anything comes through there.
///
/// The stepped form of the twin's load balancers.
final class SimulatedLoadBalancers: WorldPart {
    private struct Balancer {
        let address: TwinAddress
        /// By the ports at which it listens.
        let nodePorts: [Int: Int]
        /// When its address is told; nil when it has been.
        var tells: Duration?
        /// When it begins to carry; nil when it does.
        var carries: Duration?
    }

    private struct State {
        var watch: ChangeWatch
        var balancers: [ServiceKey: Balancer] = [:]
        var heldBackUntil = Duration.zero
        var given = 0
    }

    private let site: TwinSite
    private let cluster: EmbeddedCluster
    private let network: SimulatedNetwork
    private let settings: SimulationSettings
    private let draws: SeededDraws
    private let time: any TimeSource
    private let state: Mutex<State>

    init(
        _ site: TwinSite,
        cluster: EmbeddedCluster,
        network: SimulatedNetwork,
        settings: SimulationSettings,
        draws: SeededDraws,
        time: any TimeSource
    ) {
        self.site = site
        self.cluster = cluster
        self.network = network
        self.settings = settings
        self.draws = draws
        self.time = time
        state = Mutex(State(watch: cluster.watch([.services])))
    }

    /// Lets no address be given before then; whether any is waited for.
    func holdBack(until instant: Duration) -> Bool {
        state.withLock { state in
            state.heldBackUntil = instant
            var isAwaited = false
            for (service, balancer) in state.balancers {
                guard let tells = balancer.tells, let carries = balancer.carries else { continue }
                isAwaited = true
                let later = max(.zero, instant - tells)
                state.balancers[service]?.tells = tells + later
                state.balancers[service]?.carries = carries + later
            }
            return isAwaited
        }
    }

    func step() -> Duration? {
        let now = time.uptime
        let due = state.withLock { state -> [(service: ServiceKey, balancer: Balancer)] in
            for change in state.watch.takePending() ?? [] { take(change, &state, now) }
            var due: [(ServiceKey, Balancer)] = []
            for (service, balancer) in state.balancers {
                let tells = balancer.tells.map { $0 <= now } ?? false
                let carries = balancer.carries.map { $0 <= now } ?? false
                guard tells || carries else { continue }
                due.append((service, balancer))
                if tells { state.balancers[service]?.tells = nil }
                if carries { state.balancers[service]?.carries = nil }
            }
            return due
        }
        for (service, balancer) in due.sorted(by: { $0.balancer.address < $1.balancer.address }) {
            if let carries = balancer.carries, carries <= now {
                network.attach(
                    .balancer(site, nodePorts: balancer.nodePorts),
                    at: balancer.address
                )
            }
            if let tells = balancer.tells, tells <= now {
                BalancerStatus.tell(balancer.address, of: service, to: cluster)
            }
        }
        return state.withLock { state in
            state.balancers.values.flatMap { [$0.tells, $0.carries] }.compactMap { $0 }.min()
                .map { $0 - now }
        }
    }

    private func take(_ change: ObjectChange, _ state: inout State, _ now: Duration) {
        guard let service = ServiceRecord(change.object) else { return }
        guard change.kind != .deleted, change.object.at("spec", "type") == "LoadBalancer" else {
            guard let gone = state.balancers.removeValue(forKey: service.key) else { return }
            return network.detach(gone.address)
        }
        guard state.balancers[service.key] == nil else { return }
        if let address = BalancerStatus.address(in: change.object) {
            // It was there before the simulation began.
            state.given = max(state.given, Int(address.bits & 255))
            state.balancers[service.key] = Balancer(
                address: address,
                nodePorts: service.nodePorts,
                carries: now
            )
            return
        }
        // Each address is given once.
        precondition(state.given < TwinSite.balancersMax, "a site has too many load balancers")
        state.given += 1
        let tells = max(now, state.heldBackUntil) + draws.duration(in: settings.addressLag)
        state.balancers[service.key] = Balancer(
            address: site.balancerAddress(state.given),
            nodePorts: service.nodePorts,
            tells: tells,
            carries: tells + draws.duration(in: settings.addressWarmup)
        )
    }
}
