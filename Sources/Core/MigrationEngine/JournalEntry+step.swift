import MigrationModel

extension JournalEntry {
    /// The step that this entry is of; nil when it is of the whole run.
    package var step: StepID? {
        switch self {
        case .intent(let step, _, _), .done(let step, _, _), .failed(let step, _, _),
            .undoIntent(let step, _), .undone(let step, _), .undoFailed(let step, _, _),
            .observed(let step, _, _):
            step
        case .opened, .driverStarted, .command, .commandRefused, .replanned, .closed: nil
        }
    }

    /// Whether this says how a step or its undo ended.
    var isResult: Bool {
        switch self {
        case .done, .failed, .undone, .undoFailed: true
        default: false
        }
    }

    /// Whether this can still be written when the run has ended.
    var mayFollowTheEnd: Bool {
        switch self {
        case .commandRefused, .driverStarted: true
        default: false
        }
    }
}
