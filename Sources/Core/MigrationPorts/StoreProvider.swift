import MigrationModel

/// The copies of stores at both sites: what can be seen of them, and what they can be asked to do.
///
/// Every request is repeatable. It has no precondition of its own, so whoever asks looks first, and asks
/// nothing that could let two copies accept writes: the engine does. Cancellation ends a call at once;
/// whether it was applied is then unknown.
package protocol StoreProvider: Sendable {
    /// Looks at the copy of one site; changes nothing.
    func look(at store: Store, _ site: SiteRole) async throws(ProviderError) -> StoreReading

    /// Asks the copy of one site to do something.
    func ask(
        _ change: StoreChange,
        of store: Store,
        _ site: SiteRole
    ) async throws(ProviderError)
}

/// Where there are no stores.
package struct NoStores: StoreProvider {
    /// Has nobody to ask.
    package init() {}

    package func look(at store: Store, _ site: SiteRole) async throws(ProviderError) -> StoreReading
    {
        throw unknown(store)
    }

    package func ask(
        _ change: StoreChange,
        of store: Store,
        _ site: SiteRole
    ) async throws(ProviderError) {
        throw unknown(store)
    }

    private func unknown(_ store: Store) -> ProviderError {
        .rejected(reason: "nothing here can move the store \(store.name)")
    }
}
