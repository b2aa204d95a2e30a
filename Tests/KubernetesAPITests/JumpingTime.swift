import Clocks
import Synchronization

/// Time in which pauses pass at once, and deadlines only when a test lets them.
///
/// A clock is asked to sleep for both and cannot tell one from the other, so they are told apart by
/// length: what is waited out between two attempts is at most `pauseMax`, a deadline is longer. A
/// deadline that passed by itself would race with the answer that it bounds.
final class JumpingTime: TimeSource {
    /// The longest wait between two attempts of a watch, and more than any `Retry-After` of a test
    /// that is to be waited out.
    static let pauseMax = Duration.seconds(30)

    private let time = ManualTime(
        origin: WallTime(nanosecondsSinceEpoch: 1_800_000_000_000_000_000)
    )
    private let pauses = Mutex<[Duration]>([])

    /// The pauses that have passed, in order.
    var sleeps: [Duration] { pauses.withLock { $0 } }

    var uptime: Duration { time.uptime }

    var wallTime: WallTime { time.wallTime }

    /// Moves the time on, past the deadlines that lie within.
    func pass(_ duration: Duration) { time.advance(by: duration) }

    /// Returns once somebody waits for a deadline.
    func deadlineBegun() async {
        while time.sleeperCount == 0 { await Task.yield() }
    }

    /// Waits until somebody waits for a deadline, then moves the time on.
    func passDeadline(_ duration: Duration) async {
        await deadlineBegun()
        time.advance(by: duration)
    }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration <= JumpingTime.pauseMax else { return try await time.sleep(for: duration) }
        pauses.withLock { $0.append(duration) }
        time.advance(by: duration)
    }
}
