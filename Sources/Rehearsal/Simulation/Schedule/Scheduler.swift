import Clocks
import Synchronization

/// Something of the world that acts by itself as time passes: a controller, a node, a lagging view.
package protocol WorldPart: Sendable {
    /// Takes in what has changed and does what is due at this instant.
    ///
    /// Answers how long nothing is due if nothing changes, or nil when nothing waits.
    func step() -> Duration?

    /// Told before time goes on from one instant to the next: everything of this instant has happened.
    func settle(until next: Duration)
}

extension WorldPart {
    package func settle(until next: Duration) {}
}

/// Runs tasks and a world on one thread, in virtual time, in an order that is the same for the same
/// choices.
///
/// It owns the jobs that are ready, the timers, and the *parked points*: places where a task waits until
/// a choice lets it go on. Jobs run in the order in which they became ready; among parked points a choice
/// decides; time goes on only when nothing else can happen. `Task.sleep` and `Task.detached` would escape
/// it, and are banned in what it runs.
package final class Scheduler: TaskExecutor {
    private struct Timer {
        let due: Duration
        let id: Int
        let fire: @Sendable () -> Void

        func isBefore(_ other: Timer) -> Bool { (due, id) < (other.due, other.id) }
    }

    private struct State {
        var ready: [UnownedJob] = []
        var readyFirst = 0
        var parked: [@Sendable () -> Void] = []
        var timers: [Timer] = []
        var now: Duration
        var idLast = 0
        var parts: [any WorldPart] = []
        var jobs = 0
    }

    /// Instants without an end: parts that always have something to do and let no time pass.
    private static let roundsMax = 100_000
    /// A limit that nothing reaches.
    private static let never = Duration.seconds(Int64.max / 8)

    private let state: Mutex<State>
    private let choices: Choices

    /// `start` is the uptime at which it begins.
    package init(_ choices: Choices, start: Duration = .zero) {
        self.choices = choices
        state = Mutex(State(now: start))
    }

    /// The virtual time.
    package var now: Duration { state.withLock { $0.now } }

    /// How many jobs have run: what a schedule costs.
    package var jobs: Int { state.withLock { $0.jobs } }

    /// Adds a part of the world; parts act in the order in which they were added.
    package func add(_ part: any WorldPart) { state.withLock { $0.parts.append(part) } }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// A place where others may go on first.
    package func point() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            state.withLock { $0.parked.append({ continuation.resume() }) }
        }
    }

    /// Never returns, as in a process that was killed: no `defer` and no `catch` of the task runs.
    package func park() async {
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    }

    /// Lets time pass, whatever becomes of the task meanwhile.
    package func pause(_ duration: Duration) async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            after(duration) { continuation.resume() }
        }
    }

    /// Calls `action` once `delay` has passed.
    ///
    /// Answers a number by which it can be called off.
    @discardableResult
    package func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.idLast += 1
            let timer = Timer(due: state.now + delay, id: state.idLast, fire: action)
            let index =
                state.timers.firstIndex { timer.isBefore($0) } ?? state.timers.endIndex
            state.timers.insert(timer, at: index)
            return timer.id
        }
    }

    /// Takes a timer away; false when it has fired, or was taken away already.
    @discardableResult
    package func callOff(_ id: Int) -> Bool {
        state.withLock { state in
            guard let index = state.timers.firstIndex(where: { $0.id == id }) else { return false }
            state.timers.remove(at: index)
            return true
        }
    }

    /// Forgets everything that waits and everything that acts: nothing happens here any more.
    ///
    /// Tasks that are parked for ever stay in memory, and so does what they hold.
    package func end() {
        let forgotten = state.withLock { state in
            let forgotten = (state.timers, state.parked, state.parts)
            (state.timers, state.parked, state.parts) = ([], [], [])
            return forgotten
        }
        // What goes now may ask for the lock.
        withExtendedLifetime(forgotten) {}
    }

    /// Begins a task on this scheduler, which runs as `run` goes on.
    package func start(_ body: @escaping @Sendable () async -> Void) {
        _ = Task(executorPreference: self) { await body() }
    }

    /// Runs `body` to its end; nil when it waits for what never comes, or until `limit` of uptime.
    package func run<Value: Sendable>(
        until limit: Duration? = nil,
        _ body: @escaping @Sendable () async -> Value
    ) -> Value? {
        let result = Mutex<Value?>(nil)
        let box = Box { value in result.withLock { $0 = value } }
        return withExtendedLifetime(box) {
            start { box.take(await body()) }
            run(until: limit ?? Scheduler.never) { result.withLock { $0 != nil } }
            return result.withLock { $0 }
        }
    }

    /// Lets everything happen until `isDone`, or `limit` of uptime, or nothing can happen any more.
    ///
    /// Answers whether it was done.
    @discardableResult
    package func run(until limit: Duration, _ isDone: () -> Bool) -> Bool {
        var rounds = 0
        while true {
            if isDone() { return true }
            if runReady() || releaseParked() { continue }
            let pause = stepParts()
            if hasReady { continue }
            rounds += 1
            precondition(rounds < Scheduler.roundsMax, "the world keeps itself busy without end")
            let next = next(pause)
            guard let next, next <= limit else {
                if limit < Scheduler.never { advance(to: limit) }
                return isDone()
            }
            if next > now { rounds = 0 }
            advance(to: next)
        }
    }

    private var hasReady: Bool {
        state.withLock { $0.readyFirst < $0.ready.count || !$0.parked.isEmpty }
    }

    /// Runs every job that is ready, those that become so among them.
    private func runReady() -> Bool {
        var hasRun = false
        while let job = nextReady() {
            job.runSynchronously(on: asUnownedTaskExecutor())
            hasRun = true
        }
        return hasRun
    }

    private func nextReady() -> UnownedJob? {
        state.withLock { state in
            guard state.readyFirst < state.ready.count else {
                state.ready.removeAll(keepingCapacity: true)
                state.readyFirst = 0
                return nil
            }
            state.readyFirst += 1
            state.jobs += 1
            return state.ready[state.readyFirst - 1]
        }
    }

    private func releaseParked() -> Bool {
        let count = state.withLock { $0.parked.count }
        guard count > 0 else { return false }
        let index = choices.pick(count)
        state.withLock { $0.parked.remove(at: index) }()
        return true
    }

    private func stepParts() -> Duration? {
        var least: Duration?
        for part in state.withLock({ $0.parts }) {
            guard let pause = part.step() else { continue }
            least = min(least ?? pause, pause)
        }
        return least
    }

    /// The next instant at which something is due; nil when nothing ever is.
    private func next(_ pause: Duration?) -> Duration? {
        state.withLock { state in
            let times = [state.timers.first?.due, pause.map { state.now + $0 }]
            return times.compactMap { $0 }.min()
        }
    }

    /// Goes on to an instant and lets all of its timers go off.
    private func advance(to next: Duration) {
        let (now, parts) = state.withLock { ($0.now, $0.parts) }
        if next > now { for part in parts { part.settle(until: next) } }
        let due = state.withLock { state in
            state.now = max(state.now, next)
            let count = state.timers.prefix { $0.due <= next }.count
            defer { state.timers.removeFirst(count) }
            return state.timers.prefix(count).map(\.fire)
        }
        for fire in due { fire() }
    }
}

/// Carries a result out of a task of a scheduler.
// Safety: called once, by the thread that drains the scheduler.
private final class Box<Value>: @unchecked Sendable {
    let take: (Value) -> Void

    init(take: @escaping (Value) -> Void) { self.take = take }
}
