import Clocks
import MigrationModel

/// What the engine may do next.
package enum Action: Sendable, Hashable {
    /// Makes a step, for the first time or again.
    case perform(StepID)
    /// Undoes a step.
    case undo(StepID)
    /// Nothing can be done before a person says something.
    case wait(WaitReason)
    /// The run has ended so.
    case close(Outcome)
}

/// How many steps are under way at once at most, whatever the plan says.
package let stepsAtOnceMax = 64

/// What may be done now, side by side: a function of the journal and of nothing else.
///
/// Steps and undos come in the order in which they should begin. One wait or one close comes alone;
/// nothing comes once the run has ended. Steps that are under way are among the actions, for a
/// driver that finds them so after a crash has to repeat them; one that runs them itself knows.
///
/// `time` is the time of day, by which windows hold what would begin; nil looks past them, as a journal
/// does that tells what was decided.
package func decide(_ state: RunState, at time: WallTime? = nil) -> [Action] {
    guard state.outcome == nil else { return [] }
    let actions = state.actions(isOpen: state.isOpen(at: time))
    guard actions.isEmpty else { return Array(actions.prefix(stepsAtOnceMax)) }
    if state.isRollingBack, state.stepsThatMayHaveHappened.isEmpty {
        return [.close(.asItWasBefore)]
    }
    if state.isFinishing, state.isComplete { return [.close(.migrated)] }
    if !state.actions(isOpen: true).isEmpty { return [.wait(.window)] }
    return [.wait(state.waitReason)]
}

extension RunState {
    /// Whether all that the step stands on is done and nothing forbids it.
    ///
    /// How many may run at once, and a pause, are no matter of legality: `decide` minds them.
    func mayBegin(_ step: Step) -> Bool {
        index.position[step.id].map { mayBegin(at: $0, isPrepared: isPrepared) } ?? false
    }

    /// The steps that wait for nothing but a person who approves them, in plan order.
    package var stepsAwaitingApproval: [Step] {
        let isPrepared = isPrepared
        let awaiting = steps.indices.filter {
            !isApproved(at: $0) && isDue(at: $0, isPrepared: isPrepared)
        }
        return awaiting.map { plan.steps[$0] }
    }

    private func mayBegin(at position: Int, isPrepared: Bool) -> Bool {
        isDue(at: position, isPrepared: isPrepared) && isApproved(at: position)
    }

    private func isApproved(at position: Int) -> Bool {
        !index.outlines[position].needsApproval || approvals[plan.steps[position].id] != nil
    }

    private func isDue(at position: Int, isPrepared: Bool) -> Bool {
        switch steps[position].stage {
        case .done, .undoing, .undoFailed: return false
        case .pending, .underWay, .failed: break
        }
        let step = index.outlines[position]
        guard !isRollingBack, outcome == nil, lanes[step.lane] == .forward,
            step.after.allSatisfy(isStandingFirm)
        else { return false }
        switch step.phase {
        case .prepare: return true
        case .cross: return isPrepared
        case .finish: return isFinishing
        }
    }

    /// Whether the step may be undone now: all that stands on it has been.
    func mayUndo(_ step: Step) -> Bool {
        mayUndo(step, isCrossUndone: !mayAnyHaveCrossed)
    }

    private func mayUndo(_ step: Step, isCrossUndone: Bool) -> Bool {
        let state = state(of: step.id)
        guard state.mayHaveHappened, !isFinishing, outcome == nil else { return false }
        if goesBackFirst(step) { return mayGoBackFirst(step) }
        guard (index.dependents[step.id] ?? []).allSatisfy({ !self.state(of: $0).mayHaveHappened })
        else { return false }
        if isRollingBack {
            return step.phase == .cross || isCrossUndone
        }
        guard case .goingBack = self.state(of: step.lane) else { return false }
        let lane = (index.stepsOfLane[step.lane] ?? []).compactMap { index[$0] }
        return step.phase == .cross || !mayHaveCrossed(in: lane)
    }

    /// A weight needs the source's pods; those need nothing but what of their lane stands on them.
    private func mayGoBackFirst(_ step: Step) -> Bool {
        if step.movesTraffic {
            return index.trafficFirst.feeders(of: step.lane).allSatisfy {
                !state(of: $0).mayHaveHappened
            }
        }
        return (index.dependents[step.id] ?? []).allSatisfy {
            index[$0]?.lane != step.lane || !state(of: $0).mayHaveHappened
        }
    }

    private func isStandingFirm(_ position: Int) -> Bool {
        steps[position].stage == .done && lanes[index.outlines[position].lane] == .forward
    }

    private func mayHaveCrossed(in steps: [Step]) -> Bool {
        steps.contains { $0.phase == .cross && state(of: $0.id).mayHaveHappened }
    }

    private var mayAnyHaveCrossed: Bool {
        zip(index.outlines, steps).contains { $0.phase == .cross && $1.mayHaveHappened }
    }

    /// Whether everything is prepared; what a stopped lane lacks, it lacks for itself.
    private var isPrepared: Bool {
        zip(index.outlines, steps).allSatisfy { step, state in
            step.phase != .prepare || state.stage == .done
                || (index.lanes[step.lane] != .foundation && lanes[step.lane] != .forward)
        }
    }
}

extension RunState {
    /// Whether a window lets steps of the crossing begin at this time of day.
    package func isOpen(at time: WallTime?) -> Bool {
        guard let windows = plan.windows, let time else { return true }
        return windows.isOpen(at: time)
    }

    fileprivate func actions(isOpen: Bool) -> [Action] {
        isRollingBack ? undosOfRollback : undosOfLanes + performs(isOpen: isOpen)
    }

    /// The steps to make now: those under way first, then by the plan's order.
    private func performs(isOpen: Bool) -> [Action] {
        let isPrepared = isPrepared
        let ready = steps.indices.filter { mayBegin(at: $0, isPrepared: isPrepared) }
        let underWay = ready.filter { steps[$0].stage == .underWay }
        if isPaused { return underWay.map(perform) }
        let fresh = ready.filter {
            steps[$0].stage != .underWay && (isOpen || index.outlines[$0].phase != .cross)
        }
        var lanes = lanesInFlight
        var admitted: [Int] = []
        for position in fresh {
            let step = index.outlines[position]
            if step.phase == .cross, step.isOfWorkload, !lanes.contains(step.lane) {
                guard lanes.count < plan.workloadsInFlightMax else { continue }
                lanes.insert(step.lane)
            }
            admitted.append(position)
        }
        // Lanes in flight may all wait for one that is not: then that one is let in.
        if underWay.isEmpty, admitted.isEmpty, let first = fresh.first { admitted = [first] }
        return (underWay + admitted).map(perform)
    }

    private func perform(_ position: Int) -> Action { .perform(plan.steps[position].id) }

    /// The workload lanes that have begun to cross and are neither across nor back, by number.
    package var lanesInFlight: Set<Int> {
        var begun: Set<Int> = []
        var unfinished: Set<Int> = []
        for (step, state) in zip(index.outlines, steps) where step.phase == .cross {
            guard step.isOfWorkload else { continue }
            if state.mayHaveHappened { begun.insert(step.lane) }
            if state.stage != .done { unfinished.insert(step.lane) }
        }
        return begun.intersection(unfinished)
    }

    /// What lanes that failed undo now: also during a pause, for it is traffic that they give back.
    fileprivate var undosOfLanes: [Action] {
        guard lanesGoBack else { return [] }
        return undos { step in
            if case .goingBack = state(of: step.lane) { true } else { false }
        }
    }

    private var lanesGoBack: Bool {
        lanes.contains { if case .goingBack = $0 { true } else { false } }
    }

    /// What a rollback undoes now.
    ///
    /// The bound is one of undos and not of lanes: whatever may be undone now can be undone alone.
    ///
    /// Traffic that goes first knows no bound, and nothing else begins before all of it is back.
    fileprivate var undosOfRollback: [Action] {
        if plan.steps.contains(where: { goesBackFirst($0) && state(of: $0.id).mayHaveHappened }) {
            let first = undos(where: goesBackFirst)
            return isPaused ? first.filter(isUndoing) : first
        }
        let all = undos { _ in true }
        if isPaused { return all.filter(isUndoing) }
        var workloads = 0
        return all.filter { action in
            guard case .undo(let id) = action, case .workload = index[id]?.lane else { return true }
            workloads += 1
            return workloads <= plan.workloadsInFlightMax
        }
    }

    private func isUndoing(_ action: Action) -> Bool {
        if case .undo(let id) = action { state(of: id).stage == .undoing } else { false }
    }

    /// Undos that may be made now, those under way first, then the plan's order backwards.
    private func undos(where isWanted: (Step) -> Bool) -> [Action] {
        let isCrossUndone = !mayAnyHaveCrossed
        let standing = steps.indices.reversed().filter { steps[$0].mayHaveHappened }
        let ready = standing.map { plan.steps[$0] }.filter { step in
            isWanted(step) && mayUndo(step, isCrossUndone: isCrossUndone)
                && !state(of: step.id).isUndoStuck
        }
        let underWay = ready.filter { state(of: $0.id).stage == .undoing }
        let fresh = ready.filter { state(of: $0.id).stage != .undoing }
        return (underWay + fresh).map { .undo($0.id) }
    }

    fileprivate var waitReason: WaitReason {
        let stuck = plan.steps.compactMap { step -> LaneFailure? in
            guard case .undoFailed(let failure, isFinal: true) = state(of: step.id).stage
            else { return nil }
            return LaneFailure(step: step.id, failure: failure)
        }
        if !stuck.isEmpty { return .undoFailed(stuck) }
        var seen: Set<StepID> = []
        let stopped = index.lanes.compactMap { lane -> LaneFailure? in
            guard case .stopped(let cause) = state(of: lane), seen.insert(cause.step).inserted
            else { return nil }
            return cause
        }
        if !stopped.isEmpty { return isFinishing ? .finishFailed(stopped) : .stopped(stopped) }
        if isPaused { return .paused }
        let awaited = stepsAwaitingApproval
        if !awaited.isEmpty { return .approval(awaited.map(\.id)) }
        precondition(isCrossed, "nothing to do, nothing failed, and not everything has crossed")
        return .crossed
    }
}

extension StepState {
    fileprivate var isUndoStuck: Bool {
        if case .undoFailed(_, isFinal: true) = stage { true } else { false }
    }
}
