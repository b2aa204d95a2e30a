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
    /// What moves the writers of stores.
    package let stores: any StoreProvider

    package init(
        source: any Platform,
        target: any Platform,
        traffic: any TrafficProvider,
        verifier: any Verifier = NoVerifier(),
        stores: any StoreProvider = NoStores()
    ) {
        self.source = source
        self.target = target
        self.traffic = traffic
        self.verifier = verifier
        self.stores = stores
    }

    /// Looks once whether a store's copy at this site is as it should be.
    package func check(
        _ store: Store,
        _ site: SiteRole,
        _ goal: StoreGoal
    ) async throws(ProviderError) -> ConditionState {
        try await StoreSwitch(stores: stores, store: store, site: site).state(goal)
    }

    package subscript(site: SiteRole) -> any Platform { site == .source ? source : target }
}
