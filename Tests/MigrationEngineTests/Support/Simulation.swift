import Clocks
import Synchronization

/// Where choices come from: a seed, or always the first.
final class Choices: @unchecked Sendable {
    // Safety: used by the one thread that drains the simulation.
    private var state: UInt64?

    init(seed: UInt64? = nil) { state = seed }

    /// A number below `bound`: SplitMix64 when there is a seed.
    func pick(_ bound: Int) -> Int {
        guard bound > 1, var seed = state else { return 0 }
        seed &+= 0x9E37_79B9_7F4A_7C15
        state = seed
        var mixed = seed
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}

/// Runs tasks on one thread in virtual time; which parked point goes on is a choice.
final class Simulation: TaskExecutor, @unchecked Sendable {
    // Safety: all state is behind the lock.
    private struct Timer {
        let deadline: Duration
        let id: Int
        let resume: UnsafeContinuation<Void, Never>
    }

    private struct State {
        var ready: [UnownedJob] = []
        var parked: [UnsafeContinuation<Void, Never>] = []
        var timers: [Timer] = []
        var now: Duration = .zero
        var idLast = 0
        var woken: Set<Int> = []
    }

    private let state = Mutex(State())
    private let choices: Choices

    init(_ choices: Choices = Choices()) { self.choices = choices }

    var now: Duration { state.withLock { $0.now } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// A place where others may go on first: every fake call passes some.
    func point() async {
        await withUnsafeContinuation { continuation in
            state.withLock { $0.parked.append(continuation) }
        }
    }

    /// Sleeps in virtual time; a cancelled sleep ends at once.
    func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.idLast += 1
            return state.idLast
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                let isOver = state.withLock { state in
                    if state.woken.contains(id) { return true }
                    let deadline = state.now + duration
                    state.timers.append(Timer(deadline: deadline, id: id, resume: continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let timer = state.withLock { state -> Timer? in
                state.woken.insert(id)
                guard let index = state.timers.firstIndex(where: { $0.id == id }) else {
                    return nil
                }
                return state.timers.remove(at: index)
            }
            timer?.resume.resume()
        }
        try Task.checkCancellation()
    }

    /// Runs `body` to its end; nil when everything waits for nothing.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value? {
        let result = Mutex<Value?>(nil)
        let box = Box(result: { value in result.withLock { $0 = value } })
        withExtendedLifetime(box) {
            _ = Task(executorPreference: self) { box.result(await body()) }
            drain { result.withLock { $0 != nil } }
        }
        return result.withLock { $0 }
    }

    private func drain(until isDone: () -> Bool) {
        while !isDone() {
            if let job = state.withLock({ $0.ready.isEmpty ? nil : $0.ready.removeFirst() }) {
                job.runSynchronously(on: asUnownedTaskExecutor())
                continue
            }
            let count = state.withLock { $0.parked.count }
            if count > 0 {
                let index = choices.pick(count)
                state.withLock { $0.parked.remove(at: index) }.resume()
                continue
            }
            let due: [Timer] = state.withLock { state in
                guard let first = state.timers.map(\.deadline).min() else { return [] }
                state.now = max(state.now, first)
                let due = state.timers.filter { $0.deadline == first }.sorted { $0.id < $1.id }
                state.timers.removeAll { $0.deadline == first }
                return due
            }
            if due.isEmpty { return }
            for timer in due { timer.resume.resume() }
        }
    }
}

/// Carries a result out of a task of the simulation.
private final class Box<Value>: @unchecked Sendable {
    // Safety: called once, by the thread that drains.
    let result: (Value) -> Void

    init(result: @escaping (Value) -> Void) { self.result = result }
}
