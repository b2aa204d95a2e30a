import EmbeddedSites
import Synchronization

/// Where a new connection may end: every choice that a proxy could make is one.
package enum Landing: Sendable, Hashable {
    /// A pod that accepts; `crossings` counts how often the link was crossed on the way.
    case pod(site: TwinSite, workload: String, crossings: Int)
    /// Nobody who serves, and why.
    case nobody(String, excused: Bool)

    /// Whether a request would be answered.
    package var serves: Bool { if case .pod = self { true } else { false } }
}

/// Who holds which address, and what leads from site to site.
///
/// The stepped form of the twin's network: it tells all ways that a connection may take, since a
/// simulation has to know whether *any* request could be lost.
package final class SimulatedNetwork: Sendable {
    /// Who stands behind an address.
    enum Holder: Sendable {
        case pod(TwinSite, workload: String, ports: Set<Int>)
        case node(TwinSite)
    }

    fileprivate struct State {
        var holders: [TwinAddress: Holder] = [:]
        var proxies: [TwinSite: LaggingView<ServiceDirectory>] = [:]
        var isLinkCut = false
        var losesLargePackets = false
        var broken: Set<TwinSite> = []
        var trialsFailSince: Duration?
        /// Addresses of pods that were killed, and are known to be gone by nobody yet.
        var lost: Set<TwinAddress> = []
        var watches: [WayWatch] = []
    }

    /// How many node ports may lead to one another before it is called a loop.
    private static let hopMax = 8

    /// Whether nobody believes what is remembered of its ways.
    let doubts: Bool
    private let state = Mutex(State())

    package init(doubts: Bool = false) { self.doubts = doubts }

    /// Tells from now on what changes on the ways through it.
    func watch() -> WayWatch {
        let watch = WayWatch()
        state.withLock { $0.watches.append(watch) }
        return watch
    }

    /// Takes note that something has changed which it does not see by itself.
    func touch(_ marks: [WayMark]) { state.withLock { $0.note(marks) } }

    func attach(_ holder: Holder, at address: TwinAddress) {
        state.withLock { state in
            state.holders[address] = holder
            state.lost.remove(address)
            state.note([.address(address)])
        }
    }

    /// `isLost` excuses what still leads there: the pod was killed, and proxies cannot know yet.
    func detach(_ address: TwinAddress, isLost: Bool = false) {
        state.withLock { state in
            state.holders[address] = nil
            if isLost { state.lost.insert(address) }
            state.note([.address(address)])
        }
    }

    /// Addresses of pods that were killed and whose loss is excused.
    var lost: Set<TwinAddress> { state.withLock { $0.lost } }

    /// Excuses no longer what still leads there: by now it could be known.
    func excuseNoMore(_ address: TwinAddress) {
        state.withLock { state in
            guard state.lost.remove(address) != nil else { return }
            state.note([.address(address)])
        }
    }

    func isHeld(_ address: TwinAddress) -> Bool {
        state.withLock { $0.holders[address] != nil }
    }

    func setProxy(_ proxy: LaggingView<ServiceDirectory>, of site: TwinSite) {
        state.withLock { $0.proxies[site] = proxy }
    }

    /// Cuts or heals the link between the sites.
    package func setLinkCut(_ isCut: Bool) {
        state.withLock { state in
            state.isLinkCut = isCut
            state.noteEverything()
        }
    }

    /// Whether the link loses packets of full size and tells nobody, which those who send bytes over it
    /// to see how many it carries find out.
    package var losesLargePackets: Bool {
        get { state.withLock { $0.losesLargePackets } }
        set { state.withLock { $0.losesLargePackets = newValue } }
    }

    /// Forgets who is where.
    func end() {
        let forgotten = state.withLock { state in
            let forgotten = state
            state = State()
            return forgotten
        }
        withExtendedLifetime(forgotten) {}
    }

    /// Lets something be wrong with the link, or mends it.
    func set(_ trouble: LinkTrouble.Kind, _ isWrong: Bool) {
        switch trouble {
        case .isCut: setLinkCut(isWrong)
        case .losesLargePackets: losesLargePackets = isWrong
        }
    }

    /// Whether nothing goes from site to site now.
    package var isLinkCut: Bool { state.withLock { $0.isLinkCut } }

    /// Lets the pods of a site answer with errors, or well again.
    package func setBroken(_ isBroken: Bool, _ site: TwinSite) {
        state.withLock { state in
            if isBroken { state.broken.insert(site) } else { state.broken.remove(site) }
            state.noteEverything()
        }
    }

    /// Whether the pods of a site answer with errors now.
    package func isBroken(_ site: TwinSite) -> Bool { state.withLock { $0.broken.contains(site) } }

    /// Since when whatever tries the target finds it wrong, though its pods serve; nil while it does not.
    package var trialsFailSince: Duration? {
        get { state.withLock { $0.trialsFailSince } }
        set { state.withLock { $0.trialsFailSince = newValue } }
    }

    /// Every end that a connection from `site` to `endpoint` may come to, and what that depends on.
    func landings(
        from site: TwinSite,
        to endpoint: TwinEndpoint,
        _ way: inout Way
    ) -> Set<Landing> {
        landings(from: site, to: endpoint, crossings: 0, hops: 0, &way)
    }

    /// What a name may lead a pod of `namespace` to; nil when DNS does not know it.
    func landings(
        named name: ServiceName,
        in namespace: String,
        at site: TwinSite,
        _ way: inout Way
    ) -> Set<Landing>? {
        guard let proxy = state.withLock({ $0.proxies[site] }) else { return nil }
        var consulted: [ServiceKey] = []
        let endpoints = proxy.read {
            $0.endpoints(named: name, from: namespace) { consulted.append($0) }
        }
        for service in consulted { way.depends(on: .service(site, service)) }
        guard let endpoints else { return nil }
        return all(endpoints, from: site, what: "\(name.host):\(name.port)", &way)
    }

    /// The address by which a pod of `namespace` finds a name; nil where there is none.
    func address(named name: ServiceName, in namespace: String, at site: TwinSite) -> String? {
        let proxy = state.withLock { $0.proxies[site] }
        return proxy?.read { $0.address(named: name, from: namespace) }
    }

    func all(
        _ endpoints: [TwinEndpoint],
        from site: TwinSite,
        what: String,
        _ way: inout Way
    ) -> Set<Landing> {
        guard !endpoints.isEmpty else {
            return [.nobody("nothing is behind \(what) at the \(site)", excused: false)]
        }
        var found: Set<Landing> = []
        for endpoint in endpoints { found.formUnion(landings(from: site, to: endpoint, &way)) }
        return found
    }

    private func landings(
        from site: TwinSite,
        to endpoint: TwinEndpoint,
        crossings: Int,
        hops: Int,
        _ way: inout Way
    ) -> Set<Landing> {
        way.depends(on: .address(endpoint.address))
        guard hops < Self.hopMax else { return [.nobody("a loop of node ports", excused: false)] }
        let (holder, isCut, isLost, broken) = state.withLock { state in
            (
                state.holders[endpoint.address], state.isLinkCut,
                state.lost.contains(endpoint.address), state.broken
            )
        }
        switch holder {
        case nil: return [.nobody("nobody holds \(endpoint)", excused: isLost)]
        case .pod(let owner, let workload, let ports):
            guard ports.isEmpty || ports.contains(endpoint.port) else {
                return [.nobody("\(workload) does not listen at \(endpoint)", excused: false)]
            }
            guard owner == site || !isCut else {
                return [.nobody("the link is cut", excused: true)]
            }
            guard !broken.contains(owner) else {
                return [.nobody("the pods of the \(owner) answer with errors", excused: true)]
            }
            let crossings = crossings + (owner == site ? 0 : 1)
            return [.pod(site: owner, workload: workload, crossings: crossings)]
        case .node(let owner):
            guard owner == site || !isCut else {
                return [.nobody("the link is cut", excused: true)]
            }
            let crossings = crossings + (owner == site ? 0 : 1)
            way.depends(on: .nodePort(owner, endpoint.port))
            let proxy = state.withLock { $0.proxies[owner] }
            let behind = proxy?.read { $0.endpoints(ofNodePort: endpoint.port) } ?? []
            guard !behind.isEmpty else {
                return [
                    .nobody(
                        "nothing is behind node port \(endpoint) of the \(owner)",
                        excused: false
                    )
                ]
            }
            var found: Set<Landing> = []
            for next in behind {
                found.formUnion(
                    landings(from: owner, to: next, crossings: crossings, hops: hops + 1, &way)
                )
            }
            return found
        }
    }
}

extension SimulatedNetwork.State {
    fileprivate func note(_ marks: [WayMark]) { for watch in watches { watch.note(marks) } }

    fileprivate func noteEverything() { for watch in watches { watch.noteEverything() } }
}
