import EmbeddedSites
import NIOCore
import Synchronization

/// Says where a node port leads at the moment of asking; a site's Service proxy is one.
protocol NodePortResolver: Sendable {
    /// One endpoint behind `nodePort`, nil when no Service has it or none of its endpoints serves.
    func endpoint(ofNodePort nodePort: Int) -> TwinEndpoint?
}

/// The twin's own network: who holds which 10/8 address, and by which local socket it is reached.
///
/// Only new connections ask; a connection that stands stays where it is, as with conntrack.
package final class TwinNetwork: Sendable {
    /// Why a connection does not come about.
    enum Refusal: Error, Equatable {
        /// Somebody holds the address and refuses: a closed port, or a Service without endpoints.
        case refused
        /// Nobody holds the address: no answer ever comes.
        case unreachable
        /// Node ports of the two sites lead to each other.
        case looped
    }

    /// The way that a new connection takes.
    struct Path: Sendable {
        let socket: SocketAddress
        /// The end of the connection that is not the caller's.
        let site: TwinSite
        /// How often the link is crossed on the way.
        let crossings: Int
    }

    private enum Holder {
        /// A pod; no ports means that it listens on every one.
        case pod(TwinSite, ports: Set<Int>, socket: SocketAddress)
        case node(TwinSite)
        /// A load balancer before the node ports of its site.
        case balancer(TwinSite, nodePorts: [Int: Int])

        /// The site whose node ports are behind it; nil for a pod.
        var siteOfNodePorts: TwinSite? {
            switch self {
            case .pod: nil
            case .node(let site), .balancer(let site, _): site
            }
        }
    }

    private struct State {
        var holders: [TwinAddress: Holder] = [:]
        var resolvers: [TwinSite: any NodePortResolver] = [:]
        var outsiders: [String: Outsider] = [:]
        var loopCount = 0
        var recrossingCount = 0
    }

    /// How many node ports may lead to one another before it is called a loop.
    private static let hopMax = 8

    /// What leads from one site to the other.
    package let link: TwinLink
    private let state = Mutex(State())

    /// A network in which nobody holds an address yet.
    package init(link: TwinLink = TwinLink()) {
        self.link = link
    }

    /// Connections that would have gone round between the sites for ever.
    package var loopCount: Int { state.withLock { $0.loopCount } }

    /// Connections that crossed the link more than once.
    package var recrossingCount: Int { state.withLock { $0.recrossingCount } }

    func attachPod(
        _ address: TwinAddress,
        site: TwinSite,
        ports: Set<Int>,
        socket: SocketAddress
    ) {
        state.withLock { state in
            precondition(state.holders[address] == nil, "\(address) is held twice")
            state.holders[address] = .pod(site, ports: ports, socket: socket)
        }
    }

    func attachNode(_ address: TwinAddress, site: TwinSite) {
        state.withLock { $0.holders[address] = .node(site) }
    }

    func attachBalancer(_ address: TwinAddress, site: TwinSite, nodePorts: [Int: Int]) {
        state.withLock { $0.holders[address] = .balancer(site, nodePorts: nodePorts) }
    }

    func detach(_ address: TwinAddress) {
        state.withLock { _ = $0.holders.removeValue(forKey: address) }
    }

    func setResolver(_ resolver: any NodePortResolver, of site: TwinSite) {
        state.withLock { $0.resolvers[site] = resolver }
    }

    /// Puts somebody outside of both sites, by a name or an address; nil takes them away.
    package func setOutsider(_ outsider: Outsider?, at host: String) {
        state.withLock { $0.outsiders[host] = outsider }
    }

    /// Whoever is outside under this name or address.
    func outsider(_ host: String) -> Outsider? {
        state.withLock { $0.outsiders[host] }
    }

    /// Follows node ports from site to site until a pod is found.
    func path(from site: TwinSite, to endpoint: TwinEndpoint) -> Result<Path, Refusal> {
        var place = site
        var crossings = 0
        var destination = endpoint
        for _ in 0..<Self.hopMax {
            let (holder, resolver) = state.withLock { state in
                let holder = state.holders[destination.address]
                return (holder, holder?.siteOfNodePorts.flatMap { state.resolvers[$0] })
            }
            switch holder {
            case nil:
                return .failure(.unreachable)
            case .pod(let holderSite, let ports, let socket):
                guard ports.isEmpty || ports.contains(destination.port) else {
                    return .failure(.refused)
                }
                if holderSite != place { crossings += 1 }
                if crossings > 1 { state.withLock { $0.recrossingCount += 1 } }
                return .success(Path(socket: socket, site: holderSite, crossings: crossings))
            case .node(let holderSite):
                if holderSite != place { crossings += 1 }
                place = holderSite
                guard let next = resolver?.endpoint(ofNodePort: destination.port) else {
                    return .failure(.refused)
                }
                destination = next
            case .balancer(let holderSite, let nodePorts):
                if holderSite != place { crossings += 1 }
                place = holderSite
                guard let nodePort = nodePorts[destination.port],
                    let next = resolver?.endpoint(ofNodePort: nodePort)
                else { return .failure(.refused) }
                destination = next
            }
        }
        state.withLock { $0.loopCount += 1 }
        return .failure(.looped)
    }
}
