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
    /// The plan of the run, looked up once.
    package private(set) var index: PlanIndex
    /// The fencing number of the driver whose entries come now; 0 before the first.
    package private(set) var epoch = 0
    /// Whether a person asked to begin no more steps; `resume` takes it back.
    package private(set) var isPaused = false
    /// Whether everything is taken back; nothing but the end of the run ends that.
    package private(set) var isRollingBack = false
    /// Whether traffic goes back ahead of everything else; only ever while everything is taken back.
    package private(set) var isTrafficFirst = false
    /// Whether the finish has begun: from then on there is no way back.
    package private(set) var isFinishing = false
    /// Who approved which step; an approval is used up when its step is undone.
    package private(set) var approvals: [StepID: String] = [:]
    /// How the run ended; nil while it has not.
    package private(set) var outcome: Outcome?
    /// By the step's position in the plan.
    private(set) var steps: [StepState]
    /// By the lane's number.
    private(set) var lanes: [LaneState]
    /// What each route had before its first weight, once traffic goes back first: all steps of a route
    /// give that back, in whatever order they do.
    private(set) var routeOrigins: [RouteID: BeforeImage] = [:]

    /// The plan that the run makes.
    package var plan: Plan { index.plan }

    /// A run of which nothing but the opening is written; refuses a plan that cannot be run.
    package init(opening: JournalEntry.Opening) throws(PlanShapeError) {
        run = opening.run
        planDigest = opening.planDigest
        index = try PlanIndex(opening.plan)
        steps = index.outlines.map { _ in StepState() }
        lanes = index.lanes.map { _ in .forward }
    }

    /// Folds what a journal gave back; refuses one that no run can have written.
    package init(records: [JournalRecord]) throws(JournalError) {
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
            try self.init(opening: opening)
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
        steps.indices.filter { steps[$0].mayHaveHappened }.map { plan.steps[$0] }
    }

    /// Whether every step of the phases before the finish is done.
    package var isCrossed: Bool {
        zip(index.outlines, steps).allSatisfy { $0.phase == .finish || $1.stage == .done }
    }

    /// Whether every step is done.
    package var isComplete: Bool { steps.allSatisfy { $0.stage == .done } }

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
        guard index[id]?.operation == .approval else {
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
        if lanes.contains(where: { $0 != .forward }) { return true }
        return steps.contains {
            if case .undoFailed(_, isFinal: true) = $0.stage { true } else { false }
        }
    }
}

extension RunState {
    /// Takes in the next entry; an illegal one changes nothing.
    package mutating func apply(_ entry: JournalEntry) throws(IllegalEntry) {
        if let outcome, !entry.mayFollowTheEnd {
            throw IllegalEntry(problem: "the run was over: \(outcome.words)")
        }
        switch entry {
        case .opened: throw IllegalEntry(problem: "a run is opened once")
        case .driverStarted(let epoch, _):
            guard epoch > self.epoch else {
                throw IllegalEntry(problem: "epoch \(epoch) does not follow \(self.epoch)")
            }
            self.epoch = epoch
        case .intent(let step, let attempt, let before):
            try applyIntent(step, attempt: attempt, before: before)
        case .done(let step, let attempt, _):
            try change(step) { state throws(IllegalEntry) in
                try state.end(step, attempt: attempt)
            }
        case .failed(let step, let attempt, let failure):
            try applyFailed(step, attempt: attempt, failure: failure)
        case .undoIntent(let step, let attempt): try applyUndoIntent(step, attempt: attempt)
        case .undone(let step, let attempt): try applyUndone(step, attempt: attempt)
        case .undoFailed(let step, let attempt, let failure):
            try change(step) { state throws(IllegalEntry) in
                try state.failUndo(step, attempt: attempt, failure)
            }
        case .command(let command): try applyCommand(command)
        case .commandRefused: break
        case .observed(let step, _, _):
            guard state(of: step).stage == .underWay || state(of: step).stage == .undoing else {
                throw IllegalEntry(problem: "step \(step) was observed while it did not run")
            }
        case .replanned(let lane, let steps): try applyReplanned(lane, steps)
        case .closed(let outcome): try applyClosed(outcome)
        }
    }

    private mutating func applyIntent(
        _ id: StepID,
        attempt: Int,
        before: BeforeImage
    ) throws(IllegalEntry) {
        guard let step = index[id] else { throw IllegalEntry(problem: "no step is called \(id)") }
        guard mayBegin(step) else {
            throw IllegalEntry(problem: "step \(id) is begun though its turn has not come")
        }
        try change(id) { state throws(IllegalEntry) in
            try state.begin(id, attempt: attempt, from: before)
        }
    }

    private mutating func applyFailed(
        _ id: StepID,
        attempt: Int,
        failure: StepFailure
    ) throws(IllegalEntry) {
        guard let step = index[id] else { throw IllegalEntry(problem: "no step is called \(id)") }
        let mayBegin = mayBegin(step)
        try change(id) { state throws(IllegalEntry) in
            try state.fail(id, attempt: attempt, failure, mayBegin: mayBegin)
        }
        if case .failed(_, isFinal: true) = state(of: id).stage {
            stop(step.lane, because: LaneFailure(step: id, failure: failure))
        }
    }

    private mutating func applyUndoIntent(_ id: StepID, attempt: Int) throws(IllegalEntry) {
        guard let step = index[id] else { throw IllegalEntry(problem: "no step is called \(id)") }
        guard mayUndo(step) else {
            throw IllegalEntry(problem: "step \(id) is undone though its turn has not come")
        }
        try change(id) { state throws(IllegalEntry) in
            try state.beginUndo(id, attempt: attempt)
        }
    }

    private mutating func applyUndone(_ id: StepID, attempt: Int) throws(IllegalEntry) {
        try change(id) { state throws(IllegalEntry) in
            try state.endUndo(id, attempt: attempt)
        }
        approvals[id] = nil
        if let lane = index[id]?.lane { settle(lane) }
    }

    /// Changes one step, or nothing when its own rules forbid it.
    private mutating func change(
        _ id: StepID,
        _ body: (inout StepState) throws(IllegalEntry) -> Void
    ) throws(IllegalEntry) {
        guard let position = index.position[id] else {
            throw IllegalEntry(problem: "no step is called \(id)")
        }
        try body(&steps[position])
    }

    private mutating func applyCommand(_ command: RunCommand) throws(IllegalEntry) {
        if let reason = refusal(of: command) {
            throw IllegalEntry(problem: "\(command.rawValue) could not be had: \(reason)")
        }
        switch command {
        case .approve(let approval):
            for step in approval.steps { approvals[step] = approval.by }
        case .pause: isPaused = true
        case .finish:
            isFinishing = true
            isPaused = false
        case .rollback: goBack()
        case .rollbackNow:
            goBack()
            isTrafficFirst = true
            routeOrigins = origins
        case .resume:
            isPaused = false
            forgetFailures()
            for number in lanes.indices {
                switch lanes[number] {
                case .forward: break
                case .goingBack(let cause, _):
                    lanes[number] = .goingBack(because: cause, triesAgain: true)
                case .stopped: lanes[number] = .forward
                }
            }
        }
    }

    private mutating func goBack() {
        isRollingBack = true
        isPaused = false
        forgetFailures()
    }

    /// Lets what failed be tried again as often as if it had never been tried.
    private mutating func forgetFailures() {
        for position in steps.indices { steps[position].forgetFailures() }
    }

    private mutating func applyReplanned(_ lane: Lane, _ steps: [Step]) throws(IllegalEntry) {
        if let reason = refusalToReplan(lane) {
            throw IllegalEntry(problem: "\(lane) could not be planned anew: \(reason)")
        }
        var plan = plan
        let positions = plan.steps.indices.filter { plan.steps[$0].lane == lane }
        guard positions.count == steps.count else {
            throw IllegalEntry(problem: "\(lane) has other steps than it had")
        }
        for (position, step) in zip(positions, steps) {
            let earlier = plan.steps[position]
            guard step.id == earlier.id, step.lane == lane, step.phase == earlier.phase,
                step.after == earlier.after
            else { throw IllegalEntry(problem: "step \(step.id) is not in its place") }
            plan.steps[position] = step
        }
        do {
            index = try PlanIndex(plan)
        } catch {
            throw IllegalEntry(problem: error.description)
        }
    }

    private mutating func applyClosed(_ outcome: Outcome) throws(IllegalEntry) {
        let isTrue =
            switch outcome {
            case .migrated: isFinishing && isComplete
            case .asItWasBefore: isRollingBack && stepsThatMayHaveHappened.isEmpty
            }
        guard isTrue else {
            throw IllegalEntry(problem: "the run is closed and is not \(outcome.words)")
        }
        self.outcome = outcome
    }
}

extension RunState {
    /// Makes a lane, and every lane with steps that stand on its steps, go back.
    private mutating func stop(_ lane: Lane, because failure: LaneFailure) {
        guard lane != .finish else {
            set(lane, .stopped(because: failure))
            return
        }
        var affected: Set<Lane> = [lane]
        var unexplored = [lane]
        while let next = unexplored.popLast() {
            for id in index.stepsOfLane[next] ?? [] where state(of: id).mayHaveHappened {
                for dependent in index.dependents[id] ?? [] {
                    guard state(of: dependent).mayHaveHappened, let other = index[dependent]?.lane,
                        affected.insert(other).inserted
                    else { continue }
                    unexplored.append(other)
                }
            }
        }
        for lane in affected where state(of: lane) == .forward {
            set(lane, .goingBack(because: failure, triesAgain: false))
        }
        for lane in affected { settle(lane) }
    }

    private mutating func set(_ lane: Lane, _ state: LaneState) {
        if let number = index.numberOfLane[lane] { lanes[number] = state }
    }

    /// A lane that is back ends its going back.
    private mutating func settle(_ lane: Lane) {
        guard case .goingBack(let cause, let triesAgain) = state(of: lane),
            !(index.stepsOfLane[lane] ?? []).contains(where: { state(of: $0).mayHaveHappened })
        else { return }
        set(lane, triesAgain ? .forward : .stopped(because: cause))
        guard triesAgain else { return }
        for id in index.stepsOfLane[lane] ?? [] {
            if let position = index.position[id] { steps[position].failuresInRow = 0 }
        }
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
