import Synchronization

/// That no two copies of a store ever accept writes.
final class StoreWriters: WorldPart {
    private let stores: SimulatedStores
    private let violated: @Sendable (String) -> Void
    private let told = Mutex<Set<String>>([])

    init(_ stores: SimulatedStores, violated: @escaping @Sendable (String) -> Void) {
        self.stores = stores
        self.violated = violated
    }

    func step() -> Duration? { nil }

    func settle(until next: Duration) {
        for store in stores.inConflict where told.withLock({ $0.insert(store).inserted }) {
            violated("\(store) accepts writes at both sites")
        }
    }
}
