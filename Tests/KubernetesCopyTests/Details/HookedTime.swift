import Clocks
import Synchronization

/// Time that does something once, the first time that somebody waits and it can be done.
final class HookedTime: TimeSource {
    private let time: any TimeSource
    private let isDone = Mutex(false)
    private let hook: @Sendable () async throws -> Bool

    /// `hook` answers whether it was done.
    init(_ time: any TimeSource, _ hook: @escaping @Sendable () async throws -> Bool) {
        self.time = time
        self.hook = hook
    }

    var uptime: Duration { time.uptime }
    var wallTime: WallTime { time.wallTime }

    func sleep(for duration: Duration) async throws {
        if !isDone.withLock({ $0 }), try await hook() { isDone.withLock { $0 = true } }
        try await time.sleep(for: duration)
    }
}
