import Clocks
import MigrationEngine
import MigrationModel
import MigrationPlanning

/// What is waited for.
extension RunExplanation {
    static func waits(
        _ state: RunState,
        _ history: RunHistory,
        _ looks: [StepID: [String]],
        _ now: WallTime?
    ) -> [Wait] {
        guard state.outcome == nil else { return [] }
        let underWay = state.plan.steps.compactMap { step -> Wait? in
            switch state.state(of: step.id).stage {
            case .underWay: wait(for: step, step.gatesBefore + step.gates, history, looks)
            case .undoing: wait(for: step, step.gatesBack, history, looks, isUndo: true)
            case .pending, .done, .failed, .undoFailed: nil
            }
        }
        let failed = failures(state).map { failure in
            Wait(
                step: failure.step,
                what: "step \(failure.step) failed, and waits for you",
                since: history.failedAt[failure.step],
                saw: [failure.failure.reason]
            )
        }
        return underWay + failed + window(state, now) + approvals(state, history)
            + person(state, history)
    }

    private static func wait(
        for step: Step,
        _ gates: [Condition],
        _ history: RunHistory,
        _ looks: [StepID: [String]],
        isUndo: Bool = false
    ) -> Wait {
        let summary = isUndo ? "going back: \(step.undoSummary)" : step.summary
        let until = gates.isEmpty ? "" : ", until \(gates.map(\.words).joined(separator: "; "))"
        return Wait(
            step: step.id,
            what: summary + until,
            since: history.begunAt[step.id],
            saw: (history.seenOf[step.id].map { [$0] } ?? []) + (looks[step.id] ?? [])
        )
    }

    /// What failed so that it is not tried again by itself.
    private static func failures(_ state: RunState) -> [LaneFailure] {
        for case .wait(let reason) in decide(state) {
            switch reason {
            case .stopped(let failures), .undoFailed(let failures), .finishFailed(let failures):
                return failures
            case .paused, .approval, .connections, .window, .crossed: return []
            }
        }
        var seen: Set<StepID> = []
        return state.index.lanes.compactMap { lane in
            switch state.state(of: lane) {
            case .forward: nil
            case .goingBack(let cause, _), .stopped(let cause):
                seen.insert(cause.step).inserted ? cause : nil
            }
        }
    }

    /// What holds all beginnings at this time of day, and until when.
    private static func window(_ state: RunState, _ now: WallTime?) -> [Wait] {
        guard let now, let windows = state.plan.windows, !state.isRollingBack, !state.isCrossed,
            !windows.isOpen(at: now)
        else { return [] }
        let opens = windows.opens(after: now).map { "it opens at \($0.rfc3339)" }
        return [
            Wait(
                step: nil,
                what: "the time of day: steps of the crossing begin \(windows)",
                since: nil,
                saw: ["now: it is closed; \(opens ?? "it does not open in the next two weeks")"]
            )
        ]
    }

    /// What begins as soon as somebody approves it, whatever else goes on meanwhile.
    private static func approvals(_ state: RunState, _ history: RunHistory) -> [Wait] {
        state.stepsAwaitingApproval.map { step in
            Wait(
                step: step.id,
                what: "your approval: \(step.summary)",
                since: step.after.compactMap { history.doneAt[$0] }.max(),
                saw: leftRunning(step, state)
            )
        }
    }

    /// What an approval of the step would cut off, as far as anybody knows.
    private static func leftRunning(_ step: Step, _ state: RunState) -> [String] {
        let left = state.left(before: step)
        var said: [String] = []
        let counted = left.filter(\.isStillRunningCounted).map(\.stillRunning).reduce(0, +)
        if counted > 0 {
            said.append(
                "\(counted) requests or connections still ran at the source when their time was over, "
                    + "and would be cut off"
                    + (left.allSatisfy(\.leavesCounted)
                        ? "; it begins by itself when they have ended" : "")
            )
        }
        if left.contains(where: \.isCountLost) {
            said.append(
                "the balancer was reloaded or restarted since the run began: what was open "
                    + "before stays with its earlier process, which is asked by nobody, so nobody knows what "
                    + "still runs at the source and would be cut off. Approve when that process has ended "
                    + "(HAProxy: `show proc` at its master's CLI; hard-stop-after bounds it), or what it has "
                    + "may be cut off. With spec.traffic.haproxy.masterSocket it is counted"
            )
        }
        if left.contains(where: { !$0.isStillRunningCounted && !$0.isCountLost }) {
            said.append(
                "nothing counts what runs at the source, and its time was over before it had to have ended: "
                    + "what has not would be cut off"
            )
        }
        return said
    }

    private static func person(_ state: RunState, _ history: RunHistory) -> [Wait] {
        for case .wait(let reason) in decide(state) {
            switch reason {
            case .paused:
                return [
                    Wait(
                        step: nil,
                        what: "you, for the run is paused",
                        since: history.orderedAt[.pause],
                        saw: []
                    )
                ]
            case .crossed:
                return [
                    Wait(
                        step: nil,
                        what: "you, to finish or to go back: everything has crossed, and the way "
                            + "back is open",
                        since: history.doneLast,
                        saw: []
                    )
                ]
            case .approval, .connections, .window, .stopped, .undoFailed, .finishFailed: return []
            }
        }
        return []
    }
}
