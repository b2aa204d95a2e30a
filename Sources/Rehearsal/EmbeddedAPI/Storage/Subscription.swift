import Synchronization

/// The queue between the cluster and one watcher.
///
/// The cluster puts changes in under its own lock, so that every watcher sees them in one order;
/// the watcher takes them out at its leisure. A watcher that falls `pendingMax` behind is ended,
/// as a real server ends it, rather than served with a gap.
final class Subscription: Sendable {
    private struct State {
        var pending: [StoredChange] = []
        var isEnded = false
        var waiter: CheckedContinuation<Void, Never>?
        var isCancelled = false

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }

    let id: Int
    /// Nil means all, those of custom definitions that come later among them.
    private let resources: Set<ResourceName>?
    private let pendingMax: Int
    private let state: Mutex<State>

    /// `first` stands at the head of the queue and does not count against `pendingMax`.
    init(id: Int, resources: Set<ResourceName>?, first: [StoredChange], pendingMax: Int) {
        precondition(pendingMax > 0, "a queue without room loses everything")
        self.id = id
        self.resources = resources
        self.pendingMax = pendingMax + first.count
        state = Mutex(State(pending: first))
    }

    func wants(_ resource: ResourceName) -> Bool { resources?.contains(resource) ?? true }

    /// Queues one change.
    func offer(_ change: StoredChange) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isEnded else { return nil }
            if state.pending.count >= pendingMax {
                state.isEnded = true
            } else {
                state.pending.append(change)
            }
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Lets the watcher take what is queued and then end.
    func end() {
        let waiter = state.withLock { state in
            state.isEnded = true
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Everything queued so far; nil when nothing is left and nothing will come.
    func takePending() -> [StoredChange]? {
        state.withLock { state in
            if state.pending.isEmpty, state.isEnded { return nil }
            let taken = state.pending
            state.pending = []
            return taken
        }
    }

    /// Returns when something is queued, the end has come, or the task is cancelled.
    ///
    /// One watcher waits at a time.
    func waitForPending() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if !state.pending.isEmpty || state.isEnded || state.isCancelled {
                        state.isCancelled = false
                        return true
                    }
                    precondition(state.waiter == nil, "two tasks wait on one subscription")
                    state.waiter = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.takeWaiter()
                if waiter == nil { state.isCancelled = true }
                return waiter
            }
            waiter?.resume()
        }
    }
}
