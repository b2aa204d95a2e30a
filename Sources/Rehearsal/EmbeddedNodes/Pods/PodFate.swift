import Clocks
import Synchronization

/// What the API says is to become of a pod, for the one task that runs it.
final class PodFate: Sendable {
    /// How far it has come; it only goes on.
    enum Stage: Int, Comparable {
        case living
        /// Its deletion was asked for.
        case terminating
        /// The object is gone.
        case gone

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    private struct Waiter {
        let id: Int
        let stage: Stage
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var stage = Stage.living
        var grace: Duration?
        var waiters: [Waiter] = []
        var idLast = 0
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    var stage: Stage { state.withLock { $0.stage } }

    /// The grace period that the deletion named.
    var grace: Duration? { state.withLock { $0.grace } }

    /// Goes on to `stage`, or stays where it is when it has come further.
    func advance(to stage: Stage, grace: Duration? = nil) {
        let due = state.withLock { state in
            state.stage = max(state.stage, stage)
            if let grace { state.grace = grace }
            let now = state.stage
            let due = state.waiters.filter { $0.stage <= now }
            state.waiters.removeAll { $0.stage <= now }
            return due
        }
        for waiter in due { waiter.continuation.resume() }
    }

    /// Returns when `stage` has been reached, or the task is cancelled.
    func reached(_ stage: Stage) async {
        let id = state.withLock { state in
            state.idLast += 1
            return state.idLast
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.stage >= stage || state.cancelled.remove(id) != nil { return true }
                    state.waiters.append(
                        Waiter(id: id, stage: stage, continuation: continuation)
                    )
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume()
        }
    }

    /// Lets `duration` pass; returns early when `stage` is reached or the task is cancelled.
    ///
    /// Answers whether the whole time passed.
    func pause(_ duration: Duration, unless stage: Stage, time: any TimeSource) async -> Bool {
        let isEarly = self.stage.rawValue < stage.rawValue
        guard isEarly, duration > .zero else { return isEarly && !Task.isCancelled }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { try await time.sleep(for: duration) } catch { return false }
                return true
            }
            group.addTask {
                await self.reached(stage)
                return false
            }
            let hasPassed = await group.next() ?? false
            group.cancelAll()
            return hasPassed
        }
    }
}
