import HAProxyRuntime
import MigrationModel
import MigrationPorts

/// Makes counters that only grow out of what HAProxy shows.
///
/// A new process begins at zero, and `clear counters` sets back: both begin a new incarnation. For
/// latency HAProxy shows a moving mean and no sum; each new request is taken to have had that mean.
struct CounterLedger {
    private struct Account {
        var process: String
        var resets = 0
        var requests: [SiteRole: Int] = [:]
        var latencySum: [SiteRole: Int] = [:]
    }

    /// HAProxy rounds to milliseconds, so below this a difference is no difference.
    private static let latencyMillisecondsMin = 5
    /// Waiting for a free connection, connecting, and waiting for the answer.
    private static let latencyColumns = ["qtime", "ctime", "rtime"]

    private var accounts: [RouteID: Account] = [:]

    mutating func counters(
        of route: RouteID,
        process: String,
        source: [HAProxyStatistics.Row],
        target: [HAProxyStatistics.Row]
    ) -> RouteCounters {
        var account = accounts[route] ?? Account(process: process)
        let rows: [SiteRole: [HAProxyStatistics.Row]] = [.source: source, .target: target]
        let requests = rows.mapValues { $0.map { $0.count("stot") }.reduce(0, +) }
        let isSetBack = SiteRole.allCases.contains { site in
            (requests[site] ?? 0) < (account.requests[site] ?? 0)
        }
        if account.process != process {
            account = Account(process: process)
        } else if isSetBack {
            account = Account(process: process, resets: account.resets + 1)
        }
        for site in SiteRole.allCases {
            let new = (requests[site] ?? 0) - (account.requests[site] ?? 0)
            let mean = CounterLedger.meanMicroseconds(rows[site] ?? [])
            account.latencySum[site, default: 0] += new * mean
        }
        account.requests = requests
        accounts[route] = account
        return RouteCounters(
            source: CounterLedger.site(source, account.latencySum[.source] ?? 0),
            target: CounterLedger.site(target, account.latencySum[.target] ?? 0),
            incarnation: "\(process).\(account.resets)"
        )
    }

    private static func site(
        _ rows: [HAProxyStatistics.Row],
        _ latencySum: Int
    ) -> RouteCounters.Site {
        RouteCounters.Site(
            requests: sum(rows, "stot"),
            failures: ["hrsp_5xx", "econ", "eresp", "srv_abrt", "wretr", "wredis"]
                .map { sum(rows, $0) }.reduce(0, +),
            inFlight: sum(rows, "scur") + sum(rows, "qcur"),
            latencySumMicroseconds: latencySum
        )
    }

    private static func sum(_ rows: [HAProxyStatistics.Row], _ column: String) -> Int {
        rows.map { $0.count(column) }.reduce(0, +)
    }

    /// The mean of the servers' means, by their requests: from a request's arrival to the head of its
    /// answer.
    ///
    /// Not `ttime`: it is counted from the end of the connection's previous request, so over a
    /// connection that is kept alive it holds the caller's pauses too (HAProxy's management guide, 9.1,
    /// and configuration manual, 8.4, `Tt`).
    private static func meanMicroseconds(_ rows: [HAProxyStatistics.Row]) -> Int {
        let requests = sum(rows, "stot")
        guard requests > 0 else { return latencyMillisecondsMin * 1_000 }
        let weighted = rows.map { row in
            row.count("stot") * latencyColumns.map { row.count($0) }.reduce(0, +)
        }.reduce(0, +)
        return max(latencyMillisecondsMin * 1_000, weighted * 1_000 / requests)
    }
}
