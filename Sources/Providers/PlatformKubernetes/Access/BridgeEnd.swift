import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Where a bridge leads at this moment: addresses of the other site, and a port for each of the name's.
struct BridgeEnd: Sendable {
    /// A slice holds at most this many endpoints (discovery.k8s.io/v1, EndpointSlice).
    private static let endpointsMax = 1_000

    /// All of one family; sorted.
    let addresses: [String]
    /// By the name of the port.
    let ports: [String: Int]

    /// Reads it at the other site.
    static func now(
        of service: PlannedService,
        access: SiteAccess
    ) async throws(ProviderError) -> BridgeEnd {
        var other = OtherSite(from: access)
        return try await now(of: service, at: &other)
    }

    /// The same, with what is known of the other site already.
    static func now(
        of service: PlannedService,
        at other: inout OtherSite
    ) async throws(ProviderError) -> BridgeEnd {
        switch service.way {
        case .nodePorts: try await atNodes(service, &other)
        case .loadBalancer: try await atBalancer(service, other)
        case .entry(let address, let port, _):
            BridgeEnd(
                addresses: [address],
                ports: Dictionary(
                    service.ports.map { ($0.name, port) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        }
    }

    private static func atNodes(
        _ service: PlannedService,
        _ other: inout OtherSite
    ) async throws(ProviderError) -> BridgeEnd {
        let remote = try await other.service(service.service.localName)
        let addresses = try await other.nodeAddresses()
        var ports: [String: Int] = [:]
        for port in service.ports {
            let found = (remote.at("spec", "ports")?.array ?? [])
                .first { ($0["name"]?.string ?? "") == port.name }
            guard let nodePort = found?["nodePort"]?.int else {
                throw .drift(
                    reason:
                        "Service \(service.service.localName) at \(other.access.context) has no "
                        + "node port for \"\(port.name)\"; somebody changed it"
                )
            }
            ports[port.name] = nodePort
        }
        return BridgeEnd(addresses: sameFamily(as: addresses[0], addresses), ports: ports)
    }

    private static func atBalancer(
        _ service: PlannedService,
        _ other: OtherSite
    ) async throws(ProviderError) -> BridgeEnd {
        let local = service.service.localName
        let remote = try await other.service(local)
        let addresses = RangeReader.balancers(of: remote)
        guard let first = addresses.first else {
            let ingress = remote.at("status", "loadBalancer", "ingress")?.array ?? []
            if let host = ingress.first?["hostname"]?.string {
                throw .rejected(
                    reason:
                        "the load balancer of Service \(local) at \(other.access.context) has a "
                        + "name, \(host), and no address, and a bridge leads to addresses; write "
                        + "spec.bridges.mode: nodePorts or entry"
                )
            }
            throw .unavailable(
                reason: "Service \(local) at \(other.access.context) has no address of a load "
                    + "balancer yet; if it gets none, its events say why",
                retryAfter: nil
            )
        }
        return BridgeEnd(
            addresses: sameFamily(as: first, addresses),
            ports: Dictionary(
                service.ports.map { ($0.name, $0.port) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }

    private static func sameFamily(as first: String, _ addresses: [String]) -> [String] {
        let family = NodeAddresses.family(first)
        return Array(
            addresses.filter { NodeAddresses.family($0) == family }.prefix(endpointsMax)
        )
    }

    /// The addresses as a slice holds them.
    var endpoints: JSON {
        .array(
            addresses.map { address in
                ["addresses": [.string(address)], "conditions": ["ready": true]]
            }
        )
    }
}

extension BridgeWay {
    /// As the annotation of a bridge has it.
    var word: String {
        switch self {
        case .nodePorts: "nodePorts"
        case .loadBalancer: "loadBalancer"
        case .entry: "entry"
        }
    }
}
