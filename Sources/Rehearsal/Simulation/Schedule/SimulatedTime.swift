import Clocks
import Synchronization

/// The virtual time of a scheduler, with a time of day that people may step.
package final class SimulatedTime: TimeSource {
    private let scheduler: Scheduler
    private let origin: Mutex<WallTime>

    /// `origin` is the time of day at an uptime of zero, 2026-01-01T00:00:00Z unless told.
    package init(
        _ scheduler: Scheduler,
        origin: WallTime = WallTime(nanosecondsSinceEpoch: 1_767_225_600_000_000_000)
    ) {
        self.scheduler = scheduler
        self.origin = Mutex(origin)
    }

    package var uptime: Duration { scheduler.now }

    package var wallTime: WallTime { origin.withLock { $0 }.advanced(by: scheduler.now) }

    /// Steps the time of day, as a person or a time server may; what is counted from uptime goes on.
    package func stepWallTime(by step: Duration) {
        origin.withLock { $0 = $0.advanced(by: step) }
    }

    /// Returns when `duration` has passed; throws `CancellationError` at once when cancelled.
    package func sleep(for duration: Duration) async throws {
        let sleeper = Sleeper(scheduler)
        await withTaskCancellationHandler {
            await withUnsafeContinuation { sleeper.begin(duration, $0) }
        } onCancel: {
            sleeper.cancel()
        }
        try Task.checkCancellation()
    }
}

/// One sleep: it ends once, by its timer or by its task's cancellation.
private final class Sleeper: Sendable {
    private struct State {
        var timer: Int?
        var continuation: UnsafeContinuation<Void, Never>?
        var isCancelled = false
    }

    private let scheduler: Scheduler
    private let state = Mutex(State())

    init(_ scheduler: Scheduler) { self.scheduler = scheduler }

    func begin(_ duration: Duration, _ continuation: UnsafeContinuation<Void, Never>) {
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.continuation = continuation }
            return state.isCancelled
        }
        if isCancelled { return continuation.resume() }
        let timer = scheduler.after(max(.zero, duration)) { self.end() }
        state.withLock { $0.timer = timer }
    }

    func cancel() {
        let timer = state.withLock { state in
            state.isCancelled = true
            return state.timer
        }
        if let timer { scheduler.callOff(timer) }
        end()
    }

    private func end() {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume()
    }
}
