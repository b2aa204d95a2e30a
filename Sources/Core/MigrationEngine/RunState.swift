import JSONValues
import MigrationModel
import MigrationPorts

/// Where a run stands: a fold of its journal and of nothing else.
///
/// Invariant: `state(of: step).before` is nil exactly when nothing of the step can have happened, so
/// to undo everything that has one is to undo everything.
package struct RunState: Sendable {
    /// The run whose journal this is.
    package let run: RunID
    /// The digest of the plan as the opening states it.
    package let planDigest: String
    /// Which process of the balancer counted each route when the run was opened, by the route's name.
    let processesAtOpening: [String: String]
    /// The plan of the run, looked up once.
    package internal(set) var index: PlanIndex
    /// The fencing number of the driver whose entries come now; 0 before the first.
    package internal(set) var epoch = 0
    /// Whether a person asked to begin no more steps; `resume` takes it back.
    package internal(set) var isPaused = false
    /// Whether everything is taken back; nothing but the end of the run ends that.
    package internal(set) var isRollingBack = false
    /// Whether traffic goes back ahead of everything else; only ever while everything is taken back.
    package internal(set) var isTrafficFirst = false
    /// Whether the finish has begun: from then on there is no way back.
    package internal(set) var isFinishing = false
    /// Who approved which step; an approval is used up when its step is undone.
    package internal(set) var approvals: [StepID: String] = [:]
    /// How the run ended; nil while it has not.
    package internal(set) var outcome: Outcome?
    /// How long connecting across the link took when it was tried from each site, in milliseconds: the middle
    /// of what the newest trial before anything moved has measured.
    package internal(set) var linkMilliseconds: [SiteRole: Int] = [:]
    /// By the step's position in the plan.
    var steps: StepTable
    /// By the lane's number.
    var lanes: [LaneState]
    /// What each route had before its first weight, once traffic goes back first: all steps of a route
    /// give that back, in whatever order they do.
    var routeOrigins: [RouteID: BeforeImage] = [:]

    /// The plan that the run makes.
    package var plan: Plan { index.plan }

    /// A run of which nothing but the opening is written; refuses a plan that cannot be run.
    ///
    /// What was looked up in a plan need not be again, where it is that of the opening.
    package init(
        opening: JournalEntry.Opening,
        prepared: PreparedPlan? = nil
    ) throws(PlanShapeError) {
        run = opening.run
        planDigest = opening.planDigest
        processesAtOpening = opening.processes ?? [:]
        if let prepared, prepared.digest == opening.planDigest, prepared.index.plan == opening.plan
        {
            index = prepared.index
        } else {
            index = try PlanIndex(opening.plan)
        }
        steps = StepTable(count: index.outlines.count)
        lanes = index.lanes.map { _ in .forward }
    }

    /// Folds what a journal gave back; refuses one that no run can have written.
    package init(
        records: [JournalRecord],
        prepared: PreparedPlan? = nil
    ) throws(JournalError) {
        guard let first = records.first else {
            throw .unreadable(
                problem: "it holds no run: its making was cut off before anything was changed. "
                    + "Remove the file and begin again"
            )
        }
        guard case .opened(let opening) = first.entry else {
            throw .corrupt(place: "record 1", problem: "a journal begins with the opening of a run")
        }
        do {
            try self.init(opening: opening, prepared: prepared)
        } catch {
            throw .corrupt(place: "record 1", problem: error.description)
        }
        for record in records.dropFirst() {
            do {
                try apply(record.entry)
            } catch {
                throw .corrupt(place: "record \(record.sequence)", problem: error.problem)
            }
            guard record.epoch == epoch else {
                throw .corrupt(
                    place: "record \(record.sequence)",
                    problem: "it is of epoch \(record.epoch) in the time of epoch \(epoch)"
                )
            }
        }
    }

    /// What the journal says of a step; that of one never begun for a name it does not know.
    package func state(of step: StepID) -> StepState {
        index.position[step].map { steps[$0] } ?? StepState()
    }

    /// Which way a lane goes; forward for one of which nothing is said.
    package func state(of lane: Lane) -> LaneState {
        index.numberOfLane[lane].map { lanes[$0] } ?? .forward
    }

    /// Every step that may have happened, in plan order.
    package var stepsThatMayHaveHappened: [Step] {
        steps.indices.filter(steps.mayHaveHappened).map { plan.steps[$0] }
    }

    mutating func note(_ measured: JSON?, of step: StepID) {
        guard let step = index[step], step.phase == .prepare,
            case .change(let site, .tryBridges) = step.operation,
            let milliseconds = measured?["millisecondsMiddle"]?.int
        else { return }
        linkMilliseconds[site] = milliseconds
    }

    /// What a request takes longer that crosses the link: a connection and an answer, at the longer of both
    /// ways; nothing where nobody has measured.
    package var linkAllowance: Duration {
        .milliseconds(2 * (linkMilliseconds.values.max() ?? 0))
    }

    /// Whether every step of the phases before the finish is done.
    package var isCrossed: Bool {
        steps.indices.allSatisfy {
            index.outlines[$0].phase == .finish || steps.standing(at: $0) == .done
        }
    }

    /// Whether every step is done.
    package var isComplete: Bool {
        steps.indices.allSatisfy { steps.standing(at: $0) == .done }
    }

    /// Why this command cannot be had now; nil when it can.
    package func refusal(of command: RunCommand) -> String? {
        if let outcome { return "the run is over: \(outcome.words)" }
        switch command {
        case .pause: return isPaused ? "the run is paused already" : nil
        case .resume:
            if isPaused || hasTrouble { return nil }
            return stepsAwaitingApproval.isEmpty
                ? "the run is not paused and waits for nobody"
                : "the run waits for an approval, which `diolkos approve` gives"
        case .rollback:
            if isFinishing { return "the finish has begun, and from then on there is no way back" }
            return isRollingBack ? "the run is going back already" : nil
        case .rollbackNow:
            if isFinishing { return "the finish has begun, and from then on there is no way back" }
            return isTrafficFirst ? "the run is going back already, traffic first" : nil
        case .finish:
            if isRollingBack { return "the run is going back" }
            if isFinishing { return "the finish has begun already" }
            guard
                let missing = plan.steps.first(where: {
                    $0.phase != .finish && state(of: $0.id).stage != .done
                })
            else { return nil }
            return "not everything has crossed yet: step \(missing.id) is not done"
        case .approve(let approval):
            if isRollingBack { return "the run is going back" }
            return approval.steps.compactMap(refusalToApprove).first
        }
    }

    private func refusalToApprove(_ id: StepID) -> String? {
        guard let step = index[id], step.operation == .approval || step.accepts != nil else {
            return "the plan has no step \(id) that waits for an approval"
        }
        return approvals[id].map { "step \(id) is approved already, by \($0)" }
    }

    /// Why the steps of a lane cannot be made anew now; nil when they can.
    package func refusalToReplan(_ lane: Lane) -> String? {
        if let outcome { return "the run is over: \(outcome.words)" }
        if isRollingBack { return "the run is going back" }
        guard case .workload(let id) = lane else { return "it is no lane of a workload" }
        let mayStand = (index.stepsOfLane[lane] ?? []).contains { state(of: $0).mayHaveHappened }
        guard case .stopped = state(of: lane), !mayStand else {
            return "\(id) has not been stopped and carried back"
        }
        return nil
    }

    /// Whether anything failed so that it is not tried again by itself.
    private var hasTrouble: Bool {
        lanes.contains { !$0.isForward }
            || steps.indices.contains { steps.standing(at: $0) == .undoStuck }
    }
}

extension Outcome {
    /// As a person would say it.
    package var words: String {
        switch self {
        case .migrated: "migrated"
        case .asItWasBefore: "as it was before"
        }
    }
}
