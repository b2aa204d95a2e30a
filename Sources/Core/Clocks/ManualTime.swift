import Synchronization

/// Time that moves only when it is told to: for tests.
///
/// Sleepers wake in the order of their deadlines.
package final class ManualTime: TimeSource {
    private struct Sleeper {
        let id: Int
        let deadline: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration = .zero
        var sleepers: [Sleeper] = []
        var idLast = 0
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())
    private let origin: WallTime

    /// Begins at an uptime of zero; `origin` is the time of day then, 2026-01-01T00:00:00Z unless
    /// told.
    package init(origin: WallTime = WallTime(nanosecondsSinceEpoch: 1_767_225_600_000_000_000)) {
        self.origin = origin
    }

    package var uptime: Duration { state.withLock { $0.now } }

    package var wallTime: WallTime { origin.advanced(by: uptime) }

    /// How many tasks are asleep: a test waits for its sleeper to exist before it moves the time.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Moves the time and wakes every sleeper whose deadline has come.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let now = state.now
            let due = state.sleepers.filter { $0.deadline <= now }
            state.sleepers.removeAll { $0.deadline <= now }
            return due.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns once `advance` has moved the time far enough; throws `CancellationError` when
    /// cancelled.
    package func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.idLast += 1
            return state.idLast
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refused: (any Error)? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return CancellationError() }
                    state.sleepers.append(
                        Sleeper(id: id, deadline: state.now + duration, continuation: continuation)
                    )
                    return nil
                }
                if let refused { continuation.resume(throwing: refused) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
