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
        /// From the moment a pod is bound until it runs.
        var startDelay: ClosedRange<Duration>
    }

    let site: TwinSite
    let cluster: EmbeddedCluster
    /// What the nodes write to the cluster.
    let writer: NodeWriter
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
        writer = NodeWriter(cluster)
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
        for node in nodes { try writer.register(node, now: now) }
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
            try cluster.mutate(
                .nodes,
                name: node.name,
                subresource: .status,
                manager: NodeWriter.manager
            ) {
                $0.set(
                    [
                        ["type": "InternalIP", "address": .string(new.description)],
                        ["type": "Hostname", "address": .string(node.name)],
                    ],
                    at: ["status", "addresses"]
                )
            }
        } catch {
            writer.note("node \(node.name) got no other address: \(error)")
        }
        network.detach(old, isLost: true)
    }

    /// What cannot be in a world that is well, in the order in which it was met.
    package var problems: [String] { writer.problems }

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

    // MARK: - Addresses

    func hold(_ address: TwinAddress, _ plan: PodPlan) {
        network.attach(.pod(site, workload: plan.workloadID, ports: plan.ports), at: address)
    }

    /// Never one of a pod that was killed, which others may still be led to: nodes go through all their
    /// addresses before they give one again (CNI plugin host-local).
    func freeAddress(on node: TwinNode) -> TwinAddress? {
        state.withLock { state in
            for _ in 0..<254 {
                let index = state.addressNext[node.name, default: 0]
                state.addressNext[node.name] = index + 1
                let address = node.podAddress(index)
                if !network.isHeld(address), !network.lost.contains(address) { return address }
            }
            return nil
        }
    }
}
