import MigrationModel
import MigrationPorts

/// Whether a target is too slow so lastingly that nobody has to wait for the end of a soak: pure.
///
/// A soak is looked at in slices, each of a tenth of it and of enough requests at the target. One that is
/// too slow says little: pods that have just begun are slow. Three in a row are a breach. What is slower
/// than it may be by less, or now and then, is judged at the soak's end, by the mean of all of it.
struct LatencyTrend: Sendable {
    private static let slicesMax = 3
    /// How many slices a soak has at most.
    private static let slicesPerSoak = 10

    private let judge: ShareJudge
    private var first: RouteCounters
    private var begin: Duration
    private var slowInARow = 0

    /// Begins with the readings of a window's beginning.
    init(_ judge: ShareJudge, _ counters: RouteCounters, at now: Duration) {
        self.judge = judge
        first = counters
        begin = now
    }

    /// Takes in a reading of the same window; what is wrong, where it is.
    mutating func take(
        _ counters: RouteCounters,
        at now: Duration,
        before: SiteTraffic?
    ) -> String? {
        let least = Duration.milliseconds(judge.limits.soakMilliseconds / Self.slicesPerSoak)
        guard now - begin >= least,
            let evidence = counters.evidence(since: first, window: now - begin),
            evidence.target.requests >= judge.limits.requestsMin
        else { return nil }
        (first, begin) = (counters, now)
        let reading = ShareReading(evidence: evidence, sourceBefore: before)
        guard let excess = judge.latencyExcess(reading) else {
            slowInARow = 0
            return nil
        }
        slowInARow += 1
        guard slowInARow >= Self.slicesMax else { return nil }
        return "\(excess), \(slowInARow) times in a row"
    }
}
