import MigrationModel
import MigrationPorts

/// What happens in a run, for those who watch: nothing depends on it being heard.
package enum RunEvent: Sendable {
    case driverStarted(epoch: Int)
    case stepBegan(StepID, attempt: Int)
    case stepDone(StepID, attempt: Int)
    case stepFailed(StepID, attempt: Int, StepFailure)
    case undoBegan(StepID, attempt: Int)
    case undoDone(StepID, attempt: Int)
    case undoFailed(StepID, attempt: Int, StepFailure)
    /// What a gate or a retry waits for.
    case stepWaits(StepID, seen: String)
    /// What a data plane was seen to serve; also between the decisions that are journalled.
    case observed(StepID, route: RouteID, Evidence)
    case lane(Lane, LaneState)
    case command(RunCommand, refusal: String?)
    case waiting(WaitReason)
    case ended(RunExit)
}

extension RunEvent {
    /// What an entry that was written tells those who watch; nil for what is told elsewhere.
    init?(_ entry: JournalEntry) {
        switch entry {
        case .intent(let id, let attempt, _): self = .stepBegan(id, attempt: attempt)
        case .done(let id, let attempt, _): self = .stepDone(id, attempt: attempt)
        case .failed(let id, let attempt, let failure):
            self = .stepFailed(id, attempt: attempt, failure)
        case .undoIntent(let id, let attempt): self = .undoBegan(id, attempt: attempt)
        case .undone(let id, let attempt): self = .undoDone(id, attempt: attempt)
        case .undoFailed(let id, let attempt, let failure):
            self = .undoFailed(id, attempt: attempt, failure)
        case .command(let command): self = .command(command, refusal: nil)
        case .commandRefused(let command, let reason): self = .command(command, refusal: reason)
        case .opened, .driverStarted, .observed, .replanned, .closed: return nil
        }
    }
}

/// Why a driver stopped driving.
package enum RunExit: Sendable, Equatable {
    /// The run is over.
    case closed(Outcome)
    /// A person is needed, or has paused the run.
    case waiting(WaitReason)
    /// Somebody asked the driver to stop; the run can be resumed.
    case stopped
    /// Another driver has, or may have, the run: nothing was undone.
    case fenced(reason: String)
    /// The leases could not be kept, and nothing says that anybody else has the run: nothing was
    /// undone, and the run can be resumed.
    case leaseUnreachable(reason: String)
    /// The journal cannot be read or written.
    case journalFailed(JournalError)
}
