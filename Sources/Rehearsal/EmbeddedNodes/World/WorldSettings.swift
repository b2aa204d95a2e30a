import EmbeddedSites

/// How a twin world is set up; the same settings and the same seed draw the same numbers.
package struct WorldSettings: Sendable {
    /// What every draw of the world begins with.
    package var seed: UInt64 = 1
    /// How many threads carry all the traffic.
    package var loopCount = 2
    /// How its nodes treat pods.
    package var nodes = NodeSettings()
    /// How far the Service proxies lag behind the API.
    package var proxyLag: ClosedRange<Duration> = .milliseconds(50)...(.milliseconds(300))
    /// How far the entries lag behind the API.
    package var entryLag: ClosedRange<Duration> = .milliseconds(50)...(.milliseconds(300))
    /// How far the balancer's data plane lags behind its control API.
    package var balancerLag: ClosedRange<Duration> = .milliseconds(20)...(.milliseconds(150))
    /// What a byte takes from site to site.
    package var linkLatency = Duration.microseconds(500)
    /// How long a call of a pod or an entry may take.
    package var callTimeout = Duration.seconds(2)
    /// Where to listen on loopback; 0 lets the system choose.
    package var sourceEntryPort = 0
    /// As `sourceEntryPort`, for the target.
    package var targetEntryPort = 0
    /// As `sourceEntryPort`, for the balancer's requests.
    package var balancerPort = 0
    /// As `sourceEntryPort`, for the balancer's control API.
    package var controlPort = 0

    package init() {}
}

/// Where a twin world listens on loopback.
package struct WorldPorts: Sendable, Equatable {
    /// The entries of the sites: what a balancer of any make stands before.
    package let sourceEntry: Int
    /// As `sourceEntry`, of the target.
    package let targetEntry: Int
    /// The twin's own balancer, for requests.
    package let balancer: Int
    /// The control API of that balancer.
    package let control: Int

    /// The entry of one site.
    package subscript(entryOf site: TwinSite) -> Int {
        site == .source ? sourceEntry : targetEntry
    }
}
