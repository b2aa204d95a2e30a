import Clocks
import Synchronization

/// One process that drives, until it ends or is killed.
///
/// Everything that the driver does with the world passes here first: a process that is dead goes no
/// further, and nothing of it cleans up.
package final class Incarnation: Sendable {
    /// Where a process may die.
    package enum Place: String, Sendable, Hashable, CaseIterable {
        case beforeWrite
        /// On the disk or not, and the process does not learn of it.
        case insideWrite
        case afterWrite
        case beforeCall
        /// The same of a call that makes something of the run: nothing that it carries fences it.
        case beforeCreation
        case afterCall
        case asleep
    }

    /// Counted from 1 within a schedule.
    package let number: Int
    private let scheduler: Scheduler
    private let dies: @Sendable (Place) -> Bool
    private let stops: @Sendable (Place) -> Duration?
    private let isDeadNow = Mutex(false)
    private let frozenUntil = Mutex<Duration?>(nil)
    /// When its machine was stopped with its clock.
    private let clockStops = Mutex<[Range<Duration>]>([])

    /// `dies` and `stops` are asked at each place.
    package init(
        _ number: Int,
        on scheduler: Scheduler,
        dies: @escaping @Sendable (Place) -> Bool,
        stops: @escaping @Sendable (Place) -> Duration? = { _ in nil }
    ) {
        self.number = number
        self.scheduler = scheduler
        self.dies = dies
        self.stops = stops
    }

    package var isDead: Bool { isDeadNow.withLock { $0 } }

    /// Kills the process: whatever it waits for, it goes no further.
    package func kill() { isDeadNow.withLock { $0 = true } }

    /// Stops the process until then, as SIGSTOP does; it goes on without knowing.
    package func freeze(until instant: Duration) { frozenUntil.withLock { $0 = instant } }

    /// Stops its machine as a whole until then, as a hypervisor does: its steady clock stops as well, and
    /// the time of day is right when it goes on.
    func freezeWithClock(until instant: Duration) {
        clockStops.withLock { $0.append(scheduler.now..<instant) }
        freeze(until: instant)
    }

    /// For how long its clock has stood still by now.
    var clockStopped: Duration {
        let now = scheduler.now
        return clockStops.withLock { stops in
            stops.reduce(.zero) { $0 + max(.zero, min($1.upperBound, now) - $1.lowerBound) }
        }
    }

    package var isFrozen: Bool { frozenUntil.withLock { ($0 ?? .zero) > scheduler.now } }

    /// Goes on only if the process lives, and not while it is frozen.
    func pass(_ place: Place) async {
        if !isDead, dies(place) { kill() }
        if let length = stops(place) { freeze(until: scheduler.now + length) }
        while let until = frozenUntil.withLock({ $0 }), until > scheduler.now, !isDead {
            await scheduler.pause(until - scheduler.now)
        }
        if isDead { await scheduler.park() }
    }

    /// Whether the process dies at this place; who asks does not park.
    func diesHere(_ place: Place) -> Bool {
        if !isDead, dies(place) { kill() }
        return isDead
    }
}

/// The time as one process knows it: a process that dies asleep does not wake.
struct IncarnationTime: TimeSource {
    let base: SimulatedTime
    let incarnation: Incarnation

    var uptime: Duration { base.uptime - incarnation.clockStopped }
    var wallTime: WallTime { base.wallTime }

    func sleep(for duration: Duration) async throws {
        let result: Result<Void, any Error>
        do {
            try await base.sleep(for: duration)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await incarnation.pass(.asleep)
        try result.get()
    }
}
