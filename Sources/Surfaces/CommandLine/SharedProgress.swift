import Clocks
import KubernetesCopy
import Synchronization

/// A progress that many tasks make and another one shows.
final class SharedProgress: Sendable {
    private let progress: Mutex<CopyProgress>
    private let time: any TimeSource

    /// Nothing of `total` objects is done.
    init(total: Int, time: any TimeSource) {
        progress = Mutex(CopyProgress(total: total, at: time.uptime))
        self.time = time
    }

    /// One more is done with, or given up.
    func settled(hasFailed: Bool = false) {
        progress.withLock { $0.settled(hasFailed: hasFailed) }
    }

    /// Counts what is settled, and keeps what is waited for.
    func follow(_ event: CopyEvent) {
        switch event {
        case .settled(let outcome):
            if case .failed = outcome.result { settled(hasFailed: true) } else { settled() }
        case .waits(let wait):
            progress.withLock { $0.waits(for: wait) }
        }
    }

    /// How far it is by now.
    var line: String {
        let now = time.uptime
        return progress.withLock { $0.line(at: now) }
    }
}
