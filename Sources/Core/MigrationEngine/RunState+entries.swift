import MigrationModel
import MigrationPorts

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
        case .done(let step, let attempt, let receipt):
            try change(step) { state throws(IllegalEntry) in
                try state.end(step, attempt: attempt, receipt)
            }
            note(receipt.measured, of: step)
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
        case .observed(let step, let route, let evidence):
            try applyObserved(step, of: route, evidence)
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

    private mutating func applyObserved(
        _ id: StepID,
        of route: RouteID,
        _ evidence: Evidence
    ) throws(IllegalEntry) {
        switch state(of: id).stage {
        case .underWay, .undoing: return
        case .pending, .done, .failed, .undoFailed: break
        }
        guard let watch = index[id]?.residualWatch, watch.route == route,
            watch.judge.showsEnd(evidence) || watch.judge.isCountLost(in: evidence)
        else {
            throw IllegalEntry(problem: "step \(id) was observed while it did not run")
        }
        let hasEnded = watch.judge.showsEnd(evidence)
        try change(id) { state throws(IllegalEntry) in
            if hasEnded { try state.seeEnd(id) } else { try state.loseCount(id) }
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
        try steps.change(position, body)
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
        steps.forgetFailures(at: steps.indices)
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
            case .asItWasBefore: isRollingBack && steps.isAsBefore
            }
        guard isTrue else {
            throw IllegalEntry(problem: "the run is closed and is not \(outcome.words)")
        }
        self.outcome = outcome
    }
}
