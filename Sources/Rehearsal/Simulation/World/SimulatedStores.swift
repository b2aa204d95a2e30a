import Clocks
import EmbeddedSites
import MigrationModel
import Synchronization

/// The stores of a world, each with a copy at both sites that follows late, and somebody who writes to
/// whichever copy accepts, as often as time allows.
///
/// Every write has a number of its own, so that it can be told which copy has which.
package final class SimulatedStores: WorldPart {
    fileprivate struct Kept {
        let workload: String
        var copies: [SiteRole: StoreCopy]
        /// When a copy next takes over what, and how much of it.
        var arrival: (at: Duration, count: Int)?
        /// Nothing is taken over before that.
        var standsUntil = Duration.zero
        /// How many writes were accepted.
        var accepted = 0
    }

    /// From one write to the next.
    private static let writePeriod = Duration.milliseconds(100)
    /// How far a copy follows behind the other one.
    private static let lag = Duration.milliseconds(50)...(.seconds(2))

    private let sites: [SiteRole: SimulatedSite]
    private let network: SimulatedNetwork
    private let draws: SeededDraws
    private let time: any TimeSource
    private let state: Mutex<[String: Kept]>
    private let conflicts = Mutex<Set<String>>([])

    init(
        _ stores: [Store],
        sites: [SiteRole: SimulatedSite],
        network: SimulatedNetwork,
        draws: SeededDraws,
        time: any TimeSource
    ) {
        self.sites = sites
        self.network = network
        self.draws = draws
        self.time = time
        let kept = stores.map { store in
            let place = "\(store.workload.namespace)/\(store.workload.name)"
            let copies: [SiteRole: StoreCopy] = [
                .source: StoreCopy(.accepts), .target: StoreCopy(.refuses),
            ]
            return (store.name, Kept(workload: place, copies: copies))
        }
        state = Mutex(Dictionary(kept, uniquingKeysWith: { first, _ in first }))
    }

    // MARK: - Their programs

    /// What a look sees; nil where no pod of it runs.
    func look(_ name: String, _ site: SiteRole) -> StoreReading? {
        guard let kept = state.withLock({ $0[name] }), isRunning(kept, site) else { return nil }
        return kept.copies[site]?.reading
    }

    /// Does what is asked for; nil where no pod of it runs, and false where it refuses.
    func take(_ change: StoreChange, _ name: String, _ site: SiteRole) -> Bool? {
        guard let kept = state.withLock({ $0[name] }), isRunning(kept, site) else { return nil }
        return state.withLock { stores in
            // What was on its way came from whom it follows no more.
            stores[name]?.arrival = nil
            return stores[name]?.copies[site]?.take(change)
        }
    }

    /// Does the first part of what is asked for: whoever does it is ended in the middle.
    func begin(_ change: StoreChange, _ name: String, _ site: SiteRole) {
        guard let kept = state.withLock({ $0[name] }), isRunning(kept, site) else { return }
        state.withLock { $0[name]?.copies[site]?.begin(change) }
    }

    private func isRunning(_ kept: Kept, _ site: SiteRole) -> Bool {
        sites[site]?.nodes.accepting.contains { $0.workloadID == kept.workload } ?? false
    }

    /// Lets no copy take over anything for so long.
    func stand(until instant: Duration) {
        state.withLock { stores in
            for name in stores.keys { stores[name]?.standsUntil = instant }
        }
    }

    // MARK: - Time

    package func step() -> Duration? {
        let now = time.uptime
        let isCut = network.isLinkCut
        return state.withLock { stores in
            stores.keys.sorted().compactMap { name -> Duration? in
                stores[name]?.follow(at: now, isCut: isCut) { draws.duration(in: Self.lag) }
            }.min()
        }
    }

    package func settle(until next: Duration) {
        let now = time.uptime
        let period = Self.writePeriod
        let writes = Int(next / period) - Int(now / period)
        let conflicts = state.withLock { stores in
            stores.keys.sorted().filter { name in
                stores[name]?.write(writes) == false
            }
        }
        self.conflicts.withLock { $0.formUnion(conflicts) }
    }

    // MARK: - Checks

    /// The stores of which two copies accepted writes at once; sorted.
    var inConflict: [String] { conflicts.withLock { $0.sorted() } }

    /// What is wrong with any of them when this site is to have the writer; sorted.
    func problems(writerAt site: SiteRole) -> [String] {
        state.withLock { stores in
            stores.sorted { $0.key < $1.key }.flatMap { name, kept in
                kept.problems(name, writerAt: site)
            }
        }
    }
}

extension SimulatedStores.Kept {
    /// Takes over what is due, and answers how long nothing more is.
    fileprivate mutating func follow(
        at now: Duration,
        isCut: Bool,
        lag: () -> Duration
    ) -> Duration? {
        guard let site = copies.first(where: { $0.value.role == .follows })?.key,
            let other = copies[site.counterpart], other.role != .follows
        else {
            arrival = nil
            return nil
        }
        if let due = arrival, due.at <= now, now >= standsUntil, !isCut {
            copies[site]?.replicate(other, first: due.count)
            arrival = nil
        }
        // What the other one never had is given up as soon as it is followed.
        guard copies[site]?.written != other.written else { return nil }
        if arrival == nil { arrival = (now + lag(), other.count) }
        guard let due = arrival else { return nil }
        return max(due.at, standsUntil) > now ? max(due.at, standsUntil) - now : .milliseconds(500)
    }

    /// Writes so many, and answers whether no two copies accepted them.
    fileprivate mutating func write(_ count: Int) -> Bool {
        let accepting = copies.filter { $0.value.role == .accepts }.keys
        for site in accepting {
            copies[site]?.write(accepted..<(accepted + count))
            accepted += count
        }
        return accepting.count <= 1
    }

    fileprivate func problems(_ name: String, writerAt site: SiteRole) -> [String] {
        var problems: [String] = []
        for (place, copy) in copies.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let role: StoreCopy.Role = place == site ? .accepts : .refuses
            if copy.role != role {
                problems.append(
                    "at the end the \(place)'s copy of \(name) \(copy.role), not \(role)"
                )
            }
        }
        if copies[site]?.refusesWhenRestarted == true {
            problems.append(
                "at the end the \(site)'s copy of \(name) would refuse writes once restarted"
            )
        }
        let written = copies[site]?.written ?? []
        if written != [0..<accepted] {
            problems.append(
                "\(accepted) writes to \(name) were accepted, and the \(site) has \(written)"
            )
        }
        return problems
    }
}
