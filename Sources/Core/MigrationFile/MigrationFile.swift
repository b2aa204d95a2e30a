import MigrationModel

/// What a person wants moved, from where to where and how carefully: the document of
/// `kind: Migration`, read and found sound.
package struct MigrationFile: Sendable, Hashable {
    package var name: String
    package var source: SiteAddress
    package var target: SiteAddress
    /// What crosses; sorted.
    package var namespaces: [String]
    /// What is said of single workloads; sorted by name.
    package var workloads: [WorkloadRule]
    /// Who calls whom, beside what can be seen; sorted.
    package var calls: [StatedCall]
    package var traffic: TrafficRule
    package var ramp: Ramp
    /// How many workloads may cross at once.
    package var workloadsInFlightMax: Int
    /// How long proxies and entries may take to follow a change that they do not report.
    package var settle: Duration
    package var timeouts: Timeouts

    package init(
        name: String,
        source: SiteAddress,
        target: SiteAddress,
        namespaces: [String],
        workloads: [WorkloadRule] = [],
        calls: [StatedCall] = [],
        traffic: TrafficRule,
        ramp: Ramp = Ramp(),
        workloadsInFlightMax: Int = 10,
        settle: Duration = .seconds(2),
        timeouts: Timeouts = Timeouts()
    ) {
        self.name = name
        self.source = source
        self.target = target
        self.namespaces = namespaces
        self.workloads = workloads
        self.calls = calls
        self.traffic = traffic
        self.ramp = ramp
        self.workloadsInFlightMax = workloadsInFlightMax
        self.settle = settle
        self.timeouts = timeouts
    }

    /// What is said of this workload; nil when nothing is.
    package func rule(of workload: WorkloadID) -> WorkloadRule? {
        workloads.first { $0.workload == workload }
    }
}

/// Where a site is reached.
package struct SiteAddress: Sendable, Hashable {
    /// A context of the kubeconfig.
    package var context: String
    /// The kubeconfig's path, relative to the migration file; nil for the one kubectl would use.
    package var kubeconfig: String?
    /// The URL of the site's own entry, to which probes are sent; nil when it cannot be reached.
    package var entry: String?

    package init(context: String, kubeconfig: String? = nil, entry: String? = nil) {
        self.context = context
        self.kubeconfig = kubeconfig
        self.entry = entry
    }
}

/// Whether both sites may run a workload at once.
package enum Activation: String, Sendable, Hashable, CaseIterable {
    case shared
    /// Never at both: singletons, and consumers that must not be two.
    case exclusive
}

/// What is said of one workload.
package struct WorkloadRule: Sendable, Hashable {
    package var workload: WorkloadID
    /// Whether it stays where it is.
    package var isExcluded: Bool
    /// Nil when nothing is said.
    package var activation: Activation?
    /// Workloads that must have crossed before this one begins; sorted.
    package var after: [WorkloadID]
    /// Workloads of a higher wave begin when all of the lower ones have crossed.
    package var wave: Int
    /// The path that probes ask for; nil when nothing is said.
    package var probePath: String?

    package init(
        workload: WorkloadID,
        isExcluded: Bool = false,
        activation: Activation? = nil,
        after: [WorkloadID] = [],
        wave: Int = 1,
        probePath: String? = nil
    ) {
        self.workload = workload
        self.isExcluded = isExcluded
        self.activation = activation
        self.after = after
        self.wave = wave
        self.probePath = probePath
    }
}

/// A call that somebody states.
package struct StatedCall: Sendable, Hashable, Comparable {
    package var caller: WorkloadID
    package var service: ServiceName

    package init(caller: WorkloadID, service: ServiceName) {
        self.caller = caller
        self.service = service
    }

    package static func < (left: StatedCall, right: StatedCall) -> Bool {
        (left.caller, left.service) < (right.caller, right.service)
    }
}

/// How the share of the target grows, and what it must stand at each weight.
package struct Ramp: Sendable, Hashable {
    /// Ascending; the last one is all.
    package var weights: [Weight]
    package var limits: ShareLimits

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
