import Clocks
import ConnectionTrials
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
    private enum Stage {
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

    private struct Pod {
        let plan: PodPlan
        let node: TwinNode
        var address: TwinAddress?
        var stage = Stage.starting
        var due: Duration?
    }

    private struct State {
        var watch: ChangeWatch
        var scheduler: PodScheduler
        var pods: [String: Pod] = [:]
        var addressNext: [String: Int] = [:]
        var problems: [String] = []
        /// From the moment a pod is bound until it runs.
        var startDelay: ClosedRange<Duration>
    }

    private static let manager = "kubelet"

    let site: TwinSite
    private let cluster: EmbeddedCluster
    private let network: SimulatedNetwork
    private let settings: NodeSettings
    private let draws: SeededDraws
    private let time: any TimeSource
    private let nodes: [TwinNode]
    private let state: Mutex<State>

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

    /// What cannot be in a world that is well, in the order in which it was met.
    package var problems: [String] { state.withLock { $0.problems } }

    /// The pods that accept now, by uid, sorted.
    package var accepting: [PodPlan] {
        state.withLock { state in
            state.pods.sorted { $0.key < $1.key }.filter { $0.value.address != nil }.map(
                \.value.plan
            )
        }
    }

    /// The pods that are ready and run for ever, by uid, sorted.
    package var ready: [PodPlan] {
        state.withLock { state in
            state.pods.sorted { $0.key < $1.key }.map(\.value).filter { pod in
                guard case .ready = pod.stage else { return false }
                return pod.address != nil && pod.plan.runTime == nil
            }.map(\.plan)
        }
    }

    package func step() -> Duration? {
        let now = time.uptime
        let pending = state.withLock { $0.watch.takePending() }
        guard let pending else { preconditionFailure("the nodes fell too far behind") }
        for change in pending { take(change, now) }
        while let uid = nextDue(now) { goOn(uid, now) }
        return state.withLock { $0.pods.values.compactMap(\.due).min() }.map {
            max(.zero, $0 - now)
        }
    }

    private func nextDue(_ now: Duration) -> String? {
        state.withLock { state in
            state.pods.filter { ($0.value.due ?? now + .seconds(1)) <= now }
                .min { ($0.value.due ?? .zero, $0.key) < ($1.value.due ?? .zero, $1.key) }?.key
        }
    }

    // MARK: - Pods as their objects change

    private func take(_ change: ObjectChange, _ now: Duration) {
        guard let plan = PodPlan(change.object) else { return }
        if change.kind == .deleted { return forget(plan.uid) }
        let pod = change.object
        let isDoomed = pod.deletionTimestamp != nil
        guard let nodeName = pod.at("spec", "nodeName")?.string, !nodeName.isEmpty else {
            if !isDoomed { bind(plan, pod) }
            return
        }
        guard let node = nodes.first(where: { $0.name == nodeName }) else { return }
        let isKnown = state.withLock { state in
            state.scheduler.place(uid: plan.uid, on: nodeName)
            return state.pods[plan.uid] != nil
        }
        if !isKnown, !pod.isPodFinished { begin(plan, pod, on: node, now) }
        if isDoomed { drain(plan, pod, now) }
    }

    private func forget(_ uid: String) {
        let address = state.withLock { state in
            state.scheduler.remove(uid: uid)
            return state.pods.removeValue(forKey: uid)?.address
        }
        if let address { network.detach(address) }
    }

    private func bind(_ plan: PodPlan, _ pod: JSON) {
        let demand = NodeDemand(pod)
        let excluded = nodes.map(\.name).filter {
            !demand.accepts(cluster.get(.nodes, name: $0)?["spec"])
        }
        let node = state.withLock {
            $0.scheduler.choose(uid: plan.uid, demand: demand, excluded: Set(excluded))
        }
        guard let node else {
            let message = "0/\(nodes.count) nodes are available: none matches and has room."
            return write(plan) {
                PodStatus.unschedulable(&$0, message: message, now: self.time.wallTime)
            }
        }
        write(plan, subresource: .binding) { object in
            guard (object.at("spec", "nodeName")?.string ?? "").isEmpty else { return }
            object.set(.string(node.name), at: "spec", "nodeName")
        }
    }

    /// A pod that is ready already was so when the simulation began: it goes on from there.
    private func begin(_ plan: PodPlan, _ pod: JSON, on node: TwinNode, _ now: Duration) {
        var known = Pod(plan: plan, node: node)
        let isReady = pod.hasCondition("Ready")
        if isReady, let address = pod.at("status", "podIP")?.string.flatMap(TwinAddress.init) {
            known.address = address
            known.stage = .ready
            if let runTime = plan.runTime {
                known.stage = .working(attempt: 1)
                known.due = now + runTime
            }
            hold(address, plan)
        } else {
            known.due = now + draws.duration(in: startDelay)
        }
        state.withLock { $0.pods[plan.uid] = known }
        guard !isReady else { return }
        write(plan) {
            PodStatus.pending(&$0, hostIP: node.address, now: self.time.wallTime)
        }
    }

    private func drain(_ plan: PodPlan, _ pod: JSON, _ now: Duration) {
        let grace = pod.at("metadata", "deletionGracePeriodSeconds")?.int ?? 0
        state.withLock { state in
            guard var known = state.pods[plan.uid] else { return }
            if case .draining = known.stage { return }
            let accepts = known.address != nil
            known.stage = .draining
            known.due = accepts ? now + settings.drain(gracePeriod: .seconds(grace)) : now
            state.pods[plan.uid] = known
        }
    }

    // MARK: - Pods as time passes

    private func goOn(_ uid: String, _ now: Duration) {
        guard var pod = state.withLock({ $0.pods[uid] }) else { return }
        pod.due = nil
        let wall = time.wallTime
        switch pod.stage {
        case .starting:
            guard let address = freeAddress(on: pod.node) else { break }
            pod.address = address
            hold(address, pod.plan)
            let readiness = pod.plan.readinessDelay * settings.probeScale
            pod.stage = .warming
            pod.due = now + readiness
            if readiness > .zero {
                write(pod.plan) {
                    PodStatus.running(&$0, address: address, isReady: false, now: wall)
                }
            }
        case .warming:
            guard let address = pod.address else { break }
            write(pod.plan) { PodStatus.running(&$0, address: address, isReady: true, now: wall) }
            pod.stage = .ready
            if let runTime = pod.plan.runTime {
                pod.stage = .working(attempt: 1)
                pod.due = now + runTime
            }
        case .working(let attempt): work(&pod, attempt, now)
        case .draining:
            if let address = pod.address { network.detach(address) }
            pod.address = nil
            pod.stage = .ended
        case .ready, .ended: break
        }
        let isOver = if case .ended = pod.stage { true } else { false }
        let kept = pod
        state.withLock { $0.pods[uid] = kept }
        if isOver { remove(kept.plan) }
    }

    /// Tries what a trial is to try, a second after the last time; another pod has done its work.
    private func work(_ pod: inout Pod, _ attempt: Int, _ now: Duration) {
        var message: String?
        if let trial = pod.plan.trial {
            let answers = trial.targets.map { answer(of: $0, in: pod.plan.namespace) }
            let isOver = answers.allSatisfy { $0.milliseconds != nil }
            guard isOver || attempt >= trial.manner.attemptsMax else {
                pod.stage = .working(attempt: attempt + 1)
                pod.due = now + .seconds(1)
                return
            }
            message = ConnectionAnswer.report(answers)
        }
        let report = message
        write(pod.plan) { PodStatus.succeeded(&$0, message: report, now: self.time.wallTime) }
        if let address = pod.address { network.detach(address) }
        pod.address = nil
        pod.stage = .ready
    }

    private func answer(of target: ConnectionTarget, in namespace: String) -> ConnectionAnswer {
        let landings: Set<Landing>?
        if let address = TwinAddress(target.host) {
            landings = network.landings(from: site, to: TwinEndpoint(address, port: target.port))
        } else {
            landings = ServiceName(target.text).flatMap {
                network.landings(named: $0, in: namespace, at: site)
            }
        }
        guard let landings else { return .unresolved }
        if landings.allSatisfy(\.serves) { return .answered(milliseconds: 1) }
        // Nobody refuses what never arrives.
        return network.isLinkCut ? .timedOut : .refused
    }

    // MARK: - People and accidents

    /// How long pods take to start from now on, as when images have to be pulled.
    package var startDelay: ClosedRange<Duration> {
        get { state.withLock { $0.startDelay } }
        set { state.withLock { $0.startDelay = newValue } }
    }

    /// Kills a pod as a node that dies does: nobody drains anything.
    ///
    /// Its container starts again after the usual delay.
    package func kill(_ uid: String) {
        let now = time.uptime
        let killed = state.withLock { state -> Pod? in
            guard var pod = state.pods[uid], let address = pod.address else { return nil }
            guard case .ready = pod.stage else { return nil }
            pod.address = nil
            pod.stage = .starting
            pod.due = now + draws.duration(in: settings.startDelay)
            state.pods[uid] = pod
            network.detach(address, isLost: true)
            return pod
        }
        guard let killed else { return }
        write(killed.plan) { $0.setReady(false, now: self.time.wallTime) }
    }

    /// Lets a pod say that it is not ready for a while, though it serves.
    package func flap(_ uid: String, for duration: Duration) {
        let now = time.uptime
        let plan = state.withLock { state -> PodPlan? in
            guard var pod = state.pods[uid], case .ready = pod.stage, pod.address != nil else {
                return nil
            }
            pod.stage = .warming
            pod.due = now + duration
            state.pods[uid] = pod
            return pod.plan
        }
        guard let plan else { return }
        write(plan) { $0.setReady(false, now: self.time.wallTime) }
    }

    // MARK: - Writing

    private func hold(_ address: TwinAddress, _ plan: PodPlan) {
        network.attach(.pod(site, workload: plan.workloadID, ports: plan.ports), at: address)
    }

    private func freeAddress(on node: TwinNode) -> TwinAddress? {
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

    private func remove(_ plan: PodPlan) {
        refusable { () throws(APIStatusError) in
            try cluster.delete(
                .pods,
                namespace: plan.namespace,
                name: plan.name,
                options: DeleteOptions(gracePeriodSeconds: 0, uid: plan.uid)
            )
        }
    }

    private func write(
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

extension JSON {
    /// Changes what a pod says of its readiness.
    fileprivate mutating func setReady(_ isReady: Bool, now: WallTime) {
        guard let address = at("status", "podIP")?.string.flatMap(TwinAddress.init) else { return }
        PodStatus.running(&self, address: address, isReady: isReady, now: now)
    }
}
