/// The changes of a cluster for a reader that takes them when it likes, without awaiting each.
package struct ChangeWatch: Sendable {
    private let watcher: Watcher

    init(_ watcher: Watcher) {
        self.watcher = watcher
    }

    /// What has changed since the last call, in order.
    ///
    /// Nil when the reader fell too far behind or the cluster ended its watches: it must begin anew.
    package func takePending() -> [ObjectChange]? {
        watcher.takePending()?.map(ObjectChange.init)
    }

    /// Returns when there may be something to take, or the task is cancelled.
    ///
    /// One task waits at a time.
    package func waitForPending() async { await watcher.waitForPending() }
}
