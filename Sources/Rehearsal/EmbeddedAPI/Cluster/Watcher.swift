/// The reading end of a subscription; letting go of it ends the subscription.
final class Watcher: Sendable {
    private let cluster: EmbeddedCluster
    private let subscription: Subscription

    init(cluster: EmbeddedCluster, subscription: Subscription) {
        self.cluster = cluster
        self.subscription = subscription
    }

    deinit { cluster.unsubscribe(subscription.id) }

    /// What is queued now, perhaps nothing; nil after the end.
    func takePending() -> [StoredChange]? { subscription.takePending() }

    /// Returns when there may be something to take.
    func waitForPending() async { await subscription.waitForPending() }

    /// The changes one by one; the stream keeps this watcher alive.
    func changes() -> AsyncStream<ObjectChange> {
        let cursor = Cursor()
        return AsyncStream {
            while !Task.isCancelled {
                if let change = cursor.next() { return ObjectChange(change) }
                guard let pending = self.takePending() else { return nil }
                if pending.isEmpty { await self.waitForPending() } else { cursor.refill(pending) }
            }
            return nil
        }
    }
}
