import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import MigrationModel
import Synchronization

/// What only a simulation knows of the gates that a run has passed.
extension RunWatch {
    /// What the journal says is done must be so: a gate that passed is held to what only a simulation knows.
    func checkDone(_ entries: [JournalEntry]) {
        for case .done(let id, _, _) in entries {
            guard let step = state.withLock({ $0.steps[id] }) else { continue }
            excuseNoMore(id)
            if case .setWeight(let route, let weight) = step.operation, weight.percent > 0,
                let since = world.balancer.targetFailsSince(route), since > blindMax(of: step)
            {
                violated("\(id) is done, and requests have failed at the target for \(since)")
            }
            for gate in step.gates {
                switch gate {
                case .share(let route, .exactly(let weight), let limits) where weight < .all:
                    checkSource(of: route, limits, id)
                case .ready(let site, let workload, .asRequested):
                    checkReady(workload, at: site, id)
                case .endpoints(let site, let service, let kind):
                    checkEndpoints(of: service, kind, at: site, id)
                case .smoke, .sameAnswers, .metric: checkTrials(id)
                default: break
                }
            }
        }
    }

    /// The nodes that have gone to which bridges led that a step leads anew; nil for another step.
    func nodesGone(for step: Step?) -> Set<TwinAddress>? {
        guard case .change(let site, .refreshBridges) = step?.operation else { return nil }
        return world.network.lostNodes(of: world[site.counterpart].role)
    }

    /// A bridge that was led anew leads to none of the nodes that had gone before: by now proxies know it, too.
    private func excuseNoMore(_ step: StepID) {
        let gone = state.withLock { $0.nodesGone.removeValue(forKey: step) } ?? []
        guard !gone.isEmpty else { return }
        mark(.nodeFollowed)
        let network = world.network
        world.scheduler.after(RunWatch.proxiesFollow) {
            for address in gone.sorted() { network.excuseNoMore(address) }
        }
    }

    private static let proxiesFollow = Duration.seconds(1)

    /// How long a gate may have looked away: its last look, and what came between that and the disk.
    private static let blindMax = Duration.milliseconds(600)

    /// The same where others look beside the share: it has been judged when the last look of theirs begins.
    private func blindMax(of step: Step) -> Duration {
        step.gates.contains { gate in
            switch gate {
            case .smoke, .sameAnswers, .metric: true
            default: false
            }
        } ? RunWatch.trialsBlindMax : RunWatch.blindMax
    }

    /// Nobody is sent where what was tried does not succeed.
    private func checkTrials(_ step: StepID) {
        guard let since = world.network.trialsFailSince,
            world.time.uptime - since > RunWatch.trialsBlindMax
        else { return }
        violated("\(step) is done, and what is tried there has failed since \(since)")
    }

    /// Whatever is verified is looked at once a second.
    private static let trialsBlindMax = Duration.seconds(1) + blindMax

    /// No share is judged good while a source that takes part in it answers nothing.
    private func checkSource(of route: RouteID, _ limits: ShareLimits, _ step: StepID) {
        let window = Duration.milliseconds(limits.soakMilliseconds) + RunWatch.blindMax
        guard let since = world.balancer.sourceIsDownSince(route), since > window else { return }
        violated("\(step) is done, and the source has answered nothing for \(since)")
    }

    private func checkReady(_ workload: WorkloadID, at site: SiteRole, _ step: StepID) {
        let now = world.time.uptime
        // A pod that fell over after the gate had looked is nobody's fault.
        guard state.withLock({ now - $0.podsFellAt > .seconds(10) }) else { return }
        let name = "\(workload.namespace)/\(workload.name)"
        let ready = world[site].nodes.ready.count { $0.workloadID == name }
        let resource: ResourceName = workload.isStatefulSet ? .statefulSets : .deployments
        let wanted = world[site].cluster
            .get(resource, namespace: workload.namespace, name: workload.name)?
            .at("spec", "replicas")?.int
        guard let wanted, ready < wanted else { return }
        violated("\(step) is done, and \(ready) of \(wanted) pods of \(name) are ready")
    }

    private func checkEndpoints(
        of service: MigrationModel.ServiceName,
        _ kind: EndpointKind,
        at site: SiteRole,
        _ step: StepID
    ) {
        let now = world.time.uptime
        guard state.withLock({ now - $0.podsFellAt > .seconds(10) }) else { return }
        let slices = world[site].cluster.list(.endpointSlices, namespace: service.namespace)
        let hasReady = slices.contains { slice in
            guard slice.label(RunWatch.sliceService) == service.name else { return false }
            let isBridge = slice.label(RunWatch.sliceManager) == MarkNames.sliceManager
            guard isBridge == (kind == .bridge) else { return false }
            let endpoints = slice["endpoints"]?.array ?? []
            return endpoints.contains { $0.at("conditions", "ready")?.bool ?? true }
        }
        if !hasReady {
            violated("\(step) is done, and \(service) has no \(kind.rawValue) endpoints")
        }
    }

    private static let sliceService = "kubernetes.io/service-name"
    private static let sliceManager = "endpointslice.kubernetes.io/managed-by"
}
