/// What a copy takes of a source, and in which state it leaves workloads at the target.
package struct CopyRule: Sendable, Hashable {
    /// What the objects that it makes are marked with; a DNS label.
    package var name: String
    package var selection: CopySelection
    package var workloads: WorkloadStart
    /// What becomes at the target of copied objects that are gone at the source.
    package var pruning: CopyPruning

    package init(
        name: String,
        selection: CopySelection = CopySelection(),
        workloads: WorkloadStart = .stopped,
        pruning: CopyPruning = .none
    ) {
        self.name = name
        self.selection = selection
        self.workloads = workloads
        self.pruning = pruning
    }
}

/// Whether copied objects follow their originals when these go.
package enum CopyPruning: Sendable, Hashable {
    /// They stay.
    case none
    /// They go, but never more at once than this number, or than one in a hundred if that is more:
    /// a source that shows too little is not believed.
    case upTo(Int)
}

/// Which objects are meant; what is left empty restricts nothing.
package struct CopySelection: Sendable, Hashable {
    /// With namespaces, cluster-wide objects come along only where the selected ones need them.
    package var namespaces: [String]
    /// As kubectl takes them: `deploy`, `configmaps`, `certificates.cert-manager.io`.
    package var kinds: [String]
    /// A label selector in kubectl's words: `app in (a,b),!canary`.
    package var labels: String
    package var names: [String]

    package init(
        namespaces: [String] = [],
        kinds: [String] = [],
        labels: String = "",
        names: [String] = []
    ) {
        self.namespaces = namespaces
        self.kinds = kinds
        self.labels = labels
        self.names = names
    }
}

/// Whether what is copied begins to work.
package enum WorkloadStart: String, Sendable, Hashable, CaseIterable {
    /// Replicas 0, CronJobs suspended, Jobs left out: nothing runs twice.
    case stopped
    /// As at the source; Jobs that have ended are left out, as they would run again.
    case running
}
