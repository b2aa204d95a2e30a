import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Synchronization

/// Makes an embedded cluster live, as kube-controller-manager does a real one.
///
/// Deterministic: the same changes, seed and times give the same writes. `run()` drives it by the
/// cluster's changes and the clock; a simulator or a test may call `step()` instead, not both.
package final class ControllerManager: Sendable {
    private let cluster: EmbeddedCluster
    private let time: any TimeSource
    private let configuration: ControllerConfiguration
    private let controllers: [any Controller]
    /// Who hears of changes of a resource that some controller names, by position, in their order.
    private let listeners: [ResourceName: [Int]]
    /// Who hears of changes of any other resource.
    private let listenersOfAll: [Int]
    private let state: Mutex<State>

    /// What changes as the manager works.
    private struct State {
        var watch: ChangeWatch
        var queue = WorkQueue()
        var owners = OwnerIndex()
        var failures: [WorkQueue.Key: Int] = [:]
        var random: SeededRandom
    }

    /// `seed` draws the reaction delays.
    package convenience init(
        cluster: EmbeddedCluster,
        time: any TimeSource,
        seed: UInt64,
        configuration: ControllerConfiguration = ControllerConfiguration()
    ) {
        self.init(
            cluster: cluster,
            time: time,
            seed: seed,
            configuration: configuration,
            controllers: ControllerList.all(configuration)
        )
    }

    init(
        cluster: EmbeddedCluster,
        time: any TimeSource,
        seed: UInt64,
        configuration: ControllerConfiguration,
        controllers: [any Controller]
    ) {
        self.cluster = cluster
        self.time = time
        self.configuration = configuration
        self.controllers = controllers
        let named = controllers.compactMap(\.watchedResources).reduce(into: Set()) {
            $0.formUnion($1)
        }
        listeners = Dictionary(
            uniqueKeysWithValues: named.map { resource in
                (resource, controllers.indices.filter { controllers[$0].listens(to: resource) })
            }
        )
        listenersOfAll = controllers.indices.filter { controllers[$0].watchedResources == nil }
        let watch = cluster.watchAll()
        state = Mutex(State(watch: watch, random: SeededRandom(seed: seed)))
    }

    /// Works until the task is cancelled.
    package func run() async throws {
        while true {
            try Task.checkCancellation()
            guard let pause = step() else {
                await watch.waitForPending()
                continue
            }
            if pause > .zero { try await wait(for: pause) } else { await Task.yield() }
        }
    }

    /// Takes in what has changed and does what is due.
    ///
    /// Answers how long nothing is due if nothing changes, or nil when nothing waits.
    @discardableResult
    package func step() -> Duration? {
        state.withLock { state in
            takeChanges(&state)
            for _ in 0..<configuration.looksPerStepMax {
                guard let key = state.queue.popDue(at: time.uptime) else { break }
                look(at: key, &state)
            }
            takeChanges(&state)
            guard let due = state.queue.nextDue else { return nil }
            return max(.zero, due - time.uptime)
        }
    }

    private var watch: ChangeWatch { state.withLock { $0.watch } }

    /// Returns when something has changed or `pause` is over.
    private func wait(for pause: Duration) async throws {
        let watch = self.watch
        let time = self.time
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.waitForPending() }
            group.addTask {
                do {
                    try await time.sleep(for: pause)
                } catch is CancellationError {
                    // The change came first.
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

// MARK: - What a step does

extension ControllerManager {
    private func takeChanges(_ state: inout State) {
        guard let changes = state.watch.takePending() else {
            // The manager fell too far behind: what it knows of owners is void, so it begins anew.
            state.owners = OwnerIndex()
            state.watch = cluster.watchAll()
            return takeChanges(&state)
        }
        for change in changes {
            state.owners.apply(change)
            enqueue(change, &state)
        }
    }

    private func enqueue(_ change: ObjectChange, _ state: inout State) {
        let view = view(state)
        for index in listeners[change.resource] ?? listenersOfAll {
            for address in controllers[index].addresses(touchedBy: change, in: view) {
                let key = WorkQueue.Key(controller: index, address: address)
                let delay = state.random.duration(in: configuration.reaction)
                state.queue.insert(key, due: time.uptime + delay)
            }
        }
    }

    private func look(at key: WorkQueue.Key, _ state: inout State) {
        let controller = controllers[key.controller]
        let view = view(state)
        let outcome = controller.reconcile(key.address, in: view)
        do throws(APIStatusError) {
            let subject = outcome.writes.isEmpty ? nil : view.object(key.address)
            let notes = WriteNotes(component: controller.name, subject: subject)
            for write in outcome.writes { try perform(write, telling: notes) }
            if !state.failures.isEmpty { state.failures[key] = nil }
            if let again = outcome.again {
                state.queue.insert(key, due: time.uptime + max(again, .milliseconds(1)))
            }
        } catch {
            guard !error.isNamespaceTerminating else {
                state.failures[key] = nil
                return
            }
            tellFailure(of: key.address, outcome, error)
            let count = state.failures[key] ?? 0
            state.failures[key] = count + 1
            let pause = configuration.retryPauseMin * (1 << min(count, 10))
            state.queue.insert(key, due: time.uptime + min(pause, configuration.retryPauseMax))
        }
    }

    /// Makes a write and notes in an Event what there is to tell of it.
    private func perform(_ write: ObjectWrite, telling notes: WriteNotes) throws(APIStatusError) {
        let before = notes.subject == nil ? nil : object(before: write)
        do throws(APIStatusError) {
            let result = try perform(write)
            for note in notes.notes(of: write, before: before, result: result) {
                cluster.record(note)
            }
        } catch {
            if let note = notes.refusal(of: write, error) { cluster.record(note) }
            throw error
        }
    }

    /// Lets an owner of equal pods say in its status that one could not be made.
    ///
    /// The numbers are written as well, though the round has ended before them.
    private func tellFailure(
        of address: ObjectAddress,
        _ outcome: Reconciliation,
        _ error: APIStatusError
    ) {
        let makesPods = outcome.writes.contains {
            if case .create(let object) = $0 { object.kind == "Pod" } else { false }
        }
        guard [.replicaSets, .replicationControllers].contains(address.resource), makesPods,
            error.code != 409, error.code != 404,
            let owner = cluster.get(
                address.resource,
                namespace: address.namespace,
                name: address.name
            )
        else { return }
        var counted = owner
        if case .updateStatus(let object)? = outcome.writes.last { counted.status = object.status }
        guard let failed = Replicas.failed(owner, counted: counted, error, now: time.wallTime)
        else { return }
        do throws(APIStatusError) {
            _ = try perform(.updateStatus(failed))
        } catch {
            // The round is repeated, and tells it then.
        }
    }

    /// What an update of a workload's part starts from.
    private func object(before write: ObjectWrite) -> JSON? {
        switch write {
        case .update(let object) where object.kind == "ReplicaSet":
            cluster.get(.replicaSets, namespace: object.namespace, name: object.name ?? "")
        case .updateStatus(let object) where object.kind == "Job":
            cluster.get(.jobs, namespace: object.namespace, name: object.name ?? "")
        default: nil
        }
    }

    /// Answers what a creation came to.
    private func perform(_ write: ObjectWrite) throws(APIStatusError) -> JSON? {
        let manager = "kube-controller-manager"
        switch write {
        case .create(let object):
            return try cluster.create(object, manager: manager)
        case .update(let object):
            try cluster.update(object, manager: manager)
        case .updateStatus(let object):
            try cluster.update(object, subresource: .status, manager: manager)
        case .finalize(let object):
            try cluster.update(object, subresource: .finalize, manager: manager)
        case .remove(let address, let options):
            do throws(APIStatusError) {
                try cluster.delete(
                    address.resource,
                    namespace: address.namespace,
                    name: address.name,
                    options: options
                )
            } catch {
                guard error.code == 404 else { throw error }
            }
        }
        return nil
    }

    private func view(_ state: borrowing State) -> ClusterView {
        ClusterView(cluster: cluster, now: time.wallTime, owners: state.owners)
    }
}

extension Controller {
    fileprivate func listens(to resource: ResourceName) -> Bool {
        watchedResources?.contains(resource) ?? true
    }
}

extension APIStatusError {
    /// Whether the write came too late for its namespace, so that repeating it cannot help.
    fileprivate var isNamespaceTerminating: Bool {
        details?.causes.contains { $0.reason == "NamespaceTerminating" } ?? false
    }
}
