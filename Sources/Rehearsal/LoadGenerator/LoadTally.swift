import Histogram

/// The counts of one phase while it goes on.
struct LoadTally {
    private var report = LoadReport()
    /// Up to a minute, to three digits.
    private var histogram = Histogram<UInt32>(
        highestTrackableValue: 60_000_000,
        numberOfSignificantValueDigits: .three
    )

    var bySite: [String: Int] { report.bySite }

    mutating func sent() { report.requests += 1 }

    mutating func answered(site: String?, entry: String?, latency: Duration) {
        report.answered += 1
        if let entry, entry != site { report.strayed += 1 }
        report.bySite[site ?? "unknown", default: 0] += 1
        record(latency)
    }

    /// A failure's time counts as well: a slow failure is not hidden by being one.
    mutating func failed(_ reason: String, latency: Duration) {
        report.failures[reason, default: 0] += 1
        record(latency)
    }

    private mutating func record(_ latency: Duration) {
        let (seconds, attoseconds) = latency.components
        let micros = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        _ = histogram.record(UInt64(clamping: min(micros, 60_000_000)))
    }

    var summary: LoadReport {
        var summary = report
        summary.latency.p50 = Int(histogram.valueAtPercentile(50))
        summary.latency.p99 = Int(histogram.valueAtPercentile(99))
        summary.latency.max = Int(histogram.max)
        return summary
    }
}
