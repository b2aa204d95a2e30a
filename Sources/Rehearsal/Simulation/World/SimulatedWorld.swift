import Clocks
import EmbeddedAPI
import EmbeddedSites
import MigrationModel
import Synchronization

/// Two sites, the link between them and a balancer before both, on one thread and in virtual time.
package final class SimulatedWorld: Sendable {
    package let scheduler: Scheduler
    package let time: SimulatedTime
    package let choices: Choices
    package let settings: SimulationSettings
    package let network: SimulatedNetwork
    package let source: SimulatedSite
    package let target: SimulatedSite
    package let balancer: SimulatedBalancer
    package let stores: SimulatedStores
    /// The requests that could be lost.
    package let failures: FailureSink
    private let calls: InternalCalls
    /// Whether nodes are replaced by others.
    var replacesNodes: Bool { settings.replacesNodes || doesReplaceNodes.withLock { $0 } }
    private let doesReplaceNodes = Mutex(false)

    /// Goes on from two clusters as they are.
    ///
    /// Connections to the other site's entry are kept for `connectionsMax` once their names lead elsewhere.
    init(
        source sourceCluster: EmbeddedCluster,
        target targetCluster: EmbeddedCluster,
        routes: [RouteID: RouteEnd],
        stores: [Store],
        connectionsMax: Duration,
        settings: SimulationSettings,
        choices: Choices,
        scheduler: Scheduler,
        time: SimulatedTime,
        discovery: [SiteRole: DiscoveryAnswers] = [:],
        seed: UInt64
    ) {
        self.settings = settings
        self.choices = choices
        self.scheduler = scheduler
        self.time = time
        let network = SimulatedNetwork(doubts: settings.doubts)
        self.network = network
        failures = FailureSink()
        let draws = SeededDraws(seed: seed)
        func site(_ role: SiteRole, _ twin: TwinSite, _ cluster: EmbeddedCluster) -> SimulatedSite {
            SimulatedSite(
                twin,
                cluster: cluster,
                network: network,
                settings: settings,
                seed: draws.next(),
                discovery: discovery[role],
                time: time
            )
        }
        source = site(.source, .source, sourceCluster)
        target = site(.target, .target, targetCluster)
        balancer = SimulatedBalancer(
            routes: routes,
            sites: [.source: source, .target: target],
            network: network,
            settings: settings,
            draws: draws.branch(),
            failures: failures,
            time: time
        )
        self.stores = SimulatedStores(
            stores,
            sites: [.source: source, .target: target],
            network: network,
            draws: SeededDraws(seed: ~seed),
            time: time
        )
        let sites = [source, target]
        calls = InternalCalls(sites, network, failures, keptMax: connectionsMax, time)
        scheduler.add(source)
        scheduler.add(target)
        scheduler.add(balancer)
        if !stores.isEmpty { scheduler.add(self.stores) }
    }

    /// From here on calls between services are looked at; before, a world is not yet set up.
    package func watchInternalCalls() {
        scheduler.add(calls)
    }

    /// How often a name was called by an address that was looked up before something changed behind it.
    var answersKept: Int { calls.answersKept }

    /// How often a name led elsewhere while connections to the other site's entry were kept.
    var connectionsKept: Int { calls.connectionsKept }

    /// From here on keepers of bridges act that run in this namespace, at both sites.
    ///
    /// Where they follow nodes, nodes are replaced.
    func runKeepers(in home: String, followNodes: Bool, mutant: Mutant?) {
        doesReplaceNodes.withLock { $0 = followNodes }
        let follows = mutant != .keeperFollowsNobody
        for (own, other) in [(source, target), (target, source)] {
            scheduler.add(SimulatedKeeper(in: home, own, other: other, follows: follows, time))
        }
    }

    /// Ends it: tasks of processes that died never go on, and would keep all of it in memory.
    package func end() {
        scheduler.end()
        network.end()
        for site in [source, target] { site.end() }
    }

    package subscript(site: SiteRole) -> SimulatedSite { site == .source ? source : target }

    /// Lets time pass until nothing is due within `quiet`.
    @discardableResult
    package func settle(within limit: Duration, _ isDone: @escaping () -> Bool) -> Bool {
        scheduler.run(until: scheduler.now + limit, isDone)
    }
}
