import Clocks
import JSONValues
import KubernetesObjects

/// Everything that one lock guards: objects, resources, allocations, watchers.
struct ClusterState: Sendable {
    var store: ObjectStore
    var registry = ResourceRegistry()
    var random: SeededRandom
    var allocations: ServiceAllocations
    var subscriptions: [Int: Subscription] = [:]
    /// The time of the write that is running.
    var now = WallTime(nanosecondsSinceEpoch: 0)
    /// When the ages of Events were last looked at.
    var eventsSeen: WallTime?
    private(set) var identifiers: @Sendable () -> String
    /// Who owns what of each object, by its uid, as it was last written.
    // Invariant: of objects that exist; only a memory of what they carry themselves.
    var books: [String: ManagedBooks] = [:]
    /// What of each resource of the server's own is there before anybody has written.
    var emptyObjects: [ResourceName: JSON] = [:]
    private var unpublished: [StoredChange] = []
    private var subscriptionIDLast = 0

    init(
        configuration: ClusterConfiguration,
        identifiers: @escaping @Sendable () -> String,
        seed: UInt64
    ) {
        store = ObjectStore(
            firstRevision: configuration.firstRevision,
            historyMax: configuration.historyMax
        )
        random = SeededRandom(seed: seed)
        guard let range = AddressRange(configuration.serviceRange) else {
            preconditionFailure("\(configuration.serviceRange) is no range of addresses")
        }
        let ranges = [range, AddressRange(configuration.secondServiceRange)].compactMap { $0 }
        allocations = ServiceAllocations(ranges: ranges, ports: configuration.nodePortRange)
        self.identifiers = identifiers
    }

    /// Lets a copy of another cluster's state go its own way.
    mutating func begin(identifiers: @escaping @Sendable () -> String, seed: UInt64) {
        self.identifiers = identifiers
        random = SeededRandom(seed: seed)
        subscriptions = [:]
        unpublished = []
    }

    /// Answers what was there, which is let go of where no lock is held.
    mutating func forget() -> ClusterState {
        let forgotten = self
        store.forget()
        (books, subscriptions, unpublished) = ([:], [:], [])
        return forgotten
    }

    mutating func subscribe(
        to resources: Set<ResourceName>?,
        first: [StoredChange],
        pendingMax: Int
    ) -> Subscription {
        subscriptionIDLast += 1
        let subscription = Subscription(
            id: subscriptionIDLast,
            resources: resources,
            first: first,
            pendingMax: pendingMax
        )
        subscriptions[subscription.id] = subscription
        return subscription
    }

    /// Hands what has changed since the last call to those who watch.
    mutating func publish() {
        guard !unpublished.isEmpty else { return }
        for change in unpublished {
            for subscription in subscriptions.values where subscription.wants(change.resource) {
                subscription.offer(change)
            }
        }
        unpublished = []
    }

    /// Stores an object, unless this is a dry run, and answers it as stored.
    mutating func put(_ object: JSON, _ key: ObjectKey, _ request: WriteRequest) -> JSON {
        guard !request.isDryRun else { return object }
        let change = store.put(object, request.storage, key)
        unpublished.append(change)
        guard request.storage == .customResourceDefinitions else { return change.object.value }
        let established = established(change.object.value)
        if established.deletionTimestamp == nil, established != change.object.value {
            unpublished.append(store.put(established, request.storage, key))
        }
        followDefinition(change)
        return change.object.value
    }

    /// Removes an object, unless this is a dry run.
    mutating func remove(_ object: JSON, _ key: ObjectKey, _ request: WriteRequest) {
        guard !request.isDryRun else { return }
        if request.storage == .services { allocations.release(key) }
        if let uid = object.uid { books[uid] = nil }
        if let change = store.remove(object, request.storage, key) {
            unpublished.append(change)
            followDefinition(change)
        }
    }
}
