/// What became of the requests of one phase.
package struct LoadReport: Sendable {
    /// Sent, or due to be sent.
    package var requests = 0
    package var answered = 0
    /// Why requests failed, and how many: any status but 2xx, broken and refused connections,
    /// timeouts.
    ///
    /// Nothing is ever sent twice.
    package var failures: [String: Int] = [:]
    /// Answers by the site that the pod named.
    package var bySite: [String: Int] = [:]
    /// Counted from the intended start of each request.
    package var latency = LatencySummary()

    package init() {}

    package var failed: Int { failures.values.reduce(0, +) }
}

/// Latencies in microseconds.
package struct LatencySummary: Sendable {
    package var p50 = 0
    package var p99 = 0
    package var max = 0
    package var mean = 0.0

    package init() {}
}
