import Clocks
import Synchronization

/// Lets calls through as an `AdaptiveLimit` says, those that came first first.
///
/// One limiter is shared by everything that speaks to one server.
package final class AdaptiveLimiter: Sendable {
    /// More calls than this waiting at once is a mistake of the caller.
    package static let waitersMax = 100_000

    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var limit: AdaptiveLimit
        var waiters: [Waiter] = []
        var idLast = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>
    private let time: any TimeSource

    /// Begins with `start` calls in flight, and lets it grow to `limitMax`.
    package init(start: Int = 16, max limitMax: Int = 256, time: any TimeSource) {
        state = Mutex(State(limit: AdaptiveLimit(start: start, max: limitMax)))
        self.time = time
    }

    /// How many calls may be in flight now.
    package var limit: Int { state.withLock { $0.limit.limit } }

    /// Nil when the call would have to wait.
    func enterAtOnce(_ kind: AdaptiveLimit.Kind) -> AdaptiveLimit.Ticket? {
        state.withLock { state in
            // Those who wait already come first.
            state.waiters.isEmpty ? state.limit.start(kind, at: time.uptime) : nil
        }
    }

    /// Returns once the call may go; throws `DeadlineExceeded` or `CancellationError`.
    func enter(
        _ kind: AdaptiveLimit.Kind,
        before deadline: Duration
    ) async throws -> AdaptiveLimit.Ticket {
        do {
            return try await waitAndEnter(kind, before: deadline)
        } catch {
            // It may have been woken and given up all the same: then the next one must be.
            wake()
            throw error
        }
    }

    private func waitAndEnter(
        _ kind: AdaptiveLimit.Kind,
        before deadline: Duration
    ) async throws -> AdaptiveLimit.Ticket {
        while true {
            let now = time.uptime
            let (ticket, pause) = state.withLock { state -> (AdaptiveLimit.Ticket?, Duration?) in
                let ticket = state.limit.start(kind, at: now)
                return (ticket, ticket == nil ? state.limit.pausedUntil.map { $0 - now } : nil)
            }
            if let ticket { return ticket }
            if let pause {
                guard now + pause < deadline else { throw DeadlineExceeded() }
                try await time.sleep(for: pause)
            } else {
                try await withDeadline(deadline - now, on: time) { try await self.waitForTurn() }
            }
        }
    }

    func leave(_ ticket: AdaptiveLimit.Ticket, _ outcome: AdaptiveLimit.Outcome) {
        state.withLock { $0.limit.finish(ticket, outcome, at: time.uptime) }
        wake()
    }

    private func wake() {
        let woken = state.withLock { state in
            let free = max(0, state.limit.limit - state.limit.inFlight)
            let woken = state.waiters.prefix(free)
            state.waiters.removeFirst(woken.count)
            return woken
        }
        for waiter in woken { waiter.continuation.resume() }
    }

    private func waitForTurn() async throws {
        let id = state.withLock { state in
            state.idLast += 1
            return state.idLast
        }
        // A cancellation that came too late to matter must not be remembered.
        defer { _ = state.withLock { $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let immediate: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    // A slot may have come free between the look and the wait.
                    guard state.limit.inFlight >= state.limit.limit else { return .success(()) }
                    precondition(
                        state.waiters.count < AdaptiveLimiter.waitersMax,
                        "more calls wait for one server than anybody can mean"
                    )
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let immediate { continuation.resume(with: immediate) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
