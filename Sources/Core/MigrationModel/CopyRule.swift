/// What a copy takes of a source, what it changes of it on the way, and in which state it leaves
/// workloads at the target.
package struct CopyRule: Sendable, Hashable {
    /// What the objects that it makes are marked with; a DNS label.
    package var name: String
    /// Which objects of the source are meant.
    package var selection: CopySelection
    /// How much of these is copied.
    package var scope: CopyScope
    /// Whether the copies begin to work at once.
    package var workloads: WorkloadStart
    /// What is changed of them on the way.
    package var transforms: CopyTransforms
    /// What becomes at the target of copied objects that are gone at the source.
    package var pruning: CopyPruning
    /// What becomes of Services of type LoadBalancer.
    package var loadBalancers: LoadBalancerChoice

    package init(
        name: String,
        selection: CopySelection = CopySelection(),
        scope: CopyScope = .everything,
        workloads: WorkloadStart = .stopped,
        transforms: CopyTransforms = CopyTransforms(),
        pruning: CopyPruning = .none,
        loadBalancers: LoadBalancerChoice = .undecided
    ) {
        self.name = name
        self.selection = selection
        self.scope = scope
        self.workloads = workloads
        self.transforms = transforms
        self.pruning = pruning
        self.loadBalancers = loadBalancers
    }

    /// What the target calls the selected namespaces.
    package var targetNamespaces: [String] {
        selection.namespaces.map(transforms.target(ofNamespace:))
    }
}

/// Whether copied objects follow their originals when these go.
package enum CopyPruning: Sendable, Hashable {
    /// They stay.
    case none
    /// They go, but more than a few at once are asked about: a source that shows too little is not
    /// believed.
    case guarded
    /// They go, but never more at once than somebody has said.
    case upTo(Int)

    /// They go as somebody has said, or guarded where nobody has.
    package static func asStated(_ removalsMax: Int?) -> CopyPruning {
        removalsMax.map(CopyPruning.upTo) ?? .guarded
    }

    /// How many of so many copied objects may go at once before somebody is asked: ten, and no more
    /// than one in a hundred, but always one.
    package func removalsMax(of count: Int) -> Int {
        switch self {
        case .none: 0
        case .guarded: min(10, max(1, count / 100))
        case .upTo(let stated): stated
        }
    }
}

/// What becomes of Services for which a cloud makes a load balancer.
package enum LoadBalancerChoice: String, Sendable, Hashable, CaseIterable {
    /// They become internal, and a finding asks.
    case undecided
    /// They become Services of type ClusterIP.
    case `internal`
    /// They keep their type: the target's cloud makes another balancer.
    case keep
    /// They are not copied.
    case leave

    /// What somebody can decide.
    package static let choices: [LoadBalancerChoice] = [.internal, .keep, .leave]
}

/// Which objects are meant; what is left empty restricts nothing.
package struct CopySelection: Sendable, Hashable {
    /// With namespaces, cluster-wide objects come along only where the selected ones need them.
    package var namespaces: [String]
    /// As kubectl takes them: `deploy`, `configmaps`, `certificates.cert-manager.io`.
    package var kinds: [String]
    /// A label selector in kubectl's words: `app in (a,b),!canary`.
    package var labels: String
    /// Of the objects themselves; the same name in several namespaces and kinds is meant in each.
    package var names: [String]
    /// Restricts the rest to what belongs to a stack; nil for everything.
    package var stack: CopyStack?

    package init(
        namespaces: [String] = [],
        kinds: [String] = [],
        labels: String = "",
        names: [String] = [],
        stack: CopyStack? = nil
    ) {
        self.namespaces = namespaces
        self.kinds = kinds
        self.labels = labels
        self.names = names
        self.stack = stack
    }
}

/// A named set of objects, across namespaces, that belong together.
///
/// What bears the label `diolkos.dev/stack` with its name belongs to it, and what any of the
/// selections means.
package struct CopyStack: Sendable, Hashable {
    /// As the migration file and the label `diolkos.dev/stack` have it.
    package var name: String
    /// Empty when the label alone tells.
    package var selections: [CopySelection]
    /// Nil for that of the whole copy.
    package var scope: CopyScope?
    /// What is started when the stack has been copied and stands.
    package var hooks: [CopyHook]

    package init(
        name: String,
        selections: [CopySelection] = [],
        scope: CopyScope? = nil,
        hooks: [CopyHook] = []
    ) {
        self.name = name
        self.selections = selections
        self.scope = scope
        self.hooks = hooks
    }
}

/// How much of what is selected is copied.
package enum CopyScope: String, Sendable, Hashable, CaseIterable {
    case everything
    /// What workloads stand on, and not they: for namespaces whose own CI deploys them anew.
    case foundation
}

/// Whether what is copied begins to work.
package enum WorkloadStart: String, Sendable, Hashable, CaseIterable {
    /// Replicas 0, CronJobs suspended, Jobs left out: nothing runs twice.
    case stopped
    /// As at the source; Jobs that have ended are left out, as they would run again.
    case running
}
