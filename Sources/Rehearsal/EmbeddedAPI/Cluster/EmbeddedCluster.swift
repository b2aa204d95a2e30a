import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects
import Synchronization

/// One Kubernetes cluster in memory: what its API server and its etcd would hold.
///
/// Synchronous and guarded by one lock: every call is atomic, and every watcher sees the changes in
/// one order. Controllers and nodes call it directly; `respond(to:)` is its REST face.
package final class EmbeddedCluster: Sendable {
    /// What was set about it when it was made.
    package let configuration: ClusterConfiguration
    let time: any TimeSource
    private let state: Mutex<ClusterState>
    /// What stands between clients and the REST face, for rehearsing what can go wrong there.
    let interceptor = Mutex<HeldInterceptor?>(nil)

    /// Answers a request in the server's place, or asks the server itself by calling `next`.
    package typealias Interceptor =
        @Sendable (
            _ request: HTTPRequest,
            _ next: @Sendable (HTTPRequest) async -> HTTPResponse
        ) async -> HTTPResponse

    /// A bare closure would be wrapped once more each time that the lock hands it out.
    struct HeldInterceptor {
        let answer: Interceptor
    }

    /// `identifiers` gives the text of a fresh uid at each call; `seed` draws everything else that
    /// a real server draws: addresses, ports and name suffixes.
    package init(
        configuration: ClusterConfiguration = ClusterConfiguration(),
        time: any TimeSource,
        identifiers: @escaping @Sendable () -> String,
        seed: UInt64
    ) {
        self.configuration = configuration
        self.time = time
        let initial = ClusterState(
            configuration: configuration,
            identifiers: identifiers,
            seed: seed
        )
        state = Mutex(initial)
        bootstrap()
    }

    /// A cluster that holds what `other` holds at this moment, and that nobody watches yet.
    ///
    /// Both go on by themselves from there. Nothing is copied until one of them changes it, so that a
    /// simulator can begin a thousand schedules at one settled state.
    package init(
        copying other: EmbeddedCluster,
        time: any TimeSource,
        identifiers: @escaping @Sendable () -> String,
        seed: UInt64
    ) {
        configuration = other.configuration
        self.time = time
        let copied = other.reading { state in
            var copy = copy state
            copy.begin(identifiers: identifiers, seed: seed)
            return copy
        }
        state = Mutex(copied)
    }

    /// Forgets every object and its history, and ends all watches; for a world that is over.
    package func forget() {
        let forgotten = state.withLock { $0.forget() }
        withExtendedLifetime(forgotten) {}
    }

    /// Runs `body` alone, then tells every watcher what it changed.
    func withState<Result: Sendable>(
        _ body: (inout ClusterState) throws(APIStatusError) -> Result
    ) throws(APIStatusError) -> Result {
        let now = time.wallTime
        let outcome: Swift.Result<Result, APIStatusError> = state.withLock { state in
            state.now = now
            let outcome: Swift.Result<Result, APIStatusError>
            do throws(APIStatusError) {
                outcome = .success(try body(&state))
            } catch {
                outcome = .failure(error)
            }
            state.publish()
            return outcome
        }
        return try outcome.get()
    }

    /// Runs `body` alone on the state as it is; nothing changes.
    func reading<Result: Sendable>(_ body: (borrowing ClusterState) -> Result) -> Result {
        state.withLock { body($0) }
    }
}

// MARK: - Reading

extension EmbeddedCluster {
    /// The resources that are served now, those of custom definitions among them.
    package var registry: ResourceRegistry { reading { $0.registry } }

    /// The resourceVersion of the last change.
    package var revision: Int { reading { $0.store.revision } }

    /// The object as it is stored, nil when there is none; `namespace` is left out for kinds
    /// without one.
    package func get(_ resource: ResourceName, namespace: String? = nil, name: String) -> JSON? {
        reading { state in
            state.store.object(resource, ObjectKey(namespace: namespace ?? "", name: name))?.value
        }
    }

    /// The objects of one namespace, or of all, in key order.
    package func list(_ resource: ResourceName, namespace: String? = nil) -> [JSON] {
        reading { $0.store.objects(resource, namespace: namespace) }.map(\.value)
    }

    /// Every change of these resources, in order and without loss.
    ///
    /// With `includingCurrent` the objects that exist come first, as additions. A reader that falls
    /// `watchPendingMax` changes behind sees the stream end, and must begin again.
    package func changes(
        of resources: Set<ResourceName>,
        includingCurrent: Bool
    ) -> AsyncStream<ObjectChange> {
        let (watcher, _) = subscribe(to: resources) { state in
            guard includingCurrent else { return ([], ()) }
            let current = resources.sorted().flatMap { resource in
                state.store.objects(resource).map {
                    StoredChange(kind: .added, resource: resource, object: $0, previous: nil)
                }
            }
            return (current, ())
        }
        return watcher.changes()
    }

    /// Every change of these resources, after the objects that exist as additions, for a reader that
    /// takes them when it likes.
    package func watch(_ resources: Set<ResourceName>) -> ChangeWatch {
        let (watcher, _) = subscribe(to: resources) { state in
            let current = resources.sorted().flatMap { resource in
                state.store.objects(resource).map {
                    StoredChange(kind: .added, resource: resource, object: $0, previous: nil)
                }
            }
            return (current, ())
        }
        return ChangeWatch(watcher)
    }

    /// Every change of every resource, after the objects that exist as additions.
    package func watchAll() -> ChangeWatch {
        let (watcher, _) = subscribe(to: nil) { state in
            let current = state.store.resources.flatMap { resource in
                state.store.objects(resource).map {
                    StoredChange(kind: .added, resource: resource, object: $0, previous: nil)
                }
            }
            return (current, ())
        }
        return ChangeWatch(watcher)
    }

    /// Forgets the history up to a resourceVersion, as etcd's compaction does: older watches and
    /// pages are refused with 410 from now on.
    package func compact(through revision: Int) {
        state.withLock { $0.store.compact(through: revision) }
    }

    /// Puts `interceptor` between clients and the REST face: refusals, delays and lost answers.
    ///
    /// In-process callers never meet it. Nil takes it away.
    package func intercept(_ interceptor: Interceptor?) {
        self.interceptor.withLock { $0 = interceptor.map(HeldInterceptor.init) }
    }

    /// How many watches are open, those of controllers and nodes in this process among them.
    package var watchCount: Int { reading { $0.subscriptions.count } }

    /// Ends every watch, for a server that shuts down.
    package func endWatches() {
        reading { $0.subscriptions.values.map { $0 } }.forEach { $0.end() }
    }

    /// Starts a watch, and reads what the watcher needs to know in the same moment.
    ///
    /// The changes that `begin` answers stand at the head of the queue.
    func subscribe<Start: Sendable>(
        to resources: Set<ResourceName>?,
        begin: (borrowing ClusterState) -> ([StoredChange], Start)
    ) -> (Watcher, Start) {
        let (subscription, start) = state.withLock { state in
            let (first, start) = begin(state)
            let subscription = state.subscribe(
                to: resources,
                first: first,
                pendingMax: configuration.watchPendingMax
            )
            return (subscription, start)
        }
        return (Watcher(cluster: self, subscription: subscription), start)
    }

    func unsubscribe(_ id: Int) {
        state.withLock { $0.subscriptions[id] = nil }
    }
}
