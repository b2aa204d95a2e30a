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
    if state.isRollingBack, state.steps.isAsBefore {
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

    /// What needs nobody's word, for nothing is cut off by it, is approved as well.
    private func isApproved(at position: Int) -> Bool {
        let step = index.outlines[position]
        var isFree = !step.needsApproval
        for accepted in step.accepts where steps[accepted].stillRunning != 0 { isFree = false }
        return isFree || approvals[plan.steps[position].id] != nil
    }

    /// The steps that left something running that a person has to accept for this one.
    package func left(before step: Step) -> [StepState] {
        (step.accepts ?? []).map(state(of:)).filter { $0.stillRunning != 0 }
    }

    /// The steps that left something running, because of which a person is waited for, and whose end can be
    /// seen: then nobody is waited for any more.
    package var stepsThatMayEnd: [Step] {
        var left: Set<Int> = []
        for position in index.accepting {
            let running = index.outlines[position].accepts.filter { steps[$0].stillRunning != 0 }
            guard !running.isEmpty, running.allSatisfy({ steps[$0].leavesCounted }),
                !isApproved(at: position), isDue(at: position, isPrepared: isPrepared)
            else { continue }
            left.formUnion(running)
        }
        return left.sorted().map { plan.steps[$0] }
    }

    private func isDue(at position: Int, isPrepared: Bool) -> Bool {
        switch steps.standing(at: position) {
        case .done, .undoing, .undoFailed, .undoStuck: return false
        case .pending, .underWay, .failed: break
        }
        guard !isRollingBack, outcome == nil, lanes[index.outlines[position].lane].isForward else {
            return false
        }
        // Loops and no closures, here and below: one that takes all of this state along is made for each
        // step of each turn, and costs more than what it looks at.
        // By number, which holds on to no list.
        for number in 0..<index.outlines[position].after.count
        where !isStandingFirm(index.outlines[position].after[number]) {
            return false
        }
        switch index.outlines[position].phase {
        case .prepare: return true
        case .cross: return isPrepared
        case .finish: return isFinishing
        }
    }

    private func isStandingFirm(_ position: Int) -> Bool {
        steps.standing(at: position) == .done && lanes[index.outlines[position].lane].isForward
    }

    /// Whether the step may be undone now: all that stands on it has been.
    func mayUndo(_ step: Step) -> Bool {
        index.position[step.id].map { mayUndo(at: $0, isCrossUndone: isCrossUndone) } ?? false
    }

    private func mayUndo(at position: Int, isCrossUndone: Bool) -> Bool {
        guard steps.mayHaveHappened(at: position), !isFinishing, outcome == nil else {
            return false
        }
        let outline = index.outlines[position]
        if isTrafficFirst, outline.isTrafficFirst { return mayGoBackFirst(outline) }
        guard isAsBefore(outline.dependents) else { return false }
        if isRollingBack { return outline.phase == .cross || isCrossUndone }
        guard lanes[outline.lane].isGoingBack else { return false }
        if outline.phase == .cross { return true }
        for other in index.positionsOfLane[outline.lane]
        where index.outlines[other].phase == .cross && steps.mayHaveHappened(at: other) {
            return false
        }
        return true
    }

    /// A weight needs the source's pods; those need nothing but what of their lane stands on them.
    private func mayGoBackFirst(_ outline: StepOutline) -> Bool {
        if outline.movesTraffic { return isAsBefore(outline.feeders) }
        for dependent in outline.dependents
        where index.outlines[dependent].lane == outline.lane
            && steps.mayHaveHappened(at: dependent)
        {
            return false
        }
        return true
    }

    private func isAsBefore(_ positions: [Int]) -> Bool {
        for position in positions where steps.mayHaveHappened(at: position) { return false }
        return true
    }

    private var isCrossUndone: Bool { isAsBefore(index.crossing) }

    /// Whether everything is prepared that workloads may not cross without.
    ///
    /// What lanes prepare for themselves is waited for by all until the first has begun to cross, also where one
    /// has stopped: nothing has moved then, and a person decides. Afterwards it holds up nobody else.
    private var isPrepared: Bool {
        var isCrossing: Bool?
        for position in index.preparing where steps.standing(at: position) != .done {
            if index.outlines[position].isOfFoundation { return false }
            if isCrossing == nil { isCrossing = !isCrossUndone }
            if isCrossing == false { return false }
        }
        return true
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
        var underWay: [Int] = []
        var fresh: [Int] = []
        for position in steps.indices where mayBegin(at: position, isPrepared: isPrepared) {
            if steps.standing(at: position) == .underWay {
                underWay.append(position)
            } else if isOpen || index.outlines[position].phase != .cross {
                fresh.append(position)
            }
        }
        if isPaused { return underWay.map(perform) }
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
        // Flags and no sets: this is asked at each turn.
        var isBegun = Array(repeating: false, count: lanes.count)
        var isUnfinished = isBegun
        for position in index.crossing where index.outlines[position].isOfWorkload {
            let lane = index.outlines[position].lane
            if steps.mayHaveHappened(at: position) { isBegun[lane] = true }
            if steps.standing(at: position) != .done { isUnfinished[lane] = true }
        }
        return Set(lanes.indices.filter { isBegun[$0] && isUnfinished[$0] })
    }

    /// What lanes that failed undo now: also during a pause, for it is traffic that they give back.
    fileprivate var undosOfLanes: [Action] {
        guard lanes.contains(where: \.isGoingBack) else { return [] }
        return undos { lanes[index.outlines[$0].lane].isGoingBack }.map(undo)
    }

    /// What a rollback undoes now.
    ///
    /// The bound is one of undos and not of lanes: whatever may be undone now can be undone alone.
    ///
    /// Traffic that goes first knows no bound, and nothing else begins before all of it is back.
    fileprivate var undosOfRollback: [Action] {
        func goesFirst(_ position: Int) -> Bool {
            isTrafficFirst && index.outlines[position].isTrafficFirst
        }
        func isAdmitted(_ position: Int) -> Bool {
            !isPaused || steps.standing(at: position) == .undoing
        }
        if steps.indices.contains(where: { goesFirst($0) && steps.mayHaveHappened(at: $0) }) {
            return undos(where: goesFirst).filter(isAdmitted).map(undo)
        }
        var workloads = 0
        let undone = undos { _ in true }.filter(isAdmitted).filter { position in
            guard !isPaused, index.outlines[position].isOfWorkload else { return true }
            workloads += 1
            return workloads <= plan.workloadsInFlightMax
        }
        return undone.map(undo)
    }

    private func undo(_ position: Int) -> Action { .undo(plan.steps[position].id) }

    /// Undos that may be made now, those under way first, then the plan's order backwards.
    private func undos(where isWanted: (Int) -> Bool) -> [Int] {
        let isCrossUndone = isCrossUndone
        let ready = steps.indices.reversed().filter { position in
            steps.mayHaveHappened(at: position) && isWanted(position)
                && steps.standing(at: position) != .undoStuck
                && mayUndo(at: position, isCrossUndone: isCrossUndone)
        }
        let underWay = ready.filter { steps.standing(at: $0) == .undoing }
        return underWay + ready.filter { steps.standing(at: $0) != .undoing }
    }

    fileprivate var waitReason: WaitReason {
        let stuck = plan.steps.compactMap { step -> LaneFailure? in
            guard case .undoFailed(let failure, isFinal: true) = state(of: step.id).stage
            else { return nil }
            return LaneFailure(step: step.id, failure: failure)
        }
        if !stuck.isEmpty { return .undoFailed(stuck) }
        // Why a lane had stopped before everything was wanted back is nobody's concern any more.
        if isRollingBack, isPaused { return .paused }
        var seen: Set<StepID> = []
        let stopped = index.lanes.compactMap { lane -> LaneFailure? in
            guard case .stopped(let cause) = state(of: lane), seen.insert(cause.step).inserted
            else { return nil }
            return cause
        }
        if !stopped.isEmpty { return isFinishing ? .finishFailed(stopped) : .stopped(stopped) }
        if isPaused { return .paused }
        let awaited = stepsAwaitingApproval
        let mayEnd = stepsThatMayEnd
        if !mayEnd.isEmpty {
            return .connections(steps: awaited.map(\.id), left: mayEnd.map(\.id))
        }
        if !awaited.isEmpty { return .approval(awaited.map(\.id)) }
        precondition(isCrossed, "nothing to do, nothing failed, and not everything has crossed")
        return .crossed
    }
}
