import EmbeddedControllers
import EmbeddedSites
import JSONValues

/// How a simulated world behaves when nothing goes wrong in it.
package struct SimulationSettings: Sendable {
    /// How its nodes treat pods.
    package var nodes = NodeSettings()
    /// How fast controllers react.
    package var controllers = ControllerConfiguration()
    /// How far the Service proxies lag behind the API.
    package var proxyLag: ClosedRange<Duration> = .milliseconds(50)...(.milliseconds(300))
    /// How far the entries lag behind the API.
    package var entryLag: ClosedRange<Duration> = .milliseconds(50)...(.milliseconds(300))
    /// From the moment the balancer accepts a weight until new requests follow it.
    package var balancerLag: ClosedRange<Duration> = .milliseconds(20)...(.milliseconds(150))
    /// From the moment a Service of type LoadBalancer is made until its cloud has told it an address.
    package var addressLag: ClosedRange<Duration> = .seconds(1)...(.seconds(8))
    /// From the moment the address is told until anything comes through there.
    package var addressWarmup: ClosedRange<Duration> = .zero...(.seconds(20))
    /// How long a call of the driver is on its way, there and back each.
    package var callLatency: ClosedRange<Duration> = .milliseconds(1)...(.milliseconds(5))
    /// How long a connection that was opened before a weight changed may still be used.
    package var residualMax: Duration = .seconds(1)
    /// Requests a second of each route; no requests at all is a world of idle routes.
    package var requestsPerSecond = 100
    /// Whether nodes are replaced though nothing in the clusters follows them.
    package var replacesNodes = false
    /// Whether all that is remembered of ways is looked at anew at every event and held to what was
    /// remembered: slow, and the same schedule.
    package var doubts = false

    /// What a copy that was made before makes of a ConfigMap or a Secret on its way; nil where it arrives as it is.
    package var copying: (@Sendable (JSON) throws -> JSON)?

    package init() {}

    /// The same, with pods that start at once: for what has run all along.
    var settling: SimulationSettings {
        var settings = self
        let usual = NodeSettings()
        settings.nodes.startDelay = usual.startDelay
        settings.nodes.probeScale = usual.probeScale
        return settings
    }
}
