import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Where a bridge leads at this moment.
struct BridgeEnd: Sendable {
    /// What endpoints of one slice have in common.
    struct Place: Sendable, Hashable, Comparable {
        let family: String
        /// In the order of the Service.
        let ports: [SlicePort]

        static func < (left: Place, right: Place) -> Bool {
            if left.family != right.family { return left.family < right.family }
            return left.ports.lexicographicallyPrecedes(right.ports)
        }
    }

    /// Addresses with the same ports.
    struct Part: Sendable {
        let place: Place
        /// Sorted.
        let addresses: [String]
    }

    /// Sorted; none where nobody is behind the name.
    let parts: [Part]
    /// Whether somebody is to be behind the name who is not ready yet.
    var isComing = false

    private init(parts: [Part], isComing: Bool) {
        self.parts = parts
        self.isComing = isComing
    }

    /// Addresses that are all reached by the same numbers; of them those of the first one's family.
    private init(addresses: [String], ports: [SlicePort]) {
        let family = NodeAddresses.family(addresses.first ?? "")
        let alike = addresses.filter { NodeAddresses.family($0) == family }
        let place = Place(family: family, ports: ports)
        parts = [
            Part(place: place, addresses: Array(alike.prefix(BridgePages.endpointsMax)))
        ]
    }

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
        case .podAddresses: try await atPods(service, other)
        case .loadBalancer: try await atBalancer(service, other)
        case .entry(let address, let port, _):
            BridgeEnd(
                addresses: [address],
                ports: service.ports.map { SlicePort($0, number: port) }
            )
        }
    }

    /// The pods behind the local name that are ready, each with the numbers of its own ports.
    private static func atPods(
        _ service: PlannedService,
        _ other: OtherSite
    ) async throws(ProviderError) -> BridgeEnd {
        let local = service.service.localName
        let slices = try await EndpointSlices(access: other.access, service: local).read()
        return atPods(of: slices)
    }

    /// The same, of the slices of a local name.
    static func atPods(of slices: [JSON]) -> BridgeEnd {
        var found: [Place: Set<String>] = [:]
        var isComing = false
        for slice in slices {
            let family = slice["addressType"]?.string ?? ""
            let ports = SlicePort.all(in: slice)
            guard ["IPv4", "IPv6"].contains(family), !ports.isEmpty else { continue }
            for endpoint in slice["endpoints"]?.array ?? [] {
                let conditions = endpoint["conditions"]
                // What terminates takes no new connection, whatever else is said of it.
                guard conditions?["terminating"] != true else { continue }
                guard conditions?["ready"]?.bool ?? true else {
                    isComing = true
                    continue
                }
                // All addresses of an endpoint lead to the same pod (discovery.k8s.io/v1, Endpoint).
                guard let address = endpoint["addresses"]?.array?.first?.string else { continue }
                found[Place(family: family, ports: ports), default: []].insert(address)
            }
        }
        let parts = found.sorted { $0.key < $1.key }
            .map { Part(place: $0.key, addresses: $0.value.sorted()) }
        return BridgeEnd(parts: parts, isComing: isComing)
    }

    private static func atNodes(
        _ service: PlannedService,
        _ other: inout OtherSite
    ) async throws(ProviderError) -> BridgeEnd {
        let remote = try await other.service(service.service.localName)
        let addresses = try await other.nodeAddresses()
        var ports: [SlicePort] = []
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
            ports.append(SlicePort(port, number: nodePort))
        }
        return BridgeEnd(addresses: addresses, ports: ports)
    }

    private static func atBalancer(
        _ service: PlannedService,
        _ other: OtherSite
    ) async throws(ProviderError) -> BridgeEnd {
        let local = service.service.localName
        let remote = try await other.service(local)
        let addresses = RangeReader.balancers(of: remote)
        guard !addresses.isEmpty else {
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
            addresses: addresses,
            ports: service.ports.map { SlicePort($0, number: $0.port) }
        )
    }
}

extension BridgeWay {
    /// As the annotation of a bridge has it.
    var word: String {
        switch self {
        case .nodePorts: "nodePorts"
        case .podAddresses: "podAddresses"
        case .loadBalancer: "loadBalancer"
        case .entry: "entry"
        }
    }

    /// How many endpoints are put in one of its slices: nodes stand in one, pods as controllers put them.
    var roomUsual: Int {
        if case .podAddresses = self {
            BridgePages.endpointsUsual
        } else {
            BridgePages.endpointsMax
        }
    }
}
