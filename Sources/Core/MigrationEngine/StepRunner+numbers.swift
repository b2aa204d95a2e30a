import Clocks
import MigrationModel
import MigrationPorts
import Synchronization

/// How far a share's soak has come, for whoever watches numbers beside it.
final class Soak: Sendable {
    private struct State {
        /// Grows with each window that begins; what was seen in an earlier one proves nothing.
        var window = 0
        var isOver = false
    }

    private let state = Mutex(State())

    /// A window begins, the first or another one.
    func beginWindow() { state.withLock { $0.window += 1 } }

    /// The share has been served for long enough.
    func end() { state.withLock { $0.isOver = true } }

    /// Which window it is, from 1, and whether the last one has held.
    var now: (window: Int, isOver: Bool) { state.withLock { ($0.window, $0.isOver) } }
}

/// What one of those who watch a route came to.
private enum Watched: Sendable {
    case share(ShareOutcome)
    /// Nil for a number that is right.
    case number(StepHalt?)
}

extension StepRunner {
    /// Waits for a share, and watches numbers meanwhile.
    ///
    /// A number that is wrong for long enough ends everything at once, with what was served by then as
    /// evidence. One that is right passes only with the share, and only for what it was in the window in
    /// which the share was served.
    func hold(_ watch: ShareWatch, beside metrics: [MetricGate]) async -> ShareOutcome {
        guard !metrics.isEmpty else { return await hold(watch, Soak()) }
        let soak = Soak()
        return await withTaskGroup(of: Watched.self) { group in
            group.addTask { .share(await hold(watch, soak)) }
            for metric in metrics {
                group.addTask { .number(await self.watch(metric, watch, soak)) }
            }
            var outcome = ShareOutcome()
            var halt: StepHalt?
            for await watched in group {
                switch watched {
                case .share(let share):
                    outcome.evidence = share.evidence
                    halt = halt ?? share.halt
                case .number(let problem): halt = halt ?? problem
                }
                if halt != nil { group.cancelAll() }
            }
            outcome.halt = halt
            return outcome
        }
    }

    /// Looks at a number until it is wrong, or the share has soaked and it is right.
    private func watch(
        _ metric: MetricGate,
        _ watch: ShareWatch,
        _ soak: Soak
    ) async -> StepHalt? {
        let held = Duration.milliseconds(metric.heldMilliseconds)
        var steady = SteadyState(held: held)
        var window = 0
        do {
            while true {
                guard permit.allows(watch.step.id, at: time) else {
                    throw StepHalt.abandoned
                }
                let begun = soak.now
                if begun.window != window || begun.window == 0 { steady.forgetWhatHeld() }
                window = begun.window
                var seen = ""
                var isReachable = true
                do {
                    let state = try await world.verifier.check(.metric(gate: metric))
                    switch steady.take(state, at: time.uptime) {
                    case .holds, .measured:
                        if begun.isOver { return nil }
                    case .waiting(let text): seen = text
                    case .broken(let text):
                        throw StepHalt.failed(StepFailure(kind: .gate, reason: text))
                    }
                } catch let error as ProviderError {
                    seen = try error.asSeen()
                    isReachable = false
                    steady = SteadyState(held: held)
                }
                guard !Task.isCancelled else { throw StepHalt.abandoned }
                let pause = StepRunner.verificationPauseMin
                guard time.uptime + pause < watch.deadline else {
                    let kind: StepFailure.Kind = isReachable ? .gate : .unavailable
                    throw StepHalt.failed(watch.step.late(kind, seen: seen))
                }
                if begun.isOver, !seen.isEmpty { report(.stepWaits(watch.step.id, seen: seen)) }
                try await rest(pause)
            }
        } catch let halt as StepHalt {
            return halt
        } catch {
            preconditionFailure("a number ends by the halts of its step only")
        }
    }
}
