import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import Synchronization

/// Gives each Service of type LoadBalancer an address of its own, as a cloud does beside a cluster.
///
/// What comes to a port of the Service at that address goes to its node port. The address is written
/// into the Service's status, and goes with the Service.
final class LoadBalancers: Sendable {
    private let site: TwinSite
    private let cluster: any FollowedCluster
    private let network: TwinNetwork
    private let feed: LaggingFeed
    private let addresses = Mutex<[ServiceKey: TwinAddress]>([:])

    init(
        site: TwinSite,
        cluster: any FollowedCluster,
        network: TwinNetwork,
        lag: ClosedRange<Duration>,
        draws: SeededDraws,
        time: any TimeSource
    ) {
        self.site = site
        self.cluster = cluster
        self.network = network
        feed = LaggingFeed(
            cluster: cluster,
            resources: [.services],
            lag: lag,
            draws: draws,
            time: time
        )
    }

    /// Follows the cluster until it is cancelled.
    func run() async {
        await feed.run {
        } apply: { change in
            self.apply(change)
        }
    }

    private func apply(_ change: ObjectChange) {
        guard let service = ServiceRecord(change.object) else { return }
        let isWanted =
            change.kind != .deleted && change.object.at("spec", "type") == "LoadBalancer"
        guard isWanted else {
            let address = addresses.withLock { $0.removeValue(forKey: service.key) }
            if let address { network.detach(address) }
            return
        }
        guard let address = address(of: service.key) else { return }
        network.attachBalancer(address, site: site, nodePorts: service.nodePorts)
        guard !BalancerStatus.isTold(in: change.object) else { return }
        BalancerStatus.tell(address, of: service.key, to: cluster)
    }

    /// Nil when all that the site has are given.
    private func address(of service: ServiceKey) -> TwinAddress? {
        addresses.withLock { addresses in
            if let known = addresses[service] { return known }
            let taken = Set(addresses.values)
            let free = (1...TwinSite.balancersMax).lazy.map(site.balancerAddress)
                .first { !taken.contains($0) }
            addresses[service] = free
            return free
        }
    }
}
