import Clocks
import ConnectionTrials
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import Synchronization

/// Pods as their objects change.
extension SimulatedNodes {
    func take(_ change: ObjectChange, _ now: Duration) {
        let pod = change.object
        guard let uid = pod.uid else { return }
        if change.kind == .deleted { return forget(uid) }
        let known = state.withLock { $0.pods[uid] }
        guard let plan = known?.plan ?? PodPlan(pod) else { return }
        let isDoomed = pod.deletionTimestamp != nil
        guard let nodeName = pod.at("spec", "nodeName")?.string, !nodeName.isEmpty else {
            if !isDoomed { bind(plan, pod) }
            return
        }
        guard let node = nodes.first(where: { $0.name == nodeName }) else { return }
        state.withLock { $0.scheduler.place(uid: uid, on: nodeName) }
        if known == nil, !pod.isPodFinished { begin(plan, pod, on: node, now) }
        if isDoomed { drain(uid, pod, now) }
    }

    private func forget(_ uid: String) {
        let address = state.withLock { state in
            state.scheduler.remove(uid: uid)
            defer { state.pods[uid] = nil }
            return state.pods[uid]?.address
        }
        if let address { network.detach(address) }
    }

    private func bind(_ plan: PodPlan, _ pod: JSON) {
        let demand = NodeDemand(pod)
        let excluded = demand.excluded(of: nodes, in: cluster)
        let node = state.withLock {
            $0.scheduler.choose(uid: plan.uid, demand: demand, excluded: excluded)
        }
        guard let node else {
            let message = PodStatus.noNode(of: nodes.count)
            return writer.write(of: plan) {
                PodStatus.unschedulable(&$0, message: message, now: self.time.wallTime)
            }
        }
        writer.bind(plan, to: node)
    }

    /// A pod that is ready already was so when the simulation began: it goes on from there.
    private func begin(_ plan: PodPlan, _ pod: JSON, on node: TwinNode, _ now: Duration) {
        var known = SimulatedPod(plan, on: node)
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
        writer.write(of: plan) {
            PodStatus.pending(&$0, hostIP: node.address, now: self.time.wallTime)
        }
    }

    private func drain(_ uid: String, _ pod: JSON, _ now: Duration) {
        let grace = pod.at("metadata", "deletionGracePeriodSeconds")?.int ?? 0
        state.withLock { state in
            guard var known = state.pods[uid] else { return }
            if case .draining = known.stage { return }
            let accepts = known.address != nil
            known.stage = .draining
            known.due = accepts ? now + settings.drain(gracePeriod: .seconds(grace)) : now
            state.pods[uid] = known
        }
    }
}

/// Pods as time passes.
extension SimulatedNodes {
    func goOn(_ uid: String, _ now: Duration) {
        guard var pod = state.withLock({ $0.pods[uid] }) else { return }
        pod.due = nil
        let plan = pod.plan
        let wall = time.wallTime
        switch pod.stage {
        case .starting:
            guard let address = freeAddress(on: pod.facts.node) else { break }
            pod.address = address
            hold(address, plan)
            let readiness = plan.readinessDelay * settings.probeScale
            pod.stage = .warming
            pod.due = now + readiness
            if readiness > .zero {
                writer.write(of: plan) {
                    PodStatus.running(&$0, address: address, isReady: false, now: wall)
                }
            }
        case .warming:
            guard let address = pod.address else { break }
            writer.write(of: plan) {
                PodStatus.running(&$0, address: address, isReady: true, now: wall)
            }
            pod.stage = .ready
            if let runTime = plan.runTime {
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
        if isOver { writer.remove(plan) }
    }

    /// Tries what a trial is to try, a second after the last time; another pod has done its work.
    private func work(_ pod: inout SimulatedPod, _ attempt: Int, _ now: Duration) {
        var message: String?
        let plan = pod.plan
        var exitCode = plan.exitCode
        if let trial = plan.trial {
            let answers = trial.targets.map { answer(of: $0, in: plan.namespace) }
            let isOver = zip(trial.targets, answers).allSatisfy {
                ConnectionTrialOutcome.Result(target: $0, answer: $1).isAnswered
            }
            guard isOver || attempt >= trial.manner.attemptsMax else {
                pod.stage = .working(attempt: attempt + 1)
                pod.due = now + .seconds(1)
                return
            }
            message = ConnectionAnswer.report(answers)
        } else if let transfer = plan.transfer {
            let answers = transfer.places.map { carried(to: $0, asking: transfer.host) }
            guard answers.allSatisfy(\.isReached) || attempt >= TransferTrial.reachSeconds else {
                pod.stage = .working(attempt: attempt + 1)
                pod.due = now + .seconds(1)
                return
            }
            message = TransferAnswer.report(answers)
        } else if site == .target, network.trialsFailSince != nil {
            (message, exitCode) = ("what was tried did not succeed", 1)
        }
        let (report, code) = (message, exitCode)
        writer.write(of: plan) {
            PodStatus.ended(&$0, exitCode: code, message: report, now: self.time.wallTime)
        }
        if let address = pod.address { network.detach(address) }
        pod.address = nil
        pod.stage = .ready
    }

    /// What becomes of bytes that are sent to a place and fetched from there.
    private func carried(to place: ConnectionTarget, asking host: String) -> TransferAnswer {
        var way = Way()
        let landings = TwinAddress(place.host).map {
            network.landings(
                from: site,
                to: TwinEndpoint($0, port: place.port),
                asking: Asking(host: host.lowercased()),
                &way
            )
        }
        guard let landings, landings.allSatisfy(\.serves) else {
            let answer = network.isLinkCut ? ConnectionAnswer.timedOut : .refused
            return TransferAnswer(reach: .unreached(answer))
        }
        let swift = TransferAnswer.Leg.carried(milliseconds: 10)
        let carried = TransferAnswer.Way(packets: swift, bulk: swift)
        return TransferAnswer(
            reach: swift,
            sent: network.losesLargePackets
                ? TransferAnswer.Way(packets: .stalled, bulk: .untried) : carried,
            fetched: carried
        )
    }

    private func answer(of target: ConnectionTarget, in namespace: String) -> ConnectionAnswer {
        var way = Way()
        let landings: Set<Landing>?
        if let address = TwinAddress(target.host) {
            let endpoint = TwinEndpoint(address, port: target.port)
            landings = network.landings(from: site, to: endpoint, &way)
        } else {
            landings = ServiceName("\(target.host):\(target.port)").flatMap {
                network.landings(named: $0, in: namespace, at: site, onlyConnects: true, &way)
            }
        }
        guard let landings else { return .unresolved }
        if landings.allSatisfy(\.serves) {
            guard case .grpcHealth = target.speech else { return .answered(milliseconds: 1) }
            let isWell = network.trialsFailSince == nil
            return .said(isWell ? GRPCHealth.servingAnswer : [], milliseconds: 1)
        }
        // Nobody refuses what never arrives.
        return network.isLinkCut ? .timedOut : .refused
    }
}

/// People and accidents.
extension SimulatedNodes {
    /// How long pods take to start from now on, as when images have to be pulled.
    package var startDelay: ClosedRange<Duration> {
        get { state.withLock { $0.startDelay } }
        set { state.withLock { $0.startDelay = newValue } }
    }

    /// Kills a pod as a node that dies does: nobody drains anything.
    ///
    /// Its container starts again after the usual delay.
    func kill(_ uid: String) {
        let now = time.uptime
        let killed = state.withLock { state -> PodPlan? in
            guard var pod = state.pods[uid], let address = pod.address else { return nil }
            guard case .ready = pod.stage else { return nil }
            pod.address = nil
            pod.stage = .starting
            pod.due = now + draws.duration(in: settings.startDelay)
            state.pods[uid] = pod
            network.detach(address, isLost: true)
            return pod.plan
        }
        guard let killed else { return }
        writer.write(of: killed) { $0.setReady(false, now: self.time.wallTime) }
    }

    /// Lets a pod say that it is not ready for a while, though it serves.
    func flap(_ uid: String, for duration: Duration) {
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
        writer.write(of: plan) { $0.setReady(false, now: self.time.wallTime) }
    }
}

extension JSON {
    /// Changes what a pod says of its readiness.
    fileprivate mutating func setReady(_ isReady: Bool, now: WallTime) {
        guard let address = at("status", "podIP")?.string.flatMap(TwinAddress.init) else { return }
        PodStatus.running(&self, address: address, isReady: isReady, now: now)
    }
}
