/// The ordered steps of a migration: reviewable, stored, and known by its digest.
package struct Plan: Sendable, Hashable, Codable {
    /// The version of this form.
    ///
    /// A plan of another version is refused, never guessed at.
    package static let formatVersionCurrent = 10

    /// The version of the form that it is written in.
    package var formatVersion: Int
    /// The name of the migration, from its file.
    package var name: String
    /// The site that is left.
    package var source: PlannedSite
    /// The site that is reached.
    package var target: PlannedSite
    /// How many workloads may cross at once.
    package var workloadsInFlightMax: Int
    /// When steps of the crossing may begin; nil for at any time.
    package var windows: ChangeWindows?
    /// In an order in which they could be made one by one.
    package var steps: [Step]
    /// Why the workloads cross in this order; in that order.
    package var order: [OrderNote]
    /// What the target's nodes had left for pods when the plan was made; nil where nothing was known of it.
    package var room: Requests?
    /// What was seen in the namespaces that cross and stays at the source because the migration file
    /// excludes it; sorted.
    package var staying: [WorkloadID]
    /// What a person should know before saying yes: sorted, one sentence each.
    package var findings: [String]

    /// Takes steps in an order in which they could be made, and is of the current format.
    package init(
        name: String,
        source: PlannedSite,
        target: PlannedSite,
        workloadsInFlightMax: Int,
        windows: ChangeWindows? = nil,
        steps: [Step],
        order: [OrderNote] = [],
        room: Requests? = nil,
        staying: [WorkloadID] = [],
        findings: [String]
    ) {
        formatVersion = Plan.formatVersionCurrent
        self.name = name
        self.source = source
        self.target = target
        self.workloadsInFlightMax = workloadsInFlightMax
        self.windows = windows
        self.steps = steps
        self.order = order
        self.room = room
        self.staying = staying
        self.findings = findings
    }
}

/// The site that a plan was made for; a run refuses another one.
package struct PlannedSite: Sendable, Hashable, Codable {
    /// The kubeconfig context, as the migration file names it.
    package var context: String
    /// What tells this site from every other: the uid of the namespace `kube-system`.
    package var identity: String
    /// The version that its server stated, `v1.36.0`.
    package var version: String

    /// Takes what a site says of itself.
    package init(context: String, identity: String, version: String) {
        self.context = context
        self.identity = identity
        self.version = version
    }
}

/// One journalled, repeatable, undoable change, with the gates behind it.
package struct Step: Sendable, Hashable, Codable {
    /// Names it within the plan.
    package var id: StepID
    /// When it is made.
    package var phase: Phase
    /// With which others it succeeds or is undone.
    package var lane: Lane
    /// Steps that must be done before this one; on the way back, the other way round.
    package var after: [StepID]
    /// What it does.
    package var operation: Operation
    /// What must be seen before its effect, anew each time the step begins, also after a crash.
    ///
    /// What an earlier step saw may be true no more when this one is made.
    package var gatesBefore: [Condition]
    /// What must hold before the step counts as done, waited for one after the other.
    ///
    /// So time that must pass is counted from when the gates before it held.
    package var gates: [Condition]
    /// What must hold before its undo counts as done, in the same way.
    package var gatesBack: [Condition]
    /// How long the gates may take before the step counts as failed.
    package var timeoutMilliseconds: Int
    /// What it changes, in one line.
    package var summary: String
    /// How it is undone, in one line.
    package var undoSummary: String
    /// The steps after which something may still run at the site that this one empties.
    ///
    /// If anything does, a person has to accept it before the step begins; nil for none.
    package var accepts: [StepID]?
    /// Whether its undo gives the old state back.
    ///
    /// When not, an approval is needed before it.
    package var isUndoable: Bool

    /// Takes a step as planning wrote it.
    package init(
        id: StepID,
        phase: Phase,
        lane: Lane,
        after: [StepID],
        operation: Operation,
        gatesBefore: [Condition] = [],
        gates: [Condition] = [],
        gatesBack: [Condition] = [],
        timeoutMilliseconds: Int,
        summary: String,
        undoSummary: String,
        accepts: [StepID]? = nil,
        isUndoable: Bool = true
    ) {
        self.id = id
        self.phase = phase
        self.lane = lane
        self.after = after
        self.operation = operation
        self.gatesBefore = gatesBefore
        self.gates = gates
        self.gatesBack = gatesBack
        self.timeoutMilliseconds = timeoutMilliseconds
        self.summary = summary
        self.undoSummary = undoSummary
        self.accepts = accepts
        self.isUndoable = isUndoable
    }
}

/// Names a step within its plan, for people too: `shop/orders/weight-25`.
package struct StepID: TextID {
    /// The name as a plan has it.
    package let text: String

    /// A name that is already known to be one.
    package init(_ text: String) { self.text = text }
}

/// The parts of a run, in their order.
package enum Phase: String, Sendable, Hashable, Codable, CaseIterable {
    case prepare
    case cross
    /// Made only when a person says so; from then on there is no way back.
    case finish
}

/// Steps that succeed or are undone together.
package enum Lane: Sendable, Hashable, Codable {
    case foundation
    /// One workload, or several that a route or a Service ties together: then the first of them.
    case workload(id: WorkloadID)
    case finish
}
