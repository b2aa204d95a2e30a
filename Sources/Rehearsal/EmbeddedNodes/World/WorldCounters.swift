import EmbeddedSites

/// What a twin world has counted so far, for displays and tests.
package struct WorldCounters: Sendable {
    /// What one site has counted.
    package struct Site: Sendable, Equatable {
        /// By `namespace/name` of the workload, pods that are gone included.
        package var workloads: [String: PodCounts]
        /// The entry's counts by host.
        package var entry: [String: EntryCounts]
        /// New connections to a Service or node port behind which nobody served.
        package var refusals: Int
    }

    /// What the source has counted.
    package var source: Site
    /// What the target has counted.
    package var target: Site
    /// The balancer's routes, sorted by id.
    package var routes: [BalancerRoute]
    /// Connections that would have gone round between the sites for ever.
    package var connectionLoops: Int
    /// Connections that crossed the link more than once.
    package var recrossings: Int
    /// What went wrong with nodes that cannot in a world that is well.
    package var problems: [String]
    /// The last calls and requests that failed, a line each, the newest last.
    package var failures: [String]

    package subscript(site: TwinSite) -> Site { site == .source ? source : target }

    /// Requests that some pod found to have come round.
    package var requestLoops: Int {
        TwinSite.allCases.flatMap { self[$0].workloads.values }.reduce(0) { $0 + $1.looped }
    }
}
