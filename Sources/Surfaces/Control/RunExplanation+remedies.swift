import MigrationEngine
import MigrationModel

/// What a person can do.
extension RunExplanation {
    typealias Word = (word: String, effect: String)

    static func remedies(_ state: RunState, isDriven: Bool) -> [Word] {
        if state.outcome != nil { return [] }
        var words: [Word] = []
        let reason = decide(state).compactMap { action -> WaitReason? in
            if case .wait(let reason) = action { reason } else { nil }
        }.first
        if !state.stepsAwaitingApproval.isEmpty {
            words.append(("approve", "lets begin what waits for an approval now"))
        }
        switch reason {
        case .approval, .connections, .window: break
        case .paused: words.append(("resume", "goes on where it stands"))
        case .crossed:
            words.append(
                ("finish", "removes what is left at the source; from then on there is no way back")
            )
        case .stopped(let failures):
            words += failures.compactMap { again($0, state) }
            words.append(("resume", "tries again what failed, once its cause is mended"))
        case .undoFailed, .finishFailed:
            words.append(("resume", "tries again what failed, once its cause is mended"))
        case nil:
            if !isDriven {
                words.append(("run", "goes on: no process of this machine drives the run"))
            } else if !state.isRollingBack, !state.isFinishing {
                words.append(("pause", "lets the steps under way end and begins no more"))
            }
        }
        return words + waysBack(state)
    }

    /// What somebody changed is taken as it is now.
    private static func again(_ failure: LaneFailure, _ state: RunState) -> Word? {
        guard failure.failure.kind == .drift, let lane = state.index[failure.step]?.lane,
            state.refusalToReplan(lane) == nil, case .workload(let id) = lane
        else { return nil }
        return (
            "plan --again \(id.namespace)/\(id.name)",
            "takes \(id) as it is deployed now; `resume` then crosses with it"
        )
    }

    private static func waysBack(_ state: RunState) -> [Word] {
        var words: [Word] = []
        if state.refusal(of: .rollback) == nil {
            words.append(("rollback", "carries everything back, through the same gates"))
        }
        if state.refusal(of: .rollbackNow) == nil {
            words.append(("rollback --now", "gives all traffic back first, and cleans up after"))
        }
        if !state.isFinishing {
            words.append(
                (
                    "break-glass",
                    "prints the plain commands that put everything back without diolkos"
                )
            )
        }
        return words
    }
}
