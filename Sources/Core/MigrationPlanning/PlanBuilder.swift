import MigrationFile
import MigrationModel

/// Writes down the steps of a crossing, each behind what it stands on.
///
/// `after` has the edges that are real in either direction: what must be done before a step must
/// also still stand while the step is undone.
struct PlanBuilder {
    let file: MigrationFile
    let estate: Estate
    /// What there is at the target for each group.
    let room: RoomPlan
    private(set) var steps: [Step] = []
    /// What everything that is made waits for.
    var trusted: [StepID] = []
    /// What everything that crosses waits for.
    var prepared: [StepID] = []
    /// The steps with which each group has crossed, by its lead.
    var lastSteps: [WorkloadID: [StepID]] = [:]
    /// The steps with which the copies of stores follow that do so before anything crosses, by their groups' leads.
    var joined: [WorkloadID: [StepID]] = [:]
    /// What everything that cannot be undone waits for.
    var finishApproved: [StepID] = []
    /// The steps that wait until a person approves a wave.
    var waveApprovals: [Int: StepID] = [:]
    /// What a finish waits for before anything else.
    var jobsEnded: [StepID] = []
    /// The routes that some step gives a weight.
    var routesMoved: Set<RouteID> = []
    /// The leads of each wave that was written.
    var leadsOfWave: [Int: [WorkloadID]] = [:]

    init(_ file: MigrationFile, _ estate: Estate, _ room: RoomPlan) {
        self.file = file
        self.estate = estate
        self.room = room
    }

    /// Proxies and entries report nothing; this is the time that they are given.
    var settled: Condition { .settled(milliseconds: file.settle.wholeMilliseconds) }

    /// A name as its bridges need it that lead to this site.
    func planned(_ name: CrossingName, at site: SiteRole) -> PlannedService {
        var service = name.service
        service.way = estate.ways[site] ?? .nodePorts
        return service
    }

    static let foundationSettled = StepID("foundation/settled")

    @discardableResult
    mutating func add(
        _ id: String,
        _ phase: Phase,
        _ lane: Lane,
        after: [StepID],
        _ operation: Operation,
        gatesBefore: [Condition] = [],
        gates: [Condition] = [],
        gatesBack: [Condition] = [],
        timeout: Duration,
        accepts: [StepID]? = nil,
        _ summary: String,
        undo: String
    ) -> StepID {
        let id = StepID(id)
        let after = after.isEmpty && phase == .prepare ? trusted : after
        steps.append(
            Step(
                id: id,
                phase: phase,
                lane: lane,
                after: Set(after).sorted(),
                operation: operation,
                gatesBefore: gatesBefore,
                gates: gates,
                gatesBack: gatesBack,
                timeoutMilliseconds: timeout.wholeMilliseconds,
                summary: summary,
                undoSummary: undo,
                accepts: accepts,
                isUndoable: phase != .finish
            )
        )
        return id
    }

    /// Lets what is written here be made while everything is prepared, and not in the turn of its group.
    mutating func ahead(_ write: (inout PlanBuilder) -> [StepID]) -> [StepID] {
        let first = steps.count
        let last = write(&self)
        for index in first..<steps.count { steps[index].phase = .prepare }
        return last
    }

    /// Gives a step other gates, for what is known only when all are written.
    mutating func setGates(_ gates: [Condition], of id: StepID) {
        for index in steps.indices where steps[index].id == id { steps[index].gates = gates }
    }
}

extension Int {
    /// `1 Ingress`, `2 Ingresses`.
    func counted(_ noun: String) -> String {
        "\(self) \(noun)" + (self == 1 ? "" : noun.hasSuffix("s") ? "es" : "s")
    }
}

extension [PlannedObject] {
    /// What is done of how many: of those that are made, of those that are taken over, or of both.
    func summary(ofNew: (Int) -> String, ofTaken: (Int) -> String) -> String {
        let taken = filter { $0.present != nil }.count
        if taken == 0 { return ofNew(count) }
        if taken == count { return ofTaken(count) }
        let second = ofTaken(taken)
        return "\(ofNew(count - taken)), and \(second.prefix(1).lowercased())\(second.dropFirst())"
    }

    /// How the same is undone.
    var undoSummary: String {
        let taken = filter { $0.present != nil }.count
        if taken == 0 { return "Delete what was created there" }
        let back = "give back what was taken over as it was found"
        return taken == count
            ? "Give back what was taken over as it was found"
            : "Delete what was created, and \(back)"
    }
}
