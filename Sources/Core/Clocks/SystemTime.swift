#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The time of this machine.
package struct SystemTime: TimeSource {
    package init() {}

    package var uptime: Duration { .nanoseconds(read(CLOCK_MONOTONIC)) }

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
