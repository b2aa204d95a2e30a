import Clocks
import EmbeddedAPI
import EmbeddedSites

/// Hands on what changes in a cluster, in order, each change a drawn delay after it happened.
///
/// Every observer of a real cluster lags; whoever turns traffic must wait for the slowest.
struct LaggingFeed: Sendable {
    private struct Due: Sendable {
        let at: Duration
        let change: ObjectChange
    }

    /// How many changes may wait for their time; beyond it the feed begins anew.
    private static let pendingMax = 100_000

    let cluster: any FollowedCluster
    let resources: Set<ResourceName>
    let lag: ClosedRange<Duration>
    let draws: SeededDraws
    let time: any TimeSource

    /// Runs until it is cancelled; what exists at the start is handed on at once.
    ///
    /// `reset` is called before everything is handed on anew: at the start, and whenever the feed
    /// fell so far behind that it lost its place.
    func run(
        reset: @escaping @Sendable () -> Void,
        apply: @escaping @Sendable (ObjectChange) -> Void
    ) async {
        while !Task.isCancelled {
            let (queue, input) = AsyncStream.makeStream(
                of: Due.self,
                bufferingPolicy: .bufferingOldest(Self.pendingMax)
            )
            async let applied: Void = applyWhenDue(queue, reset: reset, apply: apply)
            await fill(input)
            await applied
        }
    }

    private func fill(_ input: AsyncStream<Due>.Continuation) async {
        defer { input.finish() }
        let revisionFirst = cluster.revision
        var dueLast = time.uptime
        for await change in cluster.changes(of: resources, includingCurrent: true) {
            if change.revision > revisionFirst {
                dueLast = max(dueLast, time.uptime + draws.duration(in: lag))
            }
            if case .dropped = input.yield(Due(at: dueLast, change: change)) { return }
        }
    }

    private func applyWhenDue(
        _ queue: AsyncStream<Due>,
        reset: @Sendable () -> Void,
        apply: @Sendable (ObjectChange) -> Void
    ) async {
        reset()
        for await due in queue {
            let wait = due.at - time.uptime
            if wait > .zero {
                do { try await time.sleep(for: wait) } catch { return }
            }
            apply(due.change)
        }
    }
}
