import EmbeddedSites
import MigrationPorts

/// The requests of one route, as they flow by themselves while nothing changes.
struct RouteFlow: Sendable {
    /// What one side of a route has counted.
    private struct Side {
        /// For how long all requests have come here; a share of them for a share of the time.
        var time = Duration.zero
        var probes = 0
        var failures = 0.0
        /// Until when connections from before the last change of weight may be in use.
        var residualUntil = Duration.zero
        /// Until when connections may be in use that a process has which was replaced, and counts for nobody.
        var uncountedUntil = Duration.zero
        /// Whether a process was replaced that this side was used by, so that it may have some.
        var isLeftBehind = false
        /// Where requests end, and how that was found; nil where nobody has looked.
        var landings: Set<Landing> = []
        var way: Way?

        /// Gets nothing new; what is open may be in use until then.
        mutating func leave(until end: Duration) {
            residualUntil = end
            if isLeftBehind { uncountedUntil = end }
            isLeftBehind = false
        }

        /// How many of the possible ends, of all of them, are nobody who serves.
        var lossShare: Double {
            let lost = landings.count { !$0.serves }
            return lost == 0 ? 0 : Double(lost) / Double(landings.count)
        }
    }

    /// The share of the target that was last asked for, in percent.
    var requested = 0
    /// The share that requests follow.
    private(set) var active = 0
    /// Whether they follow another one than when it last was judged.
    private(set) var hasMoved = true
    /// When they are to follow another one.
    var due: (at: Duration, percent: Int)?
    /// Since when requests have failed at the target, without a pause.
    private(set) var targetFailsSince: Duration?
    /// Since when nothing but failures has come from the source.
    private(set) var sourceIsDownSince: Duration?
    /// Requests a second.
    private let rate: Int
    /// Until when everything is counted.
    private var countedUntil: Duration
    private var source = Side()
    private var target = Side()
    private var probes = 0

    init(rate: Int, since instant: Duration) {
        self.rate = rate
        countedUntil = instant
    }

    private subscript(site: TwinSite) -> Side {
        get { site == .source ? source : target }
        set { if site == .source { source = newValue } else { target = newValue } }
    }

    private func share(of site: TwinSite) -> Int { site == .target ? active : 100 - active }

    // MARK: - Requests

    /// Counts what has come until now, by what has held since it last was counted.
    mutating func flow(until now: Duration) {
        let length = now - countedUntil
        countedUntil = now
        guard length > .zero else { return }
        for site in TwinSite.allCases where share(of: site) > 0 {
            let time = length * share(of: site) / 100
            self[site].time += time
            let lost = self[site].lossShare
            if lost > 0 { self[site].failures += time / .seconds(1) * Double(rate) * lost }
        }
    }

    /// What the balancer tells of one side; everything must be counted until `now`.
    func counters(of site: TwinSite, at now: Duration) -> RouteCounters.Site {
        let side = self[site]
        let isUsed = share(of: site) > 0 && rate > 0
        return RouteCounters.Site(
            requests: Int(side.time * rate / .seconds(1)) + side.probes,
            failures: Int(side.failures.rounded(.up)),
            inFlight: isUsed || side.residualUntil > now ? 1 : 0
        )
    }

    /// Whether something that began before still runs at a site that gets nothing new.
    func stillRuns(at site: TwinSite, _ now: Duration) -> Bool {
        max(self[site].residualUntil, self[site].uncountedUntil) > now
    }

    /// Where the next request of ours goes: evenly spread, as a smooth round robin spreads them.
    mutating func nextProbe() -> TwinSite {
        let before = probes * active / 100
        probes += 1
        return probes * active / 100 > before ? .target : .source
    }

    mutating func take(probeTo site: TwinSite, isServed: Bool) {
        self[site].probes += 1
        if !isServed { self[site].failures += 1 }
    }

    /// Begins to count anew; what is open stays with a process that counts for nobody.
    mutating func loseCounters(at now: Duration) {
        countedUntil = now
        for site in TwinSite.allCases {
            self[site].isLeftBehind = self[site].isLeftBehind || share(of: site) > 0
            self[site].uncountedUntil = max(self[site].uncountedUntil, self[site].residualUntil)
            self[site].time = .zero
            self[site].probes = 0
            self[site].failures = 0
            self[site].residualUntil = .zero
        }
    }

    /// Lets requests follow another share from now on.
    mutating func activate(_ percent: Int, at now: Duration, residual: Duration) {
        flow(until: now)
        if percent == 100 { source.leave(until: now + residual) }
        if percent == 0 { target.leave(until: now + residual) }
        active = percent
        hasMoved = true
        due = nil
    }

    // MARK: - Where they end

    /// Whether requests of one side may end elsewhere than they did.
    func isConcerned(by changes: WayWatch.Changes, at site: TwinSite) -> Bool {
        self[site].way.map(changes.concern) ?? true
    }

    /// Whether that is where requests of one side have been taken to end.
    func leads(to landings: Set<Landing>, at site: TwinSite) -> Bool {
        self[site].landings == landings
    }

    /// Lets requests of one side end there from now on.
    mutating func lead(to landings: Set<Landing>, by way: Way, at site: TwinSite) {
        self[site].landings = landings
        self[site].way = way
    }

    /// Takes note of since when a side fails, as far as requests go there.
    mutating func judge(at now: Duration) {
        hasMoved = false
        if share(of: .target) > 0 {
            targetFailsSince = target.lossShare > 0 ? targetFailsSince ?? now : nil
        }
        if share(of: .source) > 0 {
            sourceIsDownSince = source.lossShare == 1 ? sourceIsDownSince ?? now : nil
        }
    }

    /// Why requests are lost that no accident excuses, sorted.
    var lost: [(site: TwinSite, reason: String)] {
        TwinSite.allCases.filter { share(of: $0) > 0 }.flatMap { site in
            let reasons = self[site].landings.compactMap { landing -> String? in
                if case .nobody(let reason, excused: false) = landing { reason } else { nil }
            }
            return reasons.sorted().map { (site, $0) }
        }
    }
}
