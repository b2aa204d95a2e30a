/// How the nodes of a twin treat pods.
package struct NodeSettings: Sendable {
    /// How many nodes a site has.
    package var nodeCount = 2
    /// From the moment a pod is bound until its server listens.
    package var startDelay: ClosedRange<Duration> = .milliseconds(50)...(.milliseconds(300))
    /// What a second of `initialDelaySeconds` takes here, as a share of a second.
    package var probeScale = 0.01
    /// The share of its grace period for which a pod that terminates goes on accepting.
    package var drainShare = 0.8
    /// The longest that a pod that terminates goes on accepting.
    package var drainMax = Duration.seconds(3)
    /// The share of that time after which its answers announce the end of their connections.
    ///
    /// Until then the Service proxies may send it new connections. What remains must be longer than
    /// callers keep an idle connection.
    package var announceShare = 0.4
    /// How many pods a node takes.
    package var podsMax = 250
    /// How often a node says that it is there.
    package var heartbeat = Duration.seconds(10)

    package init() {}

    /// How long a pod with this grace period goes on serving after its deletion was asked for.
    package func drain(gracePeriod: Duration) -> Duration {
        min(gracePeriod * drainShare, drainMax)
    }
}
