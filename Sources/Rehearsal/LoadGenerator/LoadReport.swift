/// What became of the requests of one phase.
package struct LoadReport: Sendable {
    /// Sent, or due to be sent.
    package var requests = 0
    /// Requests that came back with a status of 200 to 299 in time.
    package var answered = 0
    /// Why requests failed, and how many: any status but 2xx, broken and refused connections,
    /// timeouts.
    ///
    /// Nothing is ever sent twice.
    package var failures: [String: Int] = [:]
    /// Answers by the site that the pod named.
    package var bySite: [String: Int] = [:]
    /// Answers of a pod of another site than the one whose entry the balancer chose.
    ///
    /// While there is none, the share that the balancer counts is the share that pods serve.
    package var strayed = 0
    /// Counted from the intended start of each request.
    package var latency = LatencySummary()

    package init() {}

    /// All of `failures` together.
    package var failed: Int { failures.values.reduce(0, +) }
}

/// How long requests took, in microseconds: those that failed until they did.
package struct LatencySummary: Sendable {
    /// Half of the requests were settled as fast as this or faster.
    package var p50 = 0
    /// Ninety-nine of a hundred requests were settled as fast as this or faster.
    package var p99 = 0
    /// The one that took longest.
    package var max = 0

    package init() {}
}
