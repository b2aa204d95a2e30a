import MigrationModel
import MigrationPorts
import Simulation
import Synchronization

/// Stores in place of a person's own, whose programs no rehearsal calls: copies that do what they are asked, and
/// to which nobody writes.
package final class PlayedStores: StoreProvider {
    private struct Place: Hashable {
        let store: String
        let site: SiteRole
    }

    private let copies = Mutex<[Place: StoreCopy]>([:])

    /// At first every source's copy accepts writes, and no target's does.
    package init() {}

    package func look(at store: Store, _ site: SiteRole) async throws(ProviderError) -> StoreReading
    {
        copies.withLock { $0[Place(store: store.name, site: site)] ?? PlayedStores.first(site) }
            .reading
    }

    package func ask(
        _ change: StoreChange,
        of store: Store,
        _ site: SiteRole
    ) async throws(ProviderError) {
        let isTaken = copies.withLock { copies in
            copies[Place(store: store.name, site: site), default: PlayedStores.first(site)].take(
                change
            )
        }
        guard isTaken else {
            throw .rejected(reason: "the \(site)'s copy of \(store.name) refuses to \(change)")
        }
    }

    private static func first(_ site: SiteRole) -> StoreCopy {
        StoreCopy(site == .source ? .accepts : .refuses)
    }
}
