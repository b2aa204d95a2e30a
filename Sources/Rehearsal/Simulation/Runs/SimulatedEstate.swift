import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesAPI
import MigrationFile
import MigrationModel
import Sealing
import Synchronization

/// Two sites as they are before a migration, everything settled, and the plan that was made of them.
///
/// Made once and begun a thousand times: every schedule goes on from the same clusters, which share
/// what none of them changes.
package final class SimulatedEstate: Sendable {
    package let file: MigrationFile
    package let plan: Plan
    /// Every run begins with it.
    let planDigest: String
    package let routes: [RouteID: RouteEnd]
    /// What planning saw of each site.
    package let inventories: [SiteRole: SiteInventory]
    private let settings: SimulationSettings
    private let source: EmbeddedCluster
    private let target: EmbeddedCluster
    private let start: Duration
    private let discovery: [SiteRole: DiscoveryAnswers] = [
        .source: DiscoveryAnswers(), .target: DiscoveryAnswers(),
    ]
    /// Both sites before anything: every schedule begins there.
    let before: [SiteRole: SiteSnapshot]
    /// How many replicas each workload of the source has before anything.
    let replicas: [String: Int]
    private let calm = Mutex<Duration?>(nil)

    /// What must never run at both sites, but for CronJobs, of which Jobs of two ticks may.
    var exclusive: [WorkloadID] {
        file.resolved(among: inventories[.source]?.workloads.map(\.id) ?? []).workloads
            .filter { $0.activation == .exclusive && !$0.workload.isCronJob }.map(\.workload)
    }

    /// The StatefulSets that the plan moves by ordinals, of which no number may run at both sites.
    var byOrdinals: [WorkloadID] {
        let moved = plan.steps.compactMap { step -> WorkloadID? in
            guard case .change(_, .runOrdinals(let id, _)) = step.operation else { return nil }
            return id
        }
        return Set(moved).sorted()
    }

    /// The stores whose writers the plan moves.
    var stores: [Store] {
        let moved = plan.steps.compactMap { step -> Store? in
            guard case .store(_, let store, _) = step.operation else { return nil }
            return store
        }
        return Set(moved).sorted { $0.name < $1.name }
    }

    /// Whether nodes are replaced by others in it.
    package var replacesNodes: Bool { settings.replacesNodes || plan.followsNodes }

    /// How long it takes until all has crossed when nothing goes wrong; looked at once.
    var calmCrossing: Duration {
        calm.withLock { calm in
            if let calm { return calm }
            let result = Schedule(self, seed: 0, of: []).live()
            let crossed = result.timeline.prefix { $0.record.entry != .command(.finish) }
                .last { if case .done = $0.record.entry { true } else { false } }
            let duration = crossed?.at ?? .zero
            calm = duration
            return duration
        }
    }

    /// Brings both sites up, lets everything become ready, and makes the plan.
    ///
    /// Manifests without a namespace go into the first of `file.namespaces`. Fails when there can be no
    /// plan; and when an object is refused, or something never becomes ready, unless `remark` is there
    /// to be told of it.
    package init(
        _ file: MigrationFile,
        source sourceManifests: [JSON],
        target targetManifests: [JSON] = [],
        settings: SimulationSettings = SimulationSettings(),
        remark: ((EstateRemark) -> Void)? = nil
    ) throws {
        self.file = file
        self.settings = settings
        let scheduler = Scheduler(Choices(seed: 1))
        let time = SimulatedTime(scheduler)
        let clusters = SimulatedEstate.clusters(time)
        source = clusters.source
        target = clusters.target
        let namespace = file.namespaces.first ?? "default"
        for (site, cluster, manifests) in [
            (SiteRole.source, source, sourceManifests), (.target, target, targetManifests),
        ] {
            try SimulatedEstate.load(manifests, into: cluster, namespace) { object, reason in
                guard let remark else {
                    throw SimulationError(problem: "\(object): \(reason)")
                }
                remark(.refused(site: site, object: object, reason: reason))
            }
        }
        routes = SimulatedEstate.routes(of: file, in: source)
        let world = SimulatedWorld(
            source: source,
            target: target,
            routes: routes,
            stores: [],
            connectionsMax: file.bridgeRule.connectionsMax,
            settings: settings.settling,
            choices: Choices(seed: 1),
            scheduler: scheduler,
            time: time,
            seed: 1
        )
        try world.source.nodes.register()
        try world.target.nodes.register()
        try SimulatedEstate.wait(for: world, remark)
        (plan, inventories) = try SimulatedEstate.plan(file, world)
        planDigest = try plan.digest().hex
        start = scheduler.now
        replicas = world.source.replicas
        before = [.source: SiteSnapshot(source), .target: SiteSnapshot(target)]
    }

    /// A world that goes on from the settled state, with draws of its own.
    ///
    /// One that `doubts` looks anew at all that it remembers of ways.
    package func world(
        _ choices: Choices,
        seed: UInt64,
        doubts: Bool = false,
        mutant: Mutant? = nil
    ) -> SimulatedWorld {
        var settings = settings
        settings.doubts = doubts
        let scheduler = Scheduler(choices, start: start)
        let time = SimulatedTime(scheduler)
        let world = SimulatedWorld(
            source: SimulatedEstate.copy(source, of: .source, time, seed),
            target: SimulatedEstate.copy(target, of: .target, time, seed &+ 1),
            routes: routes,
            stores: stores,
            connectionsMax: file.bridgeRule.connectionsMax,
            settings: settings,
            choices: choices,
            scheduler: scheduler,
            time: time,
            discovery: discovery,
            seed: seed
        )
        world.watchInternalCalls()
        if let keeper = plan.keeper {
            let followNodes = keeper.follows == .nodes
            world.runKeepers(in: keeper.home, followNodes: followNodes, mutant: mutant)
        }
        return world
    }
}

/// Why a simulation cannot begin.
package struct SimulationError: Error, Sendable, CustomStringConvertible {
    package let problem: String

    package var description: String { problem }
}
