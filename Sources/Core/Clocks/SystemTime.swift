#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The time of this machine.
package struct SystemTime: TimeSource {
    package init() {}

    /// It goes on while the machine is suspended: who wakes must not hold a permit that everybody
    /// else has seen run out.
    package var uptime: Duration { .nanoseconds(read(SystemTime.steadyClock)) }

    #if canImport(Glibc)
    // clock_gettime(2): CLOCK_MONOTONIC "does not count time that the system is suspended", and
    // CLOCK_BOOTTIME "is identical to CLOCK_MONOTONIC, except that it also includes" that time.
    private static let steadyClock = CLOCK_BOOTTIME
    #else
    // Darwin's clock_gettime(3): CLOCK_MONOTONIC "will continue to increment while the system is
    // asleep".
    private static let steadyClock = CLOCK_MONOTONIC
    #endif

    package var wallTime: WallTime { WallTime(nanosecondsSinceEpoch: read(CLOCK_REALTIME)) }

    /// The one place that may call `Task.sleep`: everything else is handed a `TimeSource`.
    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }

    private func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "the system has no such clock")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
