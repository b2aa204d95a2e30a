import Synchronization

/// Runs tasks one after the other on the thread that asks for it, so that a test knows when all of
/// them wait: time may be moved then, and no task measures its turn for a latency.
final class TurnExecutor: TaskExecutor {
    private let ready = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        ready.withLock { $0.append(job) }
    }

    /// Returns when every task waits for something.
    func runUntilIdle() {
        while true {
            let jobs = ready.withLock { ready in
                defer { ready = [] }
                return ready
            }
            if jobs.isEmpty { return }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }
}
