import MigrationModel
import MigrationPorts
import Synchronization

/// A provider of stores with one bug.
struct MutantStores: StoreProvider {
    let base: any StoreProvider
    let mutant: Mutant
    private let asked = AskedCopies()

    init(base: any StoreProvider, mutant: Mutant) {
        self.base = base
        self.mutant = mutant
    }

    func look(at store: Store, _ site: SiteRole) async throws(ProviderError) -> StoreReading {
        var reading = try await base.look(at: store, site)
        switch mutant {
        case .trustsFence where asked.contains(site): reading.acceptsWrites = false
        case .takesCopyForComplete: reading.position = 0
        case .followsInWordsOnly where asked.contains(site):
            reading.follows = !reading.acceptsWrites
            reading.position = try await base.look(at: store, site.counterpart).position
        default: break
        }
        return reading
    }

    func ask(
        _ change: StoreChange,
        of store: Store,
        _ site: SiteRole
    ) async throws(ProviderError) {
        if mutant == .trustsFence, change == .fence { return asked.insert(site) }
        if mutant == .followsInWordsOnly, change == .follow, site == .source {
            return asked.insert(site)
        }
        if mutant == .leavesNoStore, change == .leave { return }
        try await base.ask(change, of: store, site)
    }
}

/// Which copies were asked for what a mutant believes done.
private final class AskedCopies: Sendable {
    private let sites = Mutex<Set<SiteRole>>([])

    func insert(_ site: SiteRole) { sites.withLock { _ = $0.insert(site) } }

    func contains(_ site: SiteRole) -> Bool { sites.withLock { $0.contains(site) } }
}
