import MigrationModel
import MigrationPorts

/// The two sites and the balancer between them, as the engine speaks to them.
package struct MigrationWorld: Sendable {
    /// The site that is left.
    package let source: any Platform
    /// The site that is reached.
    package let target: any Platform
    /// The balancer before both.
    package let traffic: any TrafficProvider
    /// What looks at everything else.
    package let verifier: any Verifier

    package init(
        source: any Platform,
        target: any Platform,
        traffic: any TrafficProvider,
        verifier: any Verifier = NoVerifier()
    ) {
        self.source = source
        self.target = target
        self.traffic = traffic
        self.verifier = verifier
    }

    package subscript(site: SiteRole) -> any Platform { site == .source ? source : target }
}
