import Clocks
import EmbeddedAPI
import EmbeddedSites
import Synchronization

/// The Service proxy and the DNS of one site: turns a name or a node port into one endpoint, from a
/// view that lags behind the API.
///
/// One view serves all nodes of the site. It chooses for new connections only, each ready endpoint
/// as likely as the others.
package final class ServiceProxy: NodePortResolver, Sendable {
    /// What a name leads to.
    enum Resolution: Equatable {
        case endpoint(TwinEndpoint)
        /// The Service exists and nothing behind it serves.
        case nothingServes
        /// No such name.
        case unknown
    }

    private let feed: LaggingFeed
    private let draws: SeededDraws
    private let directory = Mutex(ServiceDirectory())
    private let refusals = Mutex(0)

    /// `lag` is how long each change of the cluster takes to arrive, drawn anew for each.
    package init(
        cluster: any FollowedCluster,
        lag: ClosedRange<Duration>,
        draws: SeededDraws,
        time: any TimeSource
    ) {
        self.draws = draws
        feed = LaggingFeed(
            cluster: cluster,
            resources: [.services, .endpointSlices],
            lag: lag,
            draws: draws.branch(),
            time: time
        )
    }

    /// Follows the cluster until it is cancelled.
    package func run() async {
        await feed.run {
            self.directory.withLock { $0 = ServiceDirectory() }
        } apply: { change in
            self.directory.withLock { $0.apply(change) }
        }
    }

    /// How many new connections found nobody who serves.
    package var refusalCount: Int { refusals.withLock { $0 } }

    func resolve(_ name: ServiceName, from namespace: String) -> Resolution {
        let endpoints = directory.withLock { $0.endpoints(named: name, from: namespace) }
        guard let endpoints else { return .unknown }
        return pick(endpoints).map(Resolution.endpoint) ?? .nothingServes
    }

    /// What a pod of `namespace` dials when it calls a name.
    func dial(
        _ name: ServiceName,
        from namespace: String,
        at site: TwinSite,
        over network: TwinNetwork
    ) -> Dial {
        switch resolve(name, from: namespace) {
        case .unknown: .unresolved
        case .nothingServes: .refused
        case .endpoint(let endpoint): Dial(network.path(from: site, to: endpoint))
        }
    }

    func endpoint(ofNodePort nodePort: Int) -> TwinEndpoint? {
        pick(directory.withLock { $0.endpoints(ofNodePort: nodePort) })
    }

    /// The ready addresses that the proxy knows by now behind a Service.
    func addresses(of service: ServiceKey) -> Set<TwinAddress> {
        directory.withLock { $0.addresses(of: service) }
    }

    /// Whether DNS knows the name.
    func knows(_ name: ServiceName, from namespace: String) -> Bool {
        directory.withLock { $0.endpoints(named: name, from: namespace) != nil }
    }

    private func pick(_ endpoints: [TwinEndpoint]) -> TwinEndpoint? {
        guard !endpoints.isEmpty else {
            refusals.withLock { $0 += 1 }
            return nil
        }
        return endpoints[endpoints.count == 1 ? 0 : draws.index(below: endpoints.count)]
    }
}
