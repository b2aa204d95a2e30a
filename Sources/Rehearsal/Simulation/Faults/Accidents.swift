import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import MigrationModel
import Synchronization

/// What happens to a world while a run works on it, and what its people do.
final class Accidents: Sendable {
    /// For how long what somebody changed of what pods read stays changed, at most.
    static let editMax = Duration.seconds(30)

    private let world: SimulatedWorld
    private let options: FaultOptions
    private let watch: RunWatch
    private let journal: Mutex<JournalMemory>
    private let edits = Mutex<[HandEdit]>([])

    init(
        _ world: SimulatedWorld,
        _ options: FaultOptions,
        _ watch: RunWatch,
        _ journal: JournalMemory
    ) {
        self.world = world
        self.options = options
        self.watch = watch
        self.journal = Mutex(journal)
    }

    /// What somebody changed by hand so far.
    var handEdits: [HandEdit] { edits.withLock { $0 } }

    /// Draws when everything is to happen.
    func plot() {
        plot(options.podKills) { self.killPod() }
        plot(options.flaps) { self.flapPod() }
        plot(options.controllerRestarts) { self.restartControllers() }
        plot(options.balancerRestarts) {
            self.world.balancer.reload()
            self.watch.mark(.balancerRestarted)
        }
        plot(options.balancerSticks) { self.stickBalancer() }
        plot(options.linkCuts) { self.cutLink() }
        plot(options.clockSteps) { self.stepClock() }
        plot(options.handEdits) { self.editByHand() }
        plot(options.configurationEdits) { self.editConfiguration() }
        plot(options.pauses) { self.ask(.pause) }
        plot(options.targetBreaks) { self.breakTarget() }
        plot(options.slowStarts) { self.slowDownStarts() }
        plot(options.outages) {
            self.breakBoth(until: self.world.time.uptime + self.options.span)
        }
        plot(options.trialFailures) { self.failTrials() }
        plot(options.storeStands) { self.holdBackCopies() }
        plotNear(options.lateAddresses) { self.holdBackAddresses() }
        // No other estate draws for it, so that their seeds go on to mean what they meant.
        if world.replacesNodes, options.podKills > 0 { plot(2) { self.replaceNode() } }
        if options.rollsBackEarly {
            plot(1) { self.ask(self.options.rollsBackNow ? .rollbackNow : .rollback) }
        }
    }

    /// Where people put what they want: the journal of whoever drives now.
    var inbox: JournalMemory {
        get { journal.withLock { $0 } }
        set { journal.withLock { $0 = newValue } }
    }

    private func ask(_ command: RunCommand) { inbox.put(command) }

    private func plot(_ count: Int, _ happen: @escaping @Sendable () -> Void) {
        for _ in 0..<count {
            let delay = world.choices.duration(in: options.quiet...options.span)
            world.scheduler.after(delay, happen)
        }
    }

    /// Early on, while a run prepares.
    private func plotNear(_ count: Int, _ happen: @escaping @Sendable () -> Void) {
        for _ in 0..<count {
            let delay = world.choices.duration(in: .zero...(.seconds(3)))
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
        site.kill(pod)
        watch.mark(.podKilled)
    }

    private func replaceNode() {
        let site = anySite()
        site.replaceNode(world.choices.pick(site.nodes.nodes.count))
        watch.mark(.nodeReplaced)
    }

    private func flapPod() {
        let site = anySite()
        guard let pod = spare(at: site) else { return }
        site.flap(
            pod,
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

    /// At once, or as soon as users depend on it.
    private func breakTarget() {
        guard world.choices.pick(2) == 1 else { return breakNow() }
        breakInRamp(until: world.time.uptime + options.span)
    }

    private var isRamping: Bool {
        world.balancer.routes.contains { route in
            (1..<100).contains(world.balancer.activePercent(of: route) ?? 0)
        }
    }

    /// As soon as both sites serve, or in the end anyway.
    private func breakBoth(until end: Duration) {
        guard isRamping || world.time.uptime >= end else {
            world.scheduler.after(.milliseconds(100)) { self.breakBoth(until: end) }
            return
        }
        watch.mark(.bothBroke)
        let length = world.choices.duration(in: .seconds(1)...(.seconds(20)))
        for site in TwinSite.allCases { world.network.setBroken(true, site) }
        world.scheduler.after(length) {
            for site in TwinSite.allCases { self.world.network.setBroken(false, site) }
        }
    }

    private func breakInRamp(until end: Duration) {
        if isRamping {
            watch.mark(.targetBrokeInRamp)
            return breakNow()
        }
        guard world.time.uptime < end else { return }
        world.scheduler.after(.milliseconds(100)) { self.breakInRamp(until: end) }
    }

    private func breakNow() {
        world.network.setBroken(true, .target)
        watch.mark(.targetBroke)
        let length = world.choices.duration(in: .seconds(1)...(.seconds(30)))
        world.scheduler.after(length) { self.world.network.setBroken(false, .target) }
    }

    /// For as short as a look may miss it, or for longer than any step waits.
    private func failTrials() {
        guard world.network.trialsFailSince == nil else { return }
        world.network.trialsFailSince = world.time.uptime
        watch.mark(.trialsFailed)
        let length = world.choices.duration(in: .seconds(1)...(.seconds(90)))
        world.scheduler.after(length) { self.world.network.trialsFailSince = nil }
    }

    /// For as long as a step waits for it, or for longer.
    private func holdBackAddresses() {
        let length = world.choices.duration(in: .seconds(5)...(.seconds(400)))
        let isAwaited = anySite().holdBackAddresses(until: world.time.uptime + length)
        if isAwaited { watch.mark(.balancerAddressLate) }
    }

    /// For as long as writes may stand still, or for longer.
    private func holdBackCopies() {
        let length = world.choices.duration(in: .seconds(1)...(.seconds(90)))
        world.stores.stand(until: world.time.uptime + length)
        watch.mark(.storeStoodStill)
    }

    private func slowDownStarts() {
        let usual = world.settings.nodes.startDelay
        world.target.nodes.startDelay = .seconds(5)...(.seconds(40))
        watch.mark(.targetWasSlow)
        let length = world.choices.duration(in: .seconds(1)...(.seconds(30)))
        world.scheduler.after(length) { self.world.target.nodes.startDelay = usual }
    }

    private func stepClock() {
        let step = world.choices.duration(in: .seconds(1)...(.seconds(7_200)))
        world.time.stepWallTime(by: world.choices.pick(2) == 0 ? step : .zero - step)
        watch.mark(.clockStepped)
    }

    /// Somebody changes a value of a ConfigMap at the source, and later gives it back as it was.
    private func editConfiguration() {
        let maps = world.source.cluster.list(.configMaps).filter { map in
            map.namespace.map { !$0.hasPrefix("kube-") } ?? false && map.name != "kube-root-ca.crt"
                && map["data"]?.object?.isEmpty == false
        }
        guard !maps.isEmpty else { return }
        let map = world.choices.element(of: maps)
        // One who thinks better of it gives back what was there before, and not what another one wrote.
        guard let key = map["data"]?.object?.keys.min(), let value = map.at("data", key),
            value.string != HandEdit.value
        else { return }
        write(.string(HandEdit.value), to: key, of: map)
        watch.mark(.configurationEdited)
        let length = world.choices.duration(in: .seconds(1)...Accidents.editMax)
        world.scheduler.after(length) { self.write(value, to: key, of: map) }
    }

    private func write(_ value: JSON, to key: String, of map: JSON) {
        do throws(APIStatusError) {
            try world.source.cluster.mutate(
                .configMaps,
                namespace: map.namespace,
                name: map.name ?? "",
                manager: "somebody"
            ) { $0.set(value, at: "data", key) }
        } catch {
            // It is gone by now: then there is nothing to change by hand.
            return
        }
    }

    /// Somebody deploys at the source, or gives a workload more pods there.
    private func editByHand() {
        let deployments = world.source.cluster.list(.deployments).filter { deployment in
            deployment.namespace.map { !$0.hasPrefix("kube-") } ?? false
        }
        guard !deployments.isEmpty else { return }
        let chosen = world.choices.element(of: deployments)
        guard let namespace = chosen.namespace, let name = chosen.name else { return }
        let replicas = chosen.at("spec", "replicas")?.int ?? 1
        // Nobody gives pods to what was just scaled away.
        let isScale = world.choices.pick(2) == 1 && replicas > 0
        let edit = HandEdit(namespace: namespace, name: name, isScale: isScale)
        do throws(APIStatusError) {
            try world.source.cluster.mutate(
                .deployments,
                namespace: namespace,
                name: name,
                subresource: nil,
                manager: "somebody"
            ) { object in
                if isScale {
                    object.set(.int(replicas + 1), at: "spec", "replicas")
                } else {
                    object.annotations[HandEdit.annotation] = HandEdit.value
                }
            }
            edits.withLock { $0.append(edit) }
            watch.mark(isScale ? .replicasChangedByHand : .handEdit)
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
    let isScale: Bool
    static let value = "changed"

    /// Whether a difference between two snapshots is this change, or what controllers made of it.
    func explains(_ difference: String) -> Bool {
        guard difference.contains("\(namespace)/\(name)") else { return false }
        return isScale || difference.contains(HandEdit.annotation)
    }
}
