import MigrationModel
import MigrationPorts

/// The stores as one process of a simulation speaks to them.
struct DriverStores: StoreProvider {
    let stores: SimulatedStores
    let call: DriverCall

    func look(at store: Store, _ site: SiteRole) async throws(ProviderError) -> StoreReading {
        let reading = try await call("GET", path(store, site)) { [stores] _ in
            stores.look(store.name, site)
        }
        guard let reading else { throw absent(store, site) }
        return reading
    }

    func ask(
        _ change: StoreChange,
        of store: Store,
        _ site: SiteRole
    ) async throws(ProviderError) {
        let answer = try await call(
            "PUT",
            path(store, site),
            cutOff: { [stores] in stores.begin(change, store.name, site) }
        ) { [stores, call] isLate in
            call.watch.willAsk(store, by: call.incarnation, isLate: isLate)
            return stores.take(change, store.name, site)
        }
        guard let answer else { throw absent(store, site) }
        guard answer else {
            throw .rejected(reason: "the \(site)'s copy of \(store.name) refuses to \(change)")
        }
    }

    private func path(_ store: Store, _ site: SiteRole) -> String {
        "/stores/\(store.name)/\(site)"
    }

    private func absent(_ store: Store, _ site: SiteRole) -> ProviderError {
        .unavailable(reason: "no pod of \(store.name) runs at the \(site)", retryAfter: nil)
    }
}
