import Clocks
import EmbeddedControllers
import Synchronization

/// Time in which controllers work whenever somebody sleeps, and never otherwise: a twin without
/// tasks of its own, the same in each run.
package final class SteppedTime: TimeSource {
    /// Who sleeps longer waits for a deadline that no test is to reach.
    private static let sleepMax = Duration.seconds(5)
    /// Looks of all controllers within one sleep, at most.
    private static let stepsMax = 10_000

    package let clock = ManualTime()
    private let managers = Mutex<[ControllerManager]>([])

    package init() {}

    package var uptime: Duration { clock.uptime }
    package var wallTime: WallTime { clock.wallTime }

    package func drive(_ manager: ControllerManager) { managers.withLock { $0.append(manager) } }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration <= SteppedTime.sleepMax else { return try await clock.sleep(for: duration) }
        let end = clock.uptime + duration
        let managers = managers.withLock { $0 }
        for _ in 0..<SteppedTime.stepsMax {
            let rest = end - clock.uptime
            let pauses = managers.compactMap { $0.step() }
            let pause = min(pauses.min() ?? rest, rest)
            guard pause > .zero || rest > .zero else { return }
            clock.advance(by: pause)
        }
        preconditionFailure("the controllers keep each other busy without end")
    }
}
