import EmbeddedSites

/// One pod of a simulated node: where it stands, and what happens to it next.
struct SimulatedPod: Sendable {
    /// What does not change while a pod lives, held once for all who look at it.
    final class Facts: Sendable {
        let plan: PodPlan
        let node: TwinNode

        init(plan: PodPlan, node: TwinNode) {
            self.plan = plan
            self.node = node
        }
    }

    enum Stage: Sendable {
        case starting
        /// It runs and is not ready.
        case warming
        case ready
        /// It runs a trial, or whatever ends by itself.
        case working(attempt: Int)
        /// Its deletion was asked for; it goes on accepting.
        case draining
        case ended
    }

    let facts: Facts
    var address: TwinAddress?
    var stage = Stage.starting
    /// When it goes on by itself; nil while it waits for something else.
    var due: Duration?

    init(_ plan: PodPlan, on node: TwinNode) {
        facts = Facts(plan: plan, node: node)
    }

    var plan: PodPlan { facts.plan }

    /// Whether it is ready and runs for ever.
    var isServing: Bool {
        guard case .ready = stage else { return false }
        return address != nil && facts.plan.runTime == nil
    }
}

/// The pods of a site's nodes by uid, and which of them goes on next.
struct SimulatedPods: Sendable {
    private var pods: [String: SimulatedPod] = [:]
    // Invariant: the `due` of every pod that has one, and of no other.
    private var dues: [String: Duration] = [:]
    /// Goes up whenever a pod begins or ends to accept.
    private(set) var acceptingVersion = 0

    subscript(uid: String) -> SimulatedPod? {
        get { pods[uid] }
        set {
            if pods[uid]?.address != newValue?.address { acceptingVersion += 1 }
            pods[uid] = newValue
            dues[uid] = newValue?.due
        }
    }

    /// By uid, sorted.
    var all: [SimulatedPod] { pods.sorted { $0.key < $1.key }.map(\.value) }

    /// When the next one goes on; nil when none does by itself.
    var nextDue: Duration? { dues.values.min() }

    /// The one that is due first at `now`, of several the first by uid.
    func due(at now: Duration) -> String? {
        dues.filter { $0.value <= now }.min { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    }
}
