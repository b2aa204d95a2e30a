import Clocks
import EmbeddedAPI
import EmbeddedSites
import NIOCore
import NIOPosix
import Synchronization

/// The data plane of a twin: two sites with nodes, Service proxies and entries, the network between
/// them, and a balancer before both.
///
/// The clusters with their controllers are somebody else's; this follows what they hold.
package final class TwinWorld: Sendable {
    /// What pods, nodes and entries dial each other through.
    package let network: TwinNetwork
    /// The site that is left.
    package let source: SiteWorld
    /// The site that is reached.
    package let target: SiteWorld
    fileprivate let failures: FailureLog
    private let settings: WorldSettings
    private let group: MultiThreadedEventLoopGroup
    private let tickers: [LoopTicker]
    private let balancerDraws: SeededDraws
    private let time: any TimeSource
    private let forwarders = Mutex<[NodePortForwarder]>([])
    private let callers = Mutex<[InsideCaller]>([])

    /// Makes a world that is not running yet; its threads end with `run`.
    package init(
        source sourceCluster: any FollowedCluster,
        target targetCluster: any FollowedCluster,
        settings: WorldSettings,
        time: any TimeSource
    ) {
        precondition((1...16).contains(settings.loopCount), "traffic needs from 1 to 16 threads")
        // Invariant: no caller holds a connection any more when a pod that terminates closes it.
        let announced = settings.nodes.drainMax * (1 - settings.nodes.announceShare)
        precondition(
            TimeAmount(announced) > PoolSettings().idleMax + LoopTicker.interval,
            "pods would close connections that callers still use"
        )
        self.settings = settings
        self.time = time
        let draws = SeededDraws(seed: settings.seed)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.loopCount)
        self.group = group
        let tickers = group.makeIterator().map { LoopTicker(eventLoop: $0) }
        self.tickers = tickers
        let network = TwinNetwork(link: TwinLink(latency: settings.linkLatency))
        self.network = network
        let failures = FailureLog()
        self.failures = failures
        func makeSite(_ site: TwinSite, _ cluster: any FollowedCluster) -> SiteWorld {
            SiteWorld(
                site: site,
                cluster: cluster,
                network: network,
                settings: settings,
                draws: draws.branch(),
                tickers: tickers,
                failures: failures,
                time: time
            )
        }
        source = makeSite(.source, sourceCluster)
        target = makeSite(.target, targetCluster)
        balancerDraws = draws.branch()
    }

    package subscript(site: TwinSite) -> SiteWorld { site == .source ? source : target }

    /// Opens every listener, runs both sites while `body` runs, and leaves nothing behind.
    ///
    /// It can be called once. What goes wrong with a site ends `body` too.
    package func run<Result: Sendable>(
        _ body: @escaping @Sendable (RunningWorld) async throws -> Result
    ) async throws -> Result {
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await runOnLoops(body))
        } catch {
            outcome = .failure(error)
        }
        try await group.shutdownGracefully()
        return try outcome.get()
    }

    /// Opens a loopback port that leads to a node port of a site.
    fileprivate func forward(nodePort: Int, of site: TwinSite, port: Int) async throws -> Int {
        let forwarder = NodePortForwarder(
            site: site,
            destination: TwinEndpoint(self[site].nodes.nodeAddresses[0], port: nodePort),
            network: network,
            ticker: tickers[0]
        )
        let address = try await forwarder.start(port: port)
        forwarders.withLock { $0.append(forwarder) }
        return address.port ?? 0
    }

    /// Opens a loopback port whose requests are made inside a site.
    fileprivate func openInside(_ site: TwinSite) async throws -> Int {
        let caller = InsideCaller(
            site: site,
            proxy: self[site].proxy,
            network: network,
            poolSettings: PoolSettings(callTimeout: TimeAmount(settings.callTimeout)),
            // With the entry of the other site, so that threads have about the same to do.
            ticker: tickers[site == .source ? tickers.count - 1 : 0],
            failures: failures
        )
        let address = try await caller.start(port: 0)
        callers.withLock { $0.append(caller) }
        return address.port ?? 0
    }

    private func runOnLoops<Result: Sendable>(
        _ body: @escaping @Sendable (RunningWorld) async throws -> Result
    ) async throws -> Result {
        let entries: [TwinSite: SocketAddress] = [
            .source: try await source.entry.start(port: settings.sourceEntryPort),
            .target: try await target.entry.start(port: settings.targetEntryPort),
        ]
        for (site, socket) in entries {
            network.attachPod(site.entryAddress, site: site, ports: [80], socket: socket)
        }
        var pool = PoolSettings.towardsEntries
        pool.callTimeout = TimeAmount(settings.callTimeout + .seconds(1))
        let balancer = TwinBalancer(
            entries: entries,
            settings: TwinBalancer.Settings(lag: settings.balancerLag, pool: pool),
            network: network,
            draws: balancerDraws,
            instance: String(time.wallTime.nanosecondsSinceEpoch, radix: 16),
            // Not where the source's entry is: at the beginning both carry everything.
            ticker: tickers[tickers.count - 1],
            failures: failures,
            time: time
        )
        let control = BalancerControl(balancer: balancer, eventLoop: tickers[0].eventLoop)
        let ports = WorldPorts(
            sourceEntry: entries[.source]?.port ?? 0,
            targetEntry: entries[.target]?.port ?? 0,
            balancer: try await balancer.start(port: settings.balancerPort).port ?? 0,
            control: try await control.start(port: settings.controlPort).port ?? 0
        )
        let running = RunningWorld(world: self, balancer: balancer, ports: ports)
        let outcome = await runSites(alongside: body, running)
        for forwarder in forwarders.withLock({ $0 }) { await forwarder.stop() }
        for caller in callers.withLock({ $0 }) { await caller.stop() }
        await control.stop()
        await balancer.stop()
        await source.entry.stop()
        await target.entry.stop()
        return try outcome.get()
    }

    private func runSites<Result: Sendable>(
        alongside body: @escaping @Sendable (RunningWorld) async throws -> Result,
        _ running: RunningWorld
    ) async -> Swift.Result<Result, any Error> {
        do {
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                for site in [source, target] {
                    group.addTask {
                        try await site.run()
                        return nil
                    }
                }
                for (own, other) in [(source, target), (target, source)] {
                    let keepers = KeeperPods(own: own.cluster, other: other.cluster, time: time)
                    group.addTask {
                        await keepers.run()
                        return nil
                    }
                }
                group.addTask { try await body(running) }
                while let result = try await group.next() {
                    guard let result else { continue }
                    group.cancelAll()
                    return .success(result)
                }
                throw CancellationError()
            }
        } catch {
            return .failure(error)
        }
    }
}

/// A world that runs: what can be asked of it and done to it.
package struct RunningWorld: Sendable {
    /// What runs.
    package let world: TwinWorld
    /// What stands before the entries of both sites.
    package let balancer: TwinBalancer
    /// Where it is reached from this machine.
    package let ports: WorldPorts

    /// Opens a loopback port that leads to a node port of a site, until the world ends; port 0 lets
    /// the system choose.
    package func forward(
        nodePort: Int,
        of site: TwinSite,
        port: Int = 0
    ) async throws -> Int {
        try await world.forward(nodePort: nodePort, of: site, port: port)
    }

    /// Opens a loopback port whose requests are made inside a site, until the world ends.
    ///
    /// `GET /shop` with `Host: orders` is what a pod of `shop` does that calls `http://orders/`.
    package func openInside(_ site: TwinSite) async throws -> Int {
        try await world.openInside(site)
    }

    /// Everything that has been counted so far.
    package var counters: WorldCounters {
        WorldCounters(
            source: world.source.counters,
            target: world.target.counters,
            routes: balancer.snapshot,
            connectionLoops: world.network.loopCount,
            recrossings: world.network.recrossingCount,
            problems: world.source.nodes.problems + world.target.nodes.problems,
            failures: world.failures.recent
        )
    }
}
