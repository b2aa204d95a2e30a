import MigrationModel
import MigrationPorts

/// Where it is known from what each site serves of a route.
///
/// An object of the API states what should be served. Nothing of Kubernetes counts what is: that is
/// known from somewhere else.
package protocol ShareEvidenceSource: Sendable {
    /// Counters that only grow, of a route of which the target is asked to get `weight`.
    func counters(
        of route: RouteID,
        asked weight: Weight
    ) async throws(ProviderError) -> RouteCounters

    /// Adds a request of ours; tells which site answered it, and nil when none can be sent from here.
    func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole?
}
