import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import NIOCore
import Synchronization

/// The nodes of one site: what the kubelets and the scheduler of a cluster do.
///
/// It registers its nodes, binds pods that have no node, and runs the pods of its nodes as HTTP
/// servers of this process. Each pod is one child task from its start to its end.
package final class NodeAgent: Sendable {
    struct State {
        var scheduler: PodScheduler
        var fates: [String: PodFate] = [:]
        var servers: [String: PodServer] = [:]
        var podIndexes: [String: Int] = [:]
        var held: Set<TwinAddress> = []
        var retired: [String: PodCounts] = [:]
        var tickerNext = 0
    }

    let site: TwinSite
    let cluster: any FollowedCluster
    /// What the nodes write to the cluster.
    let writer: NodeWriter
    let network: TwinNetwork
    let settings: NodeSettings
    let draws: SeededDraws
    let time: any TimeSource
    let proxy: ServiceProxy
    let poolSettings: PoolSettings
    let failures: FailureLog
    let tickers: [LoopTicker]
    private let nodes: [TwinNode]
    let state: Mutex<State>

    init(
        site: TwinSite,
        cluster: any FollowedCluster,
        proxy: ServiceProxy,
        network: TwinNetwork,
        settings: NodeSettings,
        poolSettings: PoolSettings,
        draws: SeededDraws,
        tickers: [LoopTicker],
        failures: FailureLog,
        time: any TimeSource
    ) {
        precondition(!tickers.isEmpty, "pods need an event loop")
        self.site = site
        self.cluster = cluster
        writer = NodeWriter(cluster)
        self.proxy = proxy
        self.network = network
        self.settings = settings
        self.poolSettings = poolSettings
        self.draws = draws
        self.tickers = tickers
        self.failures = failures
        self.time = time
        nodes = (1...settings.nodeCount).map {
            TwinNode(site: site, number: $0, podsMax: settings.podsMax)
        }
        let scheduler = PodScheduler(nodes: nodes, podsMax: settings.podsMax)
        state = Mutex(State(scheduler: scheduler))
    }

    /// The addresses of the nodes, for whoever leads bridges to their node ports.
    package var nodeAddresses: [TwinAddress] { nodes.map(\.address) }

    /// What the pods of each workload did, those that are gone included.
    package var countsByWorkload: [String: PodCounts] {
        let (retired, servers) = state.withLock { ($0.retired, Array($0.servers.values)) }
        return servers.reduce(into: retired) { counts, server in
            counts[server.plan.workloadID, default: PodCounts()].add(server.counters.snapshot)
        }
    }

    /// What each pod that runs now did, by `namespace/name`.
    package var countsByPod: [String: PodCounts] {
        let servers = state.withLock { Array($0.servers.values) }
        return Dictionary(
            servers.map { ("\($0.plan.namespace)/\($0.plan.name)", $0.counters.snapshot) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What went wrong that cannot be in a world that is well, in the order in which it did.
    package var problems: [String] { writer.problems }

    /// Runs the nodes until it is cancelled; every server is stopped when it returns.
    package func run() async throws {
        let start = time.wallTime
        for node in nodes { try register(node, now: start) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.sendHeartbeats(since: start) }
            while !Task.isCancelled {
                self.forgetMissing()
                let watched: Set<ResourceName> = [.pods, .nodes]
                for await change in cluster.changes(of: watched, includingCurrent: true) {
                    if change.resource == .nodes {
                        self.reconsider(change)
                    } else {
                        self.take(change, in: &group)
                    }
                }
            }
        }
        for node in nodes { network.detach(node.address) }
    }

    private func register(_ node: TwinNode, now: WallTime) throws {
        network.attachNode(node.address, site: site)
        guard try writer.register(node, now: now) else { return }
        try cluster.create(node.lease(now: now), manager: NodeWriter.manager, isDryRun: false)
    }

    private func sendHeartbeats(since start: WallTime) async {
        while !Task.isCancelled {
            do { try await time.sleep(for: settings.heartbeat) } catch { return }
            let now = time.wallTime
            cluster.forgetOldEvents()
            for node in nodes {
                writer.write(.nodes, namespace: nil, name: node.name) { object in
                    object.set(
                        .array(node.conditions(since: start, now: now)),
                        at: "status",
                        "conditions"
                    )
                }
                writer.write(
                    .leases,
                    namespace: TwinNode.leases,
                    name: node.name,
                    subresource: nil
                ) {
                    $0.set(.string(now.rfc3339Micro), at: "spec", "renewTime")
                }
            }
        }
    }

    /// Notices pods that went while nobody watched.
    private func forgetMissing() {
        let running = state.withLock { $0.fates }
        let present = Set(cluster.list(.pods, namespace: nil).compactMap(\.uid))
        for (uid, fate) in running where !present.contains(uid) { fate.advance(to: .gone) }
    }

    /// Looks for a place again for the pods that have none, when a node may take more than before.
    private func reconsider(_ change: ObjectChange) {
        guard change.kind == .modified, change.previous?["spec"] != change.object["spec"] else {
            return
        }
        for pod in cluster.list(.pods, namespace: nil)
        where (pod.at("spec", "nodeName")?.string ?? "").isEmpty && pod.deletionTimestamp == nil {
            if let plan = PodPlan(pod) { bind(plan, pod) }
        }
    }

    private func take(_ change: ObjectChange, in group: inout DiscardingTaskGroup) {
        guard let plan = PodPlan(change.object) else { return }
        let pod = change.object
        if change.kind == .deleted {
            state.withLock { state in
                state.scheduler.remove(uid: plan.uid)
                return state.fates[plan.uid]
            }?.advance(to: .gone)
            return
        }
        guard let nodeName = pod.at("spec", "nodeName")?.string, !nodeName.isEmpty else {
            if pod.deletionTimestamp == nil { bind(plan, pod) }
            return
        }
        guard let node = nodes.first(where: { $0.name == nodeName }) else { return }
        let known = state.withLock { state -> PodFate? in
            state.scheduler.place(uid: plan.uid, on: nodeName)
            return state.fates[plan.uid]
        }
        let fate = known ?? PodFate()
        if pod.deletionTimestamp != nil {
            let grace = pod.at("metadata", "deletionGracePeriodSeconds")?.int ?? 0
            fate.advance(to: .terminating, grace: .seconds(grace))
        }
        guard known == nil, !pod.isPodFinished else { return }
        state.withLock { $0.fates[plan.uid] = fate }
        group.addTask {
            await PodLife(plan: plan, node: node, fate: fate, agent: self).run()
            self.state.withLock { $0.fates[plan.uid] = nil }
        }
    }

    private func bind(_ plan: PodPlan, _ pod: JSON) {
        let demand = NodeDemand(pod)
        let excluded = demand.excluded(of: nodes, in: cluster)
        let node = state.withLock {
            $0.scheduler.choose(uid: plan.uid, demand: demand, excluded: excluded)
        }
        guard let node else {
            let message = PodStatus.noNode(of: nodes.count)
            tell(pod, "FailedScheduling", message, isWarning: true, by: "default-scheduler")
            writer.write(of: plan) {
                PodStatus.unschedulable(&$0, message: message, now: self.time.wallTime)
            }
            return
        }
        writer.bind(plan, to: node)
        let place = "\(plan.namespace)/\(plan.name)"
        tell(
            pod,
            "Scheduled",
            "Successfully assigned \(place) to \(node.name)",
            by: "default-scheduler"
        )
    }
}
