import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// One control loop: which objects a change concerns, and what is to be written for one of them.
///
/// Both parts are functions of what the cluster holds; the manager owns the queue, the time and the
/// writing, so that every loop can be tested without either.
protocol Controller: Sendable {
    /// What the loop is called in a real kube-controller-manager.
    var name: String { get }
    /// The resources whose changes it wants to hear of; nil means all, custom ones among them.
    var watchedResources: Set<ResourceName>? { get }
    /// The objects that may have to be looked at because of `change`.
    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress]
    /// What is to be written so that the object at `address` is as it should be.
    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation
}

/// What one look at one object leads to.
struct Reconciliation: Sendable {
    /// In the order in which they are made; the first that fails ends the round.
    var writes: [ObjectWrite] = []
    /// When the object must be looked at again though nothing changes.
    var again: Duration?

    /// Nothing is to be done.
    static let none = Reconciliation()

    init(_ writes: [ObjectWrite] = [], again: Duration? = nil) {
        self.writes = writes
        self.again = again
    }

    /// Looks again after `duration` at the latest.
    mutating func lookAgain(after duration: Duration) {
        again = min(again ?? duration, duration)
    }

    /// Deletes exactly this pod, with its own grace period.
    mutating func delete(pod: JSON) {
        writes.append(.delete(ObjectAddress(.pods, of: pod), uid: pod.uid ?? "", nil))
    }

    /// Writes `object` if it differs from `old` beyond its status.
    mutating func update(_ object: JSON, from old: JSON) {
        guard object != old else { return }
        writes.append(.update(object))
    }

    /// Writes the status of `old` if `status` differs from it.
    mutating func updateStatus(_ status: JSON, of old: JSON) {
        guard status != old.status else { return }
        var object = old
        object.status = status
        writes.append(.updateStatus(object))
    }
}

/// One request to the API server.
enum ObjectWrite: Sendable, Equatable {
    case create(JSON)
    case update(JSON)
    case updateStatus(JSON)
    /// Only a Namespace has this subresource: it writes `spec.finalizers`.
    case finalize(JSON)
    case remove(ObjectAddress, DeleteOptions)

    /// Asks for the deletion of the object with this uid, and of no other of the name.
    static func delete(
        _ address: ObjectAddress,
        uid: String,
        _ propagation: DeleteOptions.Propagation?
    ) -> ObjectWrite {
        .remove(address, DeleteOptions(uid: uid, propagation: propagation))
    }
}
