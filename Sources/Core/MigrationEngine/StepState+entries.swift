import MigrationModel

/// What each entry of a journal makes of its step: the rules that the step keeps by itself.
///
/// Whether its turn has come is for the run to say. A rule that is broken throws and leaves the
/// state half changed; the run throws such a copy away.
extension StepState {
    /// The step is about to be made, from what was surveyed before its first intent.
    mutating func begin(
        _ id: StepID,
        attempt: Int,
        from image: BeforeImage
    ) throws(IllegalEntry) {
        guard attempt == attempts + 1 else {
            throw IllegalEntry(problem: "attempt \(attempt) of \(id) follows \(attempts)")
        }
        if let first = before, first != image {
            throw IllegalEntry(problem: "step \(id) is repeated with another before-image")
        }
        before = image
        attempts = attempt
        stage = .underWay
    }

    /// The attempt that runs has made the step.
    mutating func end(
        _ id: StepID,
        attempt: Int,
        _ receipt: Receipt
    ) throws(IllegalEntry) {
        guard stage == .underWay, attempts == attempt else { throw notRunning(id, attempt) }
        stage = .done
        stillRunning = receipt.stillRunning
        isStillRunningCounted = receipt.isStillRunningCounted
        isCountLost = receipt.isCountLost
        failuresInRow = 0
    }

    /// Nothing runs any more of what did when the step was done.
    mutating func seeEnd(_ id: StepID) throws(IllegalEntry) {
        guard leavesCounted else {
            throw IllegalEntry(problem: "step \(id) was observed while it did not run")
        }
        stillRunning = 0
    }

    /// Nobody counts any more what still ran when the step was done: its end will not be seen.
    mutating func loseCount(_ id: StepID) throws(IllegalEntry) {
        guard leavesCounted else {
            throw IllegalEntry(problem: "step \(id) was observed while it did not run")
        }
        isStillRunningCounted = false
        isCountLost = true
    }

    /// An attempt failed; `mayBegin` says whether the step's turn had come.
    mutating func fail(
        _ id: StepID,
        attempt: Int,
        _ failure: StepFailure,
        mayBegin: Bool
    ) throws(IllegalEntry) {
        switch stage {
        case .underWay where attempt == attempts: break
        // Its survey failed, so there was no intent, and nothing of this attempt happened.
        case .pending where attempt == attempts + 1 && mayBegin,
            .failed where attempt == attempts + 1 && mayBegin:
            attempts = attempt
        default: throw IllegalEntry(problem: "attempt \(attempt) of \(id) fails and did not run")
        }
        failuresInRow += 1
        stage = .failed(failure, isFinal: failuresInRow >= failure.kind.attemptsMax)
    }

    /// The step is about to be undone.
    mutating func beginUndo(_ id: StepID, attempt: Int) throws(IllegalEntry) {
        guard attempt == undoAttempts + 1 else {
            throw IllegalEntry(problem: "undo \(attempt) of \(id) follows \(undoAttempts)")
        }
        switch stage {
        case .undoing, .undoFailed: break
        case .pending, .underWay, .done, .failed: failuresInRow = 0
        }
        undoAttempts = attempt
        stage = .undoing
    }

    /// The undo that runs has given the old state back: nothing of the step has happened.
    mutating func endUndo(_ id: StepID, attempt: Int) throws(IllegalEntry) {
        guard stage == .undoing, undoAttempts == attempt else { throw notRunning(id, attempt) }
        stage = .pending
        before = nil
        stillRunning = 0
        failuresInRow = 0
    }

    /// The undo that runs has failed.
    mutating func failUndo(
        _ id: StepID,
        attempt: Int,
        _ failure: StepFailure
    ) throws(IllegalEntry) {
        guard stage == .undoing, undoAttempts == attempt else { throw notRunning(id, attempt) }
        failuresInRow += 1
        stage = .undoFailed(failure, isFinal: failuresInRow >= failure.kind.attemptsMax)
    }

    /// Lets what failed be tried again as often as if it had never been tried.
    mutating func forgetFailures() {
        failuresInRow = 0
        switch stage {
        case .failed(let failure, _): stage = .failed(failure, isFinal: false)
        case .undoFailed(let failure, _): stage = .undoFailed(failure, isFinal: false)
        case .pending, .underWay, .done, .undoing: break
        }
    }

    private func notRunning(_ id: StepID, _ attempt: Int) -> IllegalEntry {
        IllegalEntry(problem: "\(id) has a result of attempt \(attempt), which did not run")
    }
}
