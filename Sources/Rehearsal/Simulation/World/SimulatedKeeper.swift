import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import Synchronization

/// The pod of a keeper at one site, if there is one: it acts whether or not any driver lives.
final class SimulatedKeeper: WorldPart {
    private let home: String
    private let own: SimulatedSite
    private let other: SimulatedSite
    private let time: any TimeSource
    private let follows: Bool
    private var network: SimulatedNetwork { own.network }
    private let next = Mutex(Duration.zero)
    /// How often it has looked since a pod of the other site was killed.
    private let looks = Mutex<[TwinAddress: Int]>([:])

    /// After so many looks no bridge leads to a pod that has gone, and no proxy either.
    private static let looksMax = 4

    /// `home` is the namespace in which it is, once it is there; a mutant `follows` nobody.
    init(
        in home: String,
        _ own: SimulatedSite,
        other: SimulatedSite,
        follows: Bool,
        _ time: any TimeSource
    ) {
        self.follows = follows
        self.home = home
        self.own = own
        self.other = other
        self.time = time
    }

    func step() -> Duration? {
        let found = own.cluster.get(.deployments, namespace: home, name: PlayedKeeper.name)
        guard let keeper = found.flatMap(PlayedKeeper.init) else { return nil }
        let now = time.uptime
        let due = next.withLock { $0 }
        guard due <= now else { return due - now }
        next.withLock { $0 = now + PlayedKeeper.interval }
        // Across a link that is cut nothing is read, and then nothing is changed.
        if !network.isLinkCut { look(keeper) }
        return PlayedKeeper.interval
    }

    private func look(_ keeper: PlayedKeeper) {
        let slices = own.cluster.list(.endpointSlices)
        let found = keeper.writes(
            own: slices,
            other: other.cluster.list(.endpointSlices),
            nodes: other.cluster.list(.nodes)
        )
        for slice in found where follows {
            do {
                try own.cluster.update(slice, manager: PlayedKeeper.name)
            } catch {
                // Somebody else was there first; it looks again.
                continue
            }
        }
        // Only those whom it follows are its business.
        let known = network.lost.filter { address in
            let isNode = address.bits >> 8 & 255 >= 254
            return address.bits >> 16 & 255 == UInt32(other.role.octet)
                && isNode == keeper.followsNodes
        }
        let followed = looks.withLock { looks in
            looks = looks.filter { known.contains($0.key) }
            for address in known { looks[address, default: 0] += 1 }
            return looks.filter { $0.value > SimulatedKeeper.looksMax }.keys.sorted()
        }
        for address in followed { network.excuseNoMore(address) }
    }
}
