/// What a data plane was seen to do in a window of time, and how that is known.
package struct Evidence: Sendable, Hashable, Codable {
    /// How the numbers came about.
    package enum Basis: String, Sendable, Hashable, Codable {
        /// The balancer's or the entry's own counters.
        case counted
        /// Our own requests, told apart by a site marker.
        case probed
        /// Nothing can tell: only what was configured is known.
        case configuredOnly
    }

    /// How the numbers came about.
    package var basis: Basis
    /// How long was looked.
    package var windowMilliseconds: Int
    /// What the source served in that time.
    package var source: SiteTraffic
    /// What the target served in that time.
    package var target: SiteTraffic

    /// Takes what was counted or probed.
    package init(
        basis: Basis,
        windowMilliseconds: Int,
        source: SiteTraffic,
        target: SiteTraffic
    ) {
        self.basis = basis
        self.windowMilliseconds = windowMilliseconds
        self.source = source
        self.target = target
    }

    /// What one of the two sites served.
    package subscript(site: SiteRole) -> SiteTraffic { site == .source ? source : target }

    /// The target's share of the requests in percent; nil when there was none.
    package var targetShare: Double? {
        let total = source.requests + target.requests
        return total == 0 ? nil : Double(target.requests) / Double(total) * 100
    }
}

/// What one site served of one route in a window.
package struct SiteTraffic: Sendable, Hashable, Codable {
    /// Requests that were answered or failed in the window.
    package var requests: Int
    /// Answers of 500 and above, refused and broken connections, timeouts, and every retry that the
    /// balancer made: nothing is retried here, so a retry is a failure somebody hid.
    package var failures: Int
    /// Connections or requests under way at the end of the window.
    package var residualConnections: Int
    /// True where the number above is no count but a precaution: nothing tells what is under way.
    package var isResidualPresumed: Bool?
    /// True where that is so because the balancer was reloaded: its earlier process may have more, and is
    /// asked by nobody.
    package var isCountLost: Bool?
    /// Mean latency, where the data plane tells it.
    package var latencyMeanMicroseconds: Int?

    /// Takes the numbers of one window.
    package init(
        requests: Int,
        failures: Int,
        residualConnections: Int,
        isResidualPresumed: Bool? = nil,
        isCountLost: Bool? = nil,
        latencyMeanMicroseconds: Int? = nil
    ) {
        self.requests = requests
        self.failures = failures
        self.residualConnections = residualConnections
        self.isResidualPresumed = isResidualPresumed
        self.isCountLost = isCountLost
        self.latencyMeanMicroseconds = latencyMeanMicroseconds
    }
}
