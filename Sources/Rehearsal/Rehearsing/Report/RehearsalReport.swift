import KubernetesAssessment
import MigrationModel

/// What a rehearsal came to.
package struct RehearsalReport: Sendable {
    /// What crosses together.
    package struct Wave: Sendable {
        /// As the migration file counts them.
        package let number: Int
        /// In the order in which they begin.
        package let workloads: [WorkloadID]
        /// Sorted.
        package let routes: [RouteID]
        /// When its first step begins in a run without faults; nil where it never does.
        package let begin: Duration?
        /// When its last step is done.
        package let end: Duration?
        /// How many calls, from one workload to one Service, cross the link while it crosses, and after.
        package let callsAcrossMost: Int
        package let callsAcrossAfter: Int
        /// What its pods ask for at the target, and what all that has crossed by then does.
        package let requests: Requests
        package let cumulative: Requests
        /// What the target's nodes have not enough of, sorted.
        package let exceeded: [String]
        /// How long it takes to put everything back when somebody wants that at its end.
        package var wayBack: Duration?
    }

    /// What crosses as one: when, and when its routes move.
    package struct Lane: Sendable {
        /// The first of its workloads.
        package let name: String
        package let wave: Int
        package let begin: Duration
        package let end: Duration
        package let shares: [Share]
    }

    /// A share of a route that was seen at the target.
    package struct Share: Sendable {
        package let route: RouteID
        package let percent: Int
        package let at: Duration
    }

    /// A store whose writer changes sides, and how long nobody can write meanwhile.
    package struct StorePause: Sendable {
        /// What people call the store.
        package let store: String
        /// Whose pods keep it.
        package let workload: WorkloadID
        /// When its source begins to refuse writes, in a run without faults.
        package let begin: Duration
        /// When every name of it leads to the copy that accepts them.
        package let end: Duration
    }

    /// Something that must not be, and which seed shows it.
    package struct Trouble: Sendable {
        /// What it is.
        package let what: String
        /// Whether it is so without any fault.
        package let isCalm: Bool
        /// How many runs under faults show it.
        package let runs: Int
        /// The first of their seeds; sorted.
        package let seeds: [UInt64]
        /// When it first was so, in the run of the first seed.
        package let at: Duration?
        /// Shows it again.
        package let command: String
    }

    /// What a person has to do, and when.
    package struct Approval: Sendable {
        /// Nil for what comes before the run.
        package let at: Duration?
        package let what: String
    }

    package var migration: String
    package var source: String
    package var target: String
    package var settings: RehearsalSettings
    package var plan: Plan
    /// When all had crossed in the run without faults; nil where it did not come to that.
    package var crossedAt: Duration?
    /// How long the finish took.
    package var finishTook: Duration?
    /// How the run without faults ended, in words, if not well.
    package var calmProblem: String?
    package var migrated = 0
    package var asItWasBefore = 0
    package var waiting = 0
    package var endless = 0
    /// When all had crossed, of the runs under faults that migrated; sorted.
    package var crossings: [Duration] = []
    package var waves: [Wave] = []
    package var lanes: [Lane] = []
    /// Sorted by when they begin.
    package var stores: [StorePause] = []
    /// What the target's nodes have, and what its pods have set aside; nil where its nodes are not known.
    package var room: (allocatable: Requests, taken: Requests)?
    package var losses: [Trouble] = []
    package var broken: [Trouble] = []
    package var irreversible: [Step] = []
    package var approvals: [Approval] = []
    package var findings: [Finding] = []
    /// Of runs whose journals were kept, by seed.
    package var journals: [(seed: UInt64, lines: [String])] = []

    /// Whether every run came to a good end and no request could be lost.
    package var isSafe: Bool { losses.isEmpty && broken.isEmpty && calmProblem == nil }

    /// The middle one of the runs under faults that migrated.
    package var crossingMedian: Duration? { crossing(at: 50) }
    /// Nine of ten took no longer.
    package var crossingNinth: Duration? { crossing(at: 90) }

    /// By nearest rank.
    private func crossing(at percent: Int) -> Duration? {
        guard !crossings.isEmpty else { return nil }
        return crossings[max(0, (crossings.count * percent + 99) / 100 - 1)]
    }
}
