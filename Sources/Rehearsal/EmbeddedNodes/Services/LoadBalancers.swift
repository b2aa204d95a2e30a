import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import Synchronization

/// Gives each Service of type LoadBalancer an address of its own, as a cloud does beside a cluster.
///
/// What comes to a port of the Service at that address goes to its node port. The address is written
/// into the Service's status, and goes with the Service.
final class LoadBalancers: Sendable {
    private static let manager = "twin-load-balancers"
    /// Addresses of one site; a Service beyond them gets none.
    private static let addressesMax = 254

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
        let nodePorts = service.ports.compactMap { port in
            port.nodePort.map { (port.number, $0) }
        }
        network.attachBalancer(
            address,
            site: site,
            nodePorts: Dictionary(nodePorts, uniquingKeysWith: { first, _ in first })
        )
        guard change.object.at("status", "loadBalancer", "ingress") == nil else { return }
        do {
            try cluster.mutate(
                .services,
                namespace: service.key.namespace,
                name: service.key.name,
                subresource: .status,
                manager: Self.manager
            ) { object in
                object.set(
                    [["ip": .string(address.description), "ipMode": "VIP"]],
                    at: "status",
                    "loadBalancer",
                    "ingress"
                )
            }
        } catch {
            // The Service has gone meanwhile; its end is on its way to us.
        }
    }

    private func address(of service: ServiceKey) -> TwinAddress? {
        addresses.withLock { addresses in
            if let known = addresses[service] { return known }
            let taken = Set(addresses.values)
            let free = (1...Self.addressesMax).lazy
                .map { TwinAddress(10, self.site.octet, 253, UInt8($0)) }
                .first { !taken.contains($0) }
            addresses[service] = free
            return free
        }
    }
}
