import MigrationModel

/// Whether both sites may run a workload at once, and what of it.
package enum Activation: String, Sendable, Hashable, CaseIterable {
    case shared
    /// Never at both: singletons, and consumers that must not be two.
    case exclusive
    /// Both may, but none of its pods' numbers: a StatefulSet whose pods cross one by one.
    case ordinals
}

/// What is said of one workload.
package struct WorkloadRule: Sendable, Hashable {
    /// What this is about.
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
    /// Who says that each of its pods may start with empty volumes at the target, and why; nil when nobody
    /// does.
    package var startsEmpty: String?
    /// Who says that nobody needs to reach its pods by names of their own across the sites, and why; nil
    /// when nobody does.
    package var podNames: String?

    /// Takes what is said; what is left out is not said.
    package init(
        workload: WorkloadID,
        isExcluded: Bool = false,
        activation: Activation? = nil,
        after: [WorkloadID] = [],
        wave: Int = 1,
        probePath: String? = nil,
        startsEmpty: String? = nil,
        podNames: String? = nil
    ) {
        self.workload = workload
        self.isExcluded = isExcluded
        self.activation = activation
        self.after = after
        self.wave = wave
        self.probePath = probePath
        self.startsEmpty = startsEmpty
        self.podNames = podNames
    }
}
