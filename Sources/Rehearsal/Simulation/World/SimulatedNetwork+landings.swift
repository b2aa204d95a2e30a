import EmbeddedSites
import Synchronization

/// What a request asks for, which entries tell apart and nobody else reads.
struct Asking: Sendable, Hashable {
    /// In lower case, without a port.
    let host: String
    var path = "/"
}

/// Where connections end.
extension SimulatedNetwork {
    /// How many node ports and entries may lead to one another before it is called a loop.
    private static let hopMax = 8
    /// At which an entry listens.
    private static let entryPort = 80

    /// Every end that a connection from `site` to `endpoint` may come to, and what that depends on.
    ///
    /// Who asks for nothing only connects.
    func landings(
        from site: TwinSite,
        to endpoint: TwinEndpoint,
        asking: Asking? = nil,
        _ way: inout Way
    ) -> Set<Landing> {
        landings(from: site, to: endpoint, Stretch(asking: asking), &way)
    }

    /// What a name may lead a pod of `namespace` to; nil when DNS does not know it.
    ///
    /// Who only connects asks for nothing.
    func landings(
        named name: ServiceName,
        in namespace: String,
        at site: TwinSite,
        onlyConnects: Bool = false,
        _ way: inout Way
    ) -> Set<Landing>? {
        guard let proxy = state.withLock({ $0.proxies[site] }) else { return nil }
        var consulted: [ServiceKey] = []
        let endpoints = proxy.read {
            $0.endpoints(named: name, from: namespace) { consulted.append($0) }
        }
        for service in consulted { way.depends(on: .service(site, service)) }
        guard let endpoints else { return nil }
        let asking = onlyConnects ? nil : Asking(host: name.host)
        return all(endpoints, from: site, asking, what: "\(name.host):\(name.port)", &way)
    }

    /// The address by which a pod of `namespace` finds a name; nil where there is none.
    func address(named name: ServiceName, in namespace: String, at site: TwinSite) -> String? {
        let proxy = state.withLock { $0.proxies[site] }
        return proxy?.read { $0.address(named: name, from: namespace) }
    }

    func all(
        _ endpoints: [TwinEndpoint],
        from site: TwinSite,
        _ asking: Asking?,
        what: String,
        _ way: inout Way
    ) -> Set<Landing> {
        guard !endpoints.isEmpty else {
            return [.nobody("nothing is behind \(what) at the \(site)", excused: false)]
        }
        return endpoints.reduce(into: []) {
            $0.formUnion(landings(from: site, to: $1, asking: asking, &way))
        }
    }

    /// The way so far.
    private struct Stretch {
        let asking: Asking?
        var crossings = 0
        var hops = 0

        /// The same, on from `owner`, who was reached from `site`.
        func going(from site: TwinSite, on owner: TwinSite) -> Stretch {
            var next = self
            next.crossings += owner == site ? 0 : 1
            next.hops += 1
            return next
        }
    }

    private func landings(
        from site: TwinSite,
        to endpoint: TwinEndpoint,
        _ stretch: Stretch,
        _ way: inout Way
    ) -> Set<Landing> {
        way.depends(on: .address(endpoint.address))
        guard stretch.hops < Self.hopMax else { return [.nobody("a loop", excused: false)] }
        let (holder, isCut, isLost, broken) = state.withLock { state in
            (
                state.holders[endpoint.address], state.isLinkCut,
                state.lost.contains(endpoint.address), state.broken
            )
        }
        guard let holder else { return [.nobody("nobody holds \(endpoint)", excused: isLost)] }
        let owner = holder.site
        guard owner == site || !isCut else { return [.nobody("the link is cut", excused: true)] }
        let next = stretch.going(from: site, on: owner)
        switch holder {
        case .pod(_, let workload, let ports):
            guard ports.isEmpty || ports.contains(endpoint.port) else {
                return [.nobody("\(workload) does not listen at \(endpoint)", excused: false)]
            }
            guard !broken.contains(owner) else {
                return [.nobody("the pods of the \(owner) answer with errors", excused: true)]
            }
            return [.pod(site: owner, workload: workload, crossings: next.crossings)]
        case .node:
            return behindNodePort(endpoint.port, of: owner, "node port \(endpoint)", next, &way)
        case .balancer(_, let nodePorts):
            guard let nodePort = nodePorts[endpoint.port] else {
                return [.nobody("no load balancer listens at \(endpoint)", excused: false)]
            }
            return behindNodePort(nodePort, of: owner, "load balancer \(endpoint)", next, &way)
        case .entry:
            guard endpoint.port == Self.entryPort else {
                return [.nobody("the entry does not listen at \(endpoint)", excused: false)]
            }
            return behindEntry(of: owner, next, &way)
        }
    }

    private func behindNodePort(
        _ port: Int,
        of owner: TwinSite,
        _ what: String,
        _ stretch: Stretch,
        _ way: inout Way
    ) -> Set<Landing> {
        way.depends(on: .nodePort(owner, port))
        let proxy = state.withLock { $0.proxies[owner] }
        let behind = proxy?.read { $0.endpoints(ofNodePort: port) } ?? []
        guard !behind.isEmpty else {
            return [.nobody("nothing is behind \(what) of the \(owner)", excused: false)]
        }
        return behind.reduce(into: []) {
            $0.formUnion(landings(from: owner, to: $1, stretch, &way))
        }
    }

    private func behindEntry(
        of owner: TwinSite,
        _ stretch: Stretch,
        _ way: inout Way
    ) -> Set<Landing> {
        guard let asking = stretch.asking else { return [.entry(site: owner)] }
        let entry = state.withLock { $0.entries[owner] }
        let behind = entry?.read { $0.endpoints(host: asking.host, path: asking.path, &way) } ?? nil
        guard let behind else {
            return [
                .nobody("the entry of the \(owner) has no rule for \(asking.host)", excused: false)
            ]
        }
        guard !behind.isEmpty else {
            return [
                .nobody(
                    "nothing is behind \(asking.host) at the entry of the \(owner)",
                    excused: false
                )
            ]
        }
        return behind.reduce(into: []) {
            $0.formUnion(landings(from: owner, to: $1, stretch, &way))
        }
    }
}

extension SimulatedNetwork.Holder {
    /// Where it is.
    fileprivate var site: TwinSite {
        switch self {
        case .pod(let site, _, _), .node(let site), .balancer(let site, _), .entry(let site): site
        }
    }
}
