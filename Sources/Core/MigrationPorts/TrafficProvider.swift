import MigrationModel

/// Moves traffic between the two sites of each of its routes.
package protocol TrafficProvider: Sendable {
    /// The routes that this balancer knows, sorted.
    func routes() async throws(ProviderError) -> [RouteID]

    /// What was last asked for, read back from the balancer.
    func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight

    /// Asks for `weight` and reads it back.
    ///
    /// Repeating the call changes nothing.
    ///
    /// A weight in place is not a weight in force: only `observe` tells what is served.
    func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError)

    /// Gives back exactly what `requestedWeight` once read, whatever its scale.
    func restore(_ requested: RequestedWeight, on route: RouteID) async throws(ProviderError)

    /// A reading of the data plane's counters; two of them make evidence.
    func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters

    /// Adds a request of ours to a route that is idle; tells which site answered it.
    ///
    /// Nil when the balancer cannot be asked for requests from here.
    func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole?

    /// What stands in the way of its routes, or might, before anything is written; reads only.
    func findings() async throws(ProviderError) -> [Finding]
}

extension TrafficProvider {
    /// Nothing: most balancers belong to one writer, and say by themselves what they refuse.
    package func findings() async throws(ProviderError) -> [Finding] { [] }
}

/// A weight as the balancer states it.
package struct RequestedWeight: Sendable, Hashable {
    /// The share that it means, rounded to whole percent where the balancer's scale is finer.
    package let weight: Weight
    /// The balancer's own words for it, kept so that undo can give back exactly those.
    package let native: String
    /// Where exactly it stands, in the balancer's own words, for who gives it back by hand; nil where
    /// `native` and the route tell.
    package let place: String?
    /// Which process of the balancer counts, as in `RouteCounters`.
    package let process: String?

    package init(weight: Weight, native: String, place: String? = nil, process: String? = nil) {
        self.weight = weight
        self.native = native
        self.place = place
        self.process = process
    }
}

/// Counters of one route since the balancer started, at one moment.
package struct RouteCounters: Sendable, Hashable {
    /// What one site's side of the route has counted.
    package struct Site: Sendable, Hashable {
        /// Requests given to the site.
        package var requests: Int
        /// Those of them that failed, as the provider's documents define it.
        package var failures: Int
        /// Requests that the site has and has not answered; it goes up and down.
        package var inFlight: Int
        /// Whether `inFlight` is no count but a precaution: nothing tells what is under way, and it is
        /// taken to be something until it has had its time.
        package var isInFlightPresumed: Bool
        /// Whether that is so because another process counted before, which may have more than is counted.
        package var isCountLost: Bool
        /// Sum of latencies, where the balancer tells it.
        package var latencySumMicroseconds: Int?

        package init(
            requests: Int,
            failures: Int,
            inFlight: Int,
            isInFlightPresumed: Bool = false,
            isCountLost: Bool = false,
            latencySumMicroseconds: Int? = nil
        ) {
            self.requests = requests
            self.failures = failures
            self.inFlight = inFlight
            self.isInFlightPresumed = isInFlightPresumed
            self.isCountLost = isCountLost
            self.latencySumMicroseconds = latencySumMicroseconds
        }
    }

    /// What the source has served.
    package var source: Site
    /// What the target has served.
    package var target: Site
    /// How the counters came about: the balancer's own, or requests of ours and their answers.
    package var basis: Evidence.Basis
    /// Changes whenever the balancer lost its counters: then two readings make no evidence.
    package var incarnation: String
    /// Which process of the balancer counts, where one that is replaced keeps its connections and no count of
    /// the next one knows of them; nil where none is missed.
    package var process: String?

    package init(
        source: Site,
        target: Site,
        basis: Evidence.Basis = .counted,
        incarnation: String,
        process: String? = nil
    ) {
        self.source = source
        self.target = target
        self.basis = basis
        self.incarnation = incarnation
        self.process = process
    }

    /// The same, where `first` counted when the run began: unless it still does, what
    /// is in flight is no count any more.
    package func doubted(unlessBy first: String?) -> RouteCounters {
        guard let process, process != first else { return self }
        var counters = self
        for path in [\RouteCounters.source, \RouteCounters.target] {
            counters[keyPath: path].inFlight = max(1, counters[keyPath: path].inFlight)
            counters[keyPath: path].isInFlightPresumed = true
            counters[keyPath: path].isCountLost = true
        }
        return counters
    }

    /// What happened between an earlier reading and this one; nil across a restart.
    package func evidence(since earlier: RouteCounters, window: Duration) -> Evidence? {
        guard earlier.incarnation == incarnation else { return nil }
        return Evidence(
            basis: basis,
            windowMilliseconds: window.wholeMilliseconds,
            source: source.traffic(since: earlier.source),
            target: target.traffic(since: earlier.target)
        )
    }
}

extension RouteCounters.Site {
    fileprivate func traffic(since earlier: Self) -> SiteTraffic {
        let requests = requests - earlier.requests
        let latency: Int? =
            if let sum = latencySumMicroseconds, let start = earlier.latencySumMicroseconds,
                requests > 0
            {
                (sum - start) / requests
            } else {
                nil
            }
        return SiteTraffic(
            requests: requests,
            failures: failures - earlier.failures,
            residualConnections: inFlight,
            isResidualPresumed: isInFlightPresumed ? true : nil,
            isCountLost: isCountLost ? true : nil,
            latencyMeanMicroseconds: latency
        )
    }
}
