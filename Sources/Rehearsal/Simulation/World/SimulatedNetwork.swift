import EmbeddedSites
import Synchronization

/// Where a new connection may end: every choice that a proxy could make is one.
package enum Landing: Sendable, Hashable {
    /// A pod that accepts; `crossings` counts how often the link was crossed on the way.
    case pod(site: TwinSite, workload: String, crossings: Int)
    /// A site's entry, of one who connects and asks for nothing.
    case entry(site: TwinSite)
    /// Nobody who serves, and why.
    case nobody(String, excused: Bool)

    /// Whether a request would be answered.
    package var serves: Bool { if case .nobody = self { false } else { true } }
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
        /// A load balancer before the node ports of its site, by the ports at which it listens.
        case balancer(TwinSite, nodePorts: [Int: Int])
        /// The entry of a site.
        case entry(TwinSite)
    }

    struct State {
        var holders: [TwinAddress: Holder] = [:]
        var proxies: [TwinSite: LaggingView<ServiceDirectory>] = [:]
        var entries: [TwinSite: LaggingView<EntryView>] = [:]
        var isLinkCut = false
        var losesLargePackets = false
        var broken: Set<TwinSite> = []
        var trialsFailSince: Duration?
        /// Addresses of pods that were killed, and are known to be gone by nobody yet.
        var lost: Set<TwinAddress> = []
        var watches: [WayWatch] = []
    }

    /// Whether nobody believes what is remembered of its ways.
    let doubts: Bool
    let state = Mutex(State())

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

    /// Of those the nodes of a site.
    func lostNodes(of site: TwinSite) -> Set<TwinAddress> {
        lost.filter { $0.bits >> 8 & 255 >= 254 && $0.bits >> 16 & 255 == UInt32(site.octet) }
    }

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

    /// Puts the entry of a site where pods of both sites dial it.
    func setEntry(_ entry: LaggingView<EntryView>, of site: TwinSite) {
        state.withLock { $0.entries[site] = entry }
        attach(.entry(site), at: site.entryAddress)
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
}

extension SimulatedNetwork.State {
    fileprivate func note(_ marks: [WayMark]) { for watch in watches { watch.note(marks) } }

    fileprivate func noteEverything() { for watch in watches { watch.noteEverything() } }
}
