import MigrationModel

/// Why a run waits for a person, and what the person can do.
package enum WaitReason: Sendable, Hashable {
    /// Somebody paused it.
    case paused
    /// These steps begin when somebody has approved them; all that needs no approval is done.
    case approval([StepID])
    /// These steps begin when somebody has approved them; some of them also by themselves, as soon as
    /// what those that are `left` left running at the source has ended.
    case connections(steps: [StepID], left: [StepID])
    /// Nothing may begin at this time of day; nobody is waited for.
    case window
    /// Everything has crossed; the way back is open until somebody finishes.
    case crossed
    /// These steps failed, what stood on them is as it was before, and all else is done.
    case stopped([LaneFailure])
    /// These steps could not be undone.
    case undoFailed([LaneFailure])
    /// These steps of the finish failed; there is no way back any more.
    case finishFailed([LaneFailure])
}

extension WaitReason {
    /// Whether the run may go on though nobody says anything.
    package var mayEndByItself: Bool {
        switch self {
        case .window, .connections: true
        case .paused, .approval, .crossed, .stopped, .undoFailed, .finishFailed: false
        }
    }
}

extension WaitReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .paused: "the run is paused: `diolkos resume` goes on, `diolkos rollback` goes back"
        case .approval(let steps):
            "your approval of \(steps.map(\.text).joined(separator: ", ")): `diolkos approve` lets "
                + "that begin, `diolkos rollback` carries everything back"
        case .connections(let steps, let left):
            "what still runs at the source to end (\(left.map(\.text).joined(separator: ", "))), and the "
                + "run goes on by itself then; or your approval of "
                + "\(steps.map(\.text).joined(separator: ", ")): `diolkos approve` lets that begin, "
                + "`diolkos rollback` carries everything back"
        case .window:
            "nothing may begin at this time of day (spec.windows): the run goes on by itself when it "
                + "may, and `diolkos rollback` carries everything back at any time"
        case .crossed:
            "everything has crossed, and the way back is open: `diolkos finish` removes what is "
                + "left at the source, `diolkos rollback` carries everything back"
        case .stopped(let failures):
            "\(list(failures)). What had crossed with it is back at the source. Mend the cause, "
                + "then `diolkos resume` tries again; `diolkos rollback` carries everything back"
        case .undoFailed(let failures):
            "the way back is blocked: \(list(failures)). Mend the cause, then `diolkos resume` "
                + "tries again"
        case .finishFailed(let failures):
            "\(list(failures)). Everything is served by the target. Mend the cause, then "
                + "`diolkos resume` tries again"
        }
    }

    private func list(_ failures: [LaneFailure]) -> String {
        failures.map { "step \($0.step) failed: \($0.failure.reason)" }.joined(separator: "; ")
    }
}
