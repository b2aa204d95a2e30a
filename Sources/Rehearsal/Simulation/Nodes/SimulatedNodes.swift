import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import Synchronization

/// The nodes of one site in virtual time: what its kubelets and its scheduler do.
///
/// The stepped form of the twin's node agent: pods take the same steps in the same order, and where the
/// twin opens a socket, an address is held.
package final class SimulatedNodes: WorldPart {
    struct State {
        var watch: ChangeWatch
        var scheduler: PodScheduler
        var pods = SimulatedPods()
        var addressNext: [String: Int] = [:]
        /// Those of nodes that were replaced, and how many were.
        var nodeAddress: [String: TwinAddress] = [:]
        var replacements = 0
        var problems: [String] = []
        /// From the moment a pod is bound until it runs.
        var startDelay: ClosedRange<Duration>
    }

    private static let manager = "kubelet"

    let site: TwinSite
    let cluster: EmbeddedCluster
    let network: SimulatedNetwork
    let settings: NodeSettings
    let draws: SeededDraws
    let time: any TimeSource
    let nodes: [TwinNode]
    let state: Mutex<State>

    package init(
        site: TwinSite,
        cluster: EmbeddedCluster,
        network: SimulatedNetwork,
        settings: NodeSettings,
        draws: SeededDraws,
        time: any TimeSource
    ) {
        self.site = site
        self.cluster = cluster
        self.network = network
        self.settings = settings
        self.draws = draws
        self.time = time
        nodes = (1...settings.nodeCount).map {
            TwinNode(site: site, number: $0, podsMax: settings.podsMax)
        }
        let scheduler = PodScheduler(nodes: nodes, podsMax: settings.podsMax)
        state = Mutex(
            State(
                watch: cluster.watch([.pods]),
                scheduler: scheduler,
                startDelay: settings.startDelay
            )
        )
        for node in nodes { network.attach(.node(site), at: node.address) }
    }

    /// Makes the Node objects, unless they are there.
    package func register() throws(APIStatusError) {
        let now = time.wallTime
        for node in nodes where cluster.get(.nodes, name: node.name) == nil {
            try cluster.create(node.object(now: now), manager: Self.manager)
            try cluster.mutate(.nodes, name: node.name, subresource: .status, manager: Self.manager)
            {
                $0["status"] = node.object(now: now)["status"]
            }
        }
    }

    /// Gives a node another address, as one has that takes its place: what still leads to the old one is lost,
    /// and excused for as long as nobody can know.
    func replace(_ number: Int) {
        let node = nodes[number]
        let (old, new) = state.withLock { state in
            let old = state.nodeAddress[node.name] ?? node.address
            state.replacements += 1
            // Beside the addresses of nodes and of pods that there are from the beginning, and the entry's.
            let new = TwinAddress(10, site.octet, 254, UInt8(2 + state.replacements % 253))
            state.nodeAddress[node.name] = new
            return (old, new)
        }
        network.attach(.node(site), at: new)
        do {
            try cluster.mutate(.nodes, name: node.name, subresource: .status, manager: Self.manager)
            {
                $0.set(
                    [
                        ["type": "InternalIP", "address": .string(new.description)],
                        ["type": "Hostname", "address": .string(node.name)],
                    ],
                    at: ["status", "addresses"]
                )
            }
        } catch {
            note("node \(node.name) got no other address: \(error)")
        }
        network.detach(old, isLost: true)
    }

    private func note(_ problem: String) { state.withLock { $0.problems.append(problem) } }

    /// What cannot be in a world that is well, in the order in which it was met.
    package var problems: [String] { state.withLock { $0.problems } }

    /// The pods that accept now, by uid, sorted.
    package var accepting: [PodPlan] {
        state.withLock { $0.pods.all.filter { $0.address != nil }.map(\.plan) }
    }

    /// Goes up whenever a pod begins or ends to accept.
    var acceptingVersion: Int { state.withLock { $0.pods.acceptingVersion } }

    /// The pods that are ready and run for ever, by uid, sorted.
    package var ready: [PodPlan] {
        state.withLock { $0.pods.all.filter(\.isServing).map(\.plan) }
    }

    package func step() -> Duration? {
        let now = time.uptime
        let pending = state.withLock { $0.watch.takePending() }
        guard let pending else { preconditionFailure("the nodes fell too far behind") }
        for change in pending { take(change, now) }
        while let uid = state.withLock({ $0.pods.due(at: now) }) { goOn(uid, now) }
        return state.withLock { $0.pods.nextDue }.map { max(.zero, $0 - now) }
    }

    // MARK: - Writing

    func hold(_ address: TwinAddress, _ plan: PodPlan) {
        network.attach(.pod(site, workload: plan.workloadID, ports: plan.ports), at: address)
    }

    func freeAddress(on node: TwinNode) -> TwinAddress? {
        state.withLock { state in
            for _ in 0..<254 {
                let index = state.addressNext[node.name, default: 0]
                state.addressNext[node.name] = index + 1
                let address = node.podAddress(index)
                if !network.isHeld(address) { return address }
            }
            return nil
        }
    }

    func remove(_ plan: PodPlan) {
        refusable { () throws(APIStatusError) in
            try cluster.delete(
                .pods,
                namespace: plan.namespace,
                name: plan.name,
                options: DeleteOptions(gracePeriodSeconds: 0, uid: plan.uid)
            )
        }
    }

    func write(
        _ plan: PodPlan,
        subresource: Subresource = .status,
        _ change: (inout JSON) -> Void
    ) {
        refusable { () throws(APIStatusError) in
            try cluster.mutate(
                .pods,
                namespace: plan.namespace,
                name: plan.name,
                subresource: subresource,
                manager: Self.manager
            ) { object in
                if object.uid == plan.uid { change(&object) }
            }
        }
    }

    /// An object may be gone by the time a node writes about it; then there is nothing to say.
    private func refusable(_ body: () throws(APIStatusError) -> Void) {
        do { try body() } catch {
            guard error.code != 404, error.code != 409 else { return }
            state.withLock { $0.problems.append(error.message) }
        }
    }
}
