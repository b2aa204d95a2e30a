import Synchronization

/// Changes that were taken from a subscription and not yet handed on.
final class Cursor: Sendable {
    private struct State {
        var changes: [StoredChange] = []
        var position = 0
    }

    private let state = Mutex(State())

    func next() -> StoredChange? {
        state.withLock { state in
            guard state.position < state.changes.count else { return nil }
            defer { state.position += 1 }
            return state.changes[state.position]
        }
    }

    /// Takes the next changes; those before must all have been handed on.
    func refill(_ changes: [StoredChange]) {
        state.withLock { state in
            precondition(state.position == state.changes.count, "changes would be lost")
            state = State(changes: changes)
        }
    }
}
