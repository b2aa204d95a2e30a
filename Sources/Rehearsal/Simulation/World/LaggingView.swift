import Clocks
import EmbeddedAPI
import EmbeddedSites
import Synchronization

/// What one observer of a cluster knows: every change arrives in order, a drawn delay after it happened.
///
/// The stepped form of the twin's lagging feed: a Service proxy, an entry.
final class LaggingView<Content: Sendable>: WorldPart {
    private struct State {
        var watch: ChangeWatch
        var queue: [(due: Duration, change: ObjectChange)] = []
        var content: Content
        var dueLast: Duration
        var isFresh = true
    }

    private let cluster: EmbeddedCluster
    private let resources: Set<ResourceName>
    private let lag: ClosedRange<Duration>
    private let draws: SeededDraws
    private let time: any TimeSource
    private let apply: @Sendable (inout Content, ObjectChange) -> [WayMark]
    private let changed: @Sendable ([WayMark]) -> Void
    private let state: Mutex<State>

    /// What is there at the start is known at once; `apply` takes in one change and answers what it
    /// changed, and `changed` hears of that.
    init(
        of resources: Set<ResourceName>,
        in cluster: EmbeddedCluster,
        from content: Content,
        lag: ClosedRange<Duration>,
        draws: SeededDraws,
        time: any TimeSource,
        changed: @escaping @Sendable ([WayMark]) -> Void,
        apply: @escaping @Sendable (inout Content, ObjectChange) -> [WayMark]
    ) {
        self.cluster = cluster
        self.resources = resources
        self.lag = lag
        self.draws = draws
        self.time = time
        self.apply = apply
        self.changed = changed
        let watch = cluster.watch(resources)
        state = Mutex(State(watch: watch, content: content, dueLast: time.uptime))
    }

    /// Looks at what is known by now.
    func read<Result>(_ body: (borrowing Content) -> Result) -> Result {
        state.withLock { body($0.content) }
    }

    func step() -> Duration? {
        let now = time.uptime
        let (marks, pause) = state.withLock { state -> ([WayMark], Duration?) in
            take(&state, now)
            let count = state.queue.prefix { $0.due <= now }.count
            var marks: [WayMark] = []
            for item in state.queue.prefix(count) { marks += apply(&state.content, item.change) }
            state.queue.removeFirst(count)
            return (marks, state.queue.first.map { $0.due - now })
        }
        if !marks.isEmpty { changed(marks) }
        return pause
    }

    private func take(_ state: inout State, _ now: Duration) {
        guard let pending = state.watch.takePending() else {
            preconditionFailure("a view of a simulation fell too far behind")
        }
        for change in pending {
            if !state.isFresh {
                state.dueLast = max(state.dueLast, now + draws.duration(in: lag))
            }
            state.queue.append((state.dueLast, change))
        }
        state.isFresh = false
    }
}
