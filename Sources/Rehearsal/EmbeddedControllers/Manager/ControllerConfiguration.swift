/// What can be set about the controllers of an embedded cluster.
package struct ControllerConfiguration: Sendable {
    /// How long after a change a controller looks at what it touches; drawn anew for each.
    package var reaction: ClosedRange<Duration> = .milliseconds(5) ... .milliseconds(30)
    /// The first pause before a look is repeated that failed, for example of a conflict; it
    /// doubles with each failure.
    package var retryPauseMin: Duration = .milliseconds(5)
    /// The longest of these pauses.
    package var retryPauseMax: Duration = .seconds(1)
    /// How many endpoints fit into one EndpointSlice.
    package var endpointsPerSliceMax = 100
    /// What `kube-root-ca.crt` says in each namespace.
    package var rootCertificate = ""
    /// How many looks are made before the manager takes in new changes and lets others run.
    package var looksPerStepMax = 64

    package init() {}
}
