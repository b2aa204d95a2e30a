import Clocks
import EmbeddedAPI
import EmbeddedSites
import NIOCore

/// What one site consists of besides its cluster: nodes, Service proxy, entry.
package struct SiteWorld: Sendable {
    /// What its nodes, proxy and entry follow.
    package let cluster: any FollowedCluster
    /// How its names and node ports are resolved.
    package let proxy: ServiceProxy
    /// What runs its pods.
    package let nodes: NodeAgent
    /// Its ingress.
    package let entry: SiteEntry
    /// What gives Services of type LoadBalancer their addresses.
    private let balancers: LoadBalancers

    init(
        site: TwinSite,
        cluster: any FollowedCluster,
        network: TwinNetwork,
        settings: WorldSettings,
        draws: SeededDraws,
        tickers: [LoopTicker],
        failures: FailureLog,
        time: any TimeSource
    ) {
        self.cluster = cluster
        let calls = PoolSettings(callTimeout: TimeAmount(settings.callTimeout))
        proxy = ServiceProxy(
            cluster: cluster,
            lag: settings.proxyLag,
            draws: draws.branch(),
            time: time
        )
        network.setResolver(proxy, of: site)
        nodes = NodeAgent(
            site: site,
            cluster: cluster,
            proxy: proxy,
            network: network,
            settings: settings.nodes,
            poolSettings: calls,
            draws: draws.branch(),
            tickers: tickers,
            failures: failures,
            time: time
        )
        entry = SiteEntry(
            site: site,
            cluster: cluster,
            network: network,
            lag: settings.entryLag,
            poolSettings: calls,
            draws: draws.branch(),
            ticker: tickers[site == .source ? 0 : tickers.count - 1],
            failures: failures,
            time: time
        )
        balancers = LoadBalancers(
            site: site,
            cluster: cluster,
            network: network,
            lag: settings.proxyLag,
            draws: draws.branch(),
            time: time
        )
    }

    /// Runs until it is cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await proxy.run() }
            group.addTask { await entry.run() }
            group.addTask { await balancers.run() }
            group.addTask { try await nodes.run() }
            try await group.waitForAll()
        }
    }

    var counters: WorldCounters.Site {
        WorldCounters.Site(
            workloads: nodes.countsByWorkload,
            entry: entry.counts,
            refusals: proxy.refusalCount
        )
    }
}
