import MigrationModel

/// What a person wants moved, from where to where and how carefully: the document of
/// `kind: Migration`, read and found sound.
package struct MigrationFile: Sendable, Hashable {
    /// What the migration is called; runs, leases and plans are named after it.
    package var name: String
    /// The site that is left.
    package var source: SiteAddress
    /// The site that is reached; never the source.
    package var target: SiteAddress
    /// What crosses; sorted, and empty for the whole of the source in a file that is for copies only.
    package var namespaces: [String]
    /// What is said of single workloads; sorted by name.
    package var workloads: [WorkloadRule]
    /// Who calls whom, beside what can be seen; sorted.
    package var calls: [StatedCall]
    /// The balancer before both sites, and its routes; nil in a file that is for copies only.
    package var traffic: TrafficRule?
    /// How the target's share grows.
    package var ramp: Ramp
    /// Whether workloads cross one after another, or the whole site by one switch.
    package var strategy: CrossingStrategy
    /// How many workloads may cross at once.
    package var workloadsInFlightMax: Int
    /// How it is known that bridges carry before anybody depends on them.
    package var bridges: BridgeProof
    /// What bridges lead to, and what is done about policies in their way.
    package var bridgeRule: BridgeRule
    /// Stores whose writers change sides; in the order of the file.
    package var stores: [StoreRule]
    /// Trials of what runs at the target; in the order of the file.
    package var probes: [SmokeRule]
    /// Numbers that must be right before a crossing goes on; in the order of the file.
    package var gates: [GateRule]
    /// Questions that both sites must answer alike before a route moves; in the order of the file.
    package var comparisons: [AnswerComparison]
    /// When steps of the crossing may begin; nil for at any time.
    package var windows: ChangeWindows?
    /// Before what a person has to say yes.
    package var approvals: ApprovalRule
    /// What becomes of a workload that somebody deploys while it crosses.
    package var freeze: DeployFreeze
    /// What becomes of connections that have not ended at the source when their time is over.
    package var residual: ResidualRule
    /// How long proxies and entries may take to follow a change that they do not report.
    package var settle: Duration
    /// How long each kind of step may take.
    package var timeouts: Timeouts
    /// What is copied by itself, and how it is changed on the way.
    package var copy: CopySettings

    /// Takes a migration that is known to be sound: files are checked by `parse`.
    package init(
        name: String,
        source: SiteAddress,
        target: SiteAddress,
        namespaces: [String],
        workloads: [WorkloadRule] = [],
        calls: [StatedCall] = [],
        traffic: TrafficRule?,
        ramp: Ramp = Ramp(),
        strategy: CrossingStrategy = .workloads,
        workloadsInFlightMax: Int = 10,
        bridges: BridgeProof = .job(image: BridgeProof.imageUsual),
        bridgeRule: BridgeRule = BridgeRule(),
        stores: [StoreRule] = [],
        probes: [SmokeRule] = [],
        gates: [GateRule] = [],
        comparisons: [AnswerComparison] = [],
        windows: ChangeWindows? = nil,
        approvals: ApprovalRule = ApprovalRule(),
        freeze: DeployFreeze = .finding,
        residual: ResidualRule = .approve,
        settle: Duration = .seconds(2),
        timeouts: Timeouts = Timeouts(),
        copy: CopySettings = CopySettings()
    ) {
        self.name = name
        self.source = source
        self.target = target
        self.namespaces = namespaces
        self.workloads = workloads
        self.calls = calls
        self.traffic = traffic
        self.ramp = ramp
        self.strategy = strategy
        self.workloadsInFlightMax = workloadsInFlightMax
        self.bridges = bridges
        self.bridgeRule = bridgeRule
        self.stores = stores
        self.probes = probes
        self.gates = gates
        self.comparisons = comparisons
        self.windows = windows
        self.approvals = approvals
        self.freeze = freeze
        self.residual = residual
        self.settle = settle
        self.timeouts = timeouts
        self.copy = copy
    }

    /// The routes that are stated; sorted by name.
    package var routes: [RouteRule] { traffic?.routes ?? [] }

    /// Hosts and `*` that need no route, as stated.
    package var ignoredHosts: [String] { traffic?.ignoredHosts ?? [] }

    /// The store that this workload keeps; nil when none is stated.
    package func store(of workload: WorkloadID) -> StoreRule? {
        stores.first { $0.store.workload == workload }
    }

    /// What is said of this workload; nil when nothing is.
    package func rule(of workload: WorkloadID) -> WorkloadRule? {
        workloads.first { $0.workload == workload }
    }
}

/// How it is known that a bridge carries before anybody depends on it.
package enum BridgeProof: Sendable, Hashable {
    /// Short Jobs of this image try each bridge from inside the site that will use it.
    case job(image: String)
    /// Somebody tried by other means and says so: who, when and how.
    case stated(String)

    /// Small, and with `sh` and `nc`, which is all that is needed.
    package static let imageUsual = "busybox:1.36"
}

/// Before what a run waits until somebody approves it.
package struct ApprovalRule: Sendable, Hashable {
    /// Waves that begin only then; sorted.
    package var waves: [Int]
    /// Workloads that begin to cross only then; sorted.
    package var workloads: [WorkloadID]
    /// Whether it is so before all of a route's requests go to the target.
    package var fullShare: Bool
    /// Whether it is so before what cannot be undone, beside `diolkos finish`.
    package var irreversible: Bool
    /// Whether it is so before what the target's nodes have no room for.
    package var room: Bool

    /// Takes lists that are sorted already.
    package init(
        waves: [Int] = [],
        workloads: [WorkloadID] = [],
        fullShare: Bool = false,
        irreversible: Bool = false,
        room: Bool = true
    ) {
        self.waves = waves
        self.workloads = workloads
        self.fullShare = fullShare
        self.irreversible = irreversible
        self.room = room
    }
}

/// What becomes of a workload that somebody deploys at the source while it crosses.
package enum DeployFreeze: String, Sendable, Hashable, CaseIterable {
    /// It is noticed before each next step: the workload goes back, and waits for a person.
    case finding
    /// The source refuses it until the workload has gone back or the migration is finished; what gets
    /// past that is noticed as well.
    case admission
    /// Nobody looks: what is deployed meanwhile is not at the target.
    case none
}

/// What becomes of requests and connections that still run at the source when no new ones come and
/// `timeouts.drain` has passed.
package enum ResidualRule: String, Sendable, Hashable, CaseIterable {
    /// A person accepts that they are cut off, or does not.
    case approve
    /// They are cut off; how many they were is in the journal.
    case accept
    /// Their lane goes back: nothing is ever cut off.
    case goBack
}

/// In how many parts a site crosses.
package enum CrossingStrategy: String, Sendable, Hashable, CaseIterable {
    /// Each workload by itself, with those that it shares a route or a Service with.
    case workloads
    /// Everything runs at the target and is asked there; then all routes move together, and come back
    /// together.
    case wholeSite
}

/// Where a site is reached.
package struct SiteAddress: Sendable, Hashable {
    /// A context of the kubeconfig.
    package var context: String
    /// The kubeconfig's path, relative to the migration file; nil for the one kubectl would use.
    package var kubeconfig: String?
    /// The URL of the site's own entry, to which probes are sent; nil when it cannot be reached.
    package var entry: String?

    /// Takes the address as it is; nothing is read.
    package init(context: String, kubeconfig: String? = nil, entry: String? = nil) {
        self.context = context
        self.kubeconfig = kubeconfig
        self.entry = entry
    }
}

/// A call that somebody states.
package struct StatedCall: Sendable, Hashable, Comparable {
    /// Who calls.
    package var caller: WorkloadID
    /// The name that is called.
    package var service: ServiceName

    /// Takes a call as it was stated.
    package init(caller: WorkloadID, service: ServiceName) {
        self.caller = caller
        self.service = service
    }

    /// By caller, then by what is called.
    package static func < (left: StatedCall, right: StatedCall) -> Bool {
        (left.caller, left.service) < (right.caller, right.service)
    }
}

/// How the share of the target grows, and what it must stand at each weight.
package struct Ramp: Sendable, Hashable {
    /// Ascending; the last one is all.
    package var weights: [Weight]
    /// What must hold at each weight.
    package var limits: ShareLimits

    /// Takes ascending weights of which the last is all.
    package init(
        weights: [Weight] = [25, 50, 100].compactMap(Weight.init(percent:)),
        limits: ShareLimits = ShareLimits()
    ) {
        self.weights = weights
        self.limits = limits
    }
}

/// How long each kind of step may take before it counts as failed.
package struct Timeouts: Sendable, Hashable {
    /// A change and what must be seen of it.
    package var change: Duration
    /// Pods to become ready.
    package var ready: Duration
    /// A share to be seen.
    package var share: Duration
    /// Requests under way and pods to end.
    package var drain: Duration

    /// Takes each time, or what is usual for it.
    package init(
        change: Duration = .seconds(60),
        ready: Duration = .seconds(300),
        share: Duration = .seconds(120),
        drain: Duration = .seconds(300)
    ) {
        self.change = change
        self.ready = ready
        self.share = share
        self.drain = drain
    }
}
