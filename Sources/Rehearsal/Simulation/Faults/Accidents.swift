import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import MigrationModel
import Synchronization

/// What happens to a world while a run works on it, and what its people do.
final class Accidents: Sendable {
    private let world: SimulatedWorld
    private let options: FaultOptions
    private let watch: RunWatch
    private let journal: JournalMemory
    private let plan: Plan
    private let edits = Mutex<[HandEdit]>([])

    init(
        _ world: SimulatedWorld,
        _ options: FaultOptions,
        _ watch: RunWatch,
        _ journal: JournalMemory,
        _ plan: Plan
    ) {
        self.world = world
        self.options = options
        self.watch = watch
        self.journal = journal
        self.plan = plan
    }

    /// What somebody changed by hand so far.
    var handEdits: [HandEdit] { edits.withLock { $0 } }

    /// Draws when everything is to happen.
    func plot() {
        plot(options.podKills) { self.killPod() }
        plot(options.flaps) { self.flapPod() }
        plot(options.controllerRestarts) { self.restartControllers() }
        plot(options.balancerRestarts) {
            self.world.balancer.restart()
            self.watch.mark(.balancerRestarted)
        }
        plot(options.balancerSticks) { self.stickBalancer() }
        plot(options.linkCuts) { self.cutLink() }
        plot(options.clockSteps) { self.stepClock() }
        plot(options.handEdits) { self.editByHand() }
        plot(options.pauses) { self.journal.put(.pause) }
        if options.rollsBackEarly { plot(1) { self.journal.put(.rollback) } }
    }

    private func plot(_ count: Int, _ happen: @escaping @Sendable () -> Void) {
        for _ in 0..<count {
            let delay = world.choices.duration(in: .zero...options.span)
            world.scheduler.after(delay, happen)
        }
    }

    private func anySite() -> SimulatedSite {
        world.choices.pick(2) == 0 ? world.source : world.target
    }

    /// Never the last that is ready of its workload: then requests would have to fail.
    private func spare(at site: SimulatedSite) -> PodPlan? {
        let pods = site.nodes.ready
        let counts = Dictionary(grouping: pods, by: \.workloadID).mapValues(\.count)
        let spare = pods.filter { counts[$0.workloadID, default: 0] > 1 }
        return spare.isEmpty ? nil : world.choices.element(of: spare)
    }

    private func killPod() {
        let site = anySite()
        guard let pod = spare(at: site) else { return }
        site.nodes.kill(pod.uid)
        watch.mark(.podKilled)
    }

    private func flapPod() {
        let site = anySite()
        guard let pod = spare(at: site) else { return }
        site.nodes.flap(
            pod.uid,
            for: world.choices.duration(in: .milliseconds(100)...(.seconds(5)))
        )
        watch.mark(.readinessFlapped)
    }

    private func restartControllers() {
        anySite().restartControllers()
        watch.mark(.controllersRestarted)
    }

    private func stickBalancer() {
        let length = world.choices.duration(in: .seconds(1)...(.seconds(20)))
        world.balancer.stick(until: world.time.uptime + length)
        watch.mark(.balancerStuck)
    }

    private func cutLink() {
        world.network.setLinkCut(true)
        watch.mark(.linkCut)
        let length = world.choices.duration(in: .milliseconds(500)...(.seconds(10)))
        world.scheduler.after(length) { self.world.network.setLinkCut(false) }
    }

    private func stepClock() {
        let step = world.choices.duration(in: .seconds(1)...(.seconds(7_200)))
        world.time.stepWallTime(by: world.choices.pick(2) == 0 ? step : .zero - step)
        watch.mark(.clockStepped)
    }

    /// Somebody deploys: the template of a workload that crosses is changed at the source.
    private func editByHand() {
        let deployments = world.source.cluster.list(.deployments).filter { deployment in
            deployment.namespace.map { !$0.hasPrefix("kube-") } ?? false
        }
        guard !deployments.isEmpty else { return }
        let chosen = world.choices.element(of: deployments)
        guard let namespace = chosen.namespace, let name = chosen.name else { return }
        let edit = HandEdit(namespace: namespace, name: name)
        do throws(APIStatusError) {
            try world.source.cluster.mutate(
                .deployments,
                namespace: namespace,
                name: name,
                subresource: nil,
                manager: "somebody"
            ) { $0.annotations[HandEdit.annotation] = edit.value }
            edits.withLock { $0.append(edit) }
            watch.mark(.handEdit)
        } catch {
            // It is gone by now: then there is nothing to change by hand.
            return
        }
    }
}

/// Something that somebody changed at the source while the run worked.
struct HandEdit: Sendable, Hashable {
    static let annotation = "example.com/by-hand"

    let namespace: String
    let name: String
    let value = "changed"

    /// Whether a difference between two snapshots is this change, or what controllers made of it.
    func explains(_ difference: String) -> Bool {
        difference.contains("\(namespace)/\(name)") && difference.contains(HandEdit.annotation)
    }
}
