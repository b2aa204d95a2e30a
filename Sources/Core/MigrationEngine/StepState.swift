import MigrationModel

/// What a journal says of one step.
package struct StepState: Sendable, Hashable {
    /// Where the step stands.
    package enum Stage: Sendable, Hashable {
        /// Never begun, or undone.
        case pending
        /// Announced, and no result known: it may have happened.
        case underWay
        case done
        /// `isFinal` when it is not to be tried again before a person says so.
        case failed(StepFailure, isFinal: Bool)
        /// Its undo was announced, and no result is known.
        case undoing
        /// `isFinal` when it is not to be tried again before a person says so.
        case undoFailed(StepFailure, isFinal: Bool)
    }

    package internal(set) var stage: Stage = .pending
    /// How often it was begun in all.
    package internal(set) var attempts = 0
    /// How often its undo was begun in all.
    package internal(set) var undoAttempts = 0
    /// What was surveyed before its first intent since it last was pending.
    ///
    /// Nil exactly when nothing of it can have happened.
    package internal(set) var before: BeforeImage?
    /// How many requests still ran at the site that is left when the step was done.
    package internal(set) var stillRunning = 0
    /// Whether those were counted, so that their end can be seen.
    package internal(set) var isStillRunningCounted = false
    /// Whether they cannot be counted any more, for the balancer was reloaded.
    package internal(set) var isCountLost = false
    /// How often it, or its undo, failed since somebody last asked for it.
    var failuresInRow = 0

    /// Whether something of the step may stand in the world, so that going back must undo it.
    package var mayHaveHappened: Bool { before != nil }

    /// Whether it is done, and left something running whose end can be seen.
    package var leavesCounted: Bool {
        stage == .done && stillRunning != 0 && isStillRunningCounted
    }
}

/// What a journal says of the steps that succeed or are undone together.
package enum LaneState: Sendable, Hashable {
    /// Going the way of the plan.
    case forward
    /// Being undone because of a step, maybe one of a lane that it depends on.
    ///
    /// `triesAgain` when a person asked for another attempt meanwhile.
    case goingBack(because: LaneFailure, triesAgain: Bool)
    /// As it was before, or, in the finish, where it stood: a person is waited for.
    case stopped(because: LaneFailure)

    var isForward: Bool { if case .forward = self { true } else { false } }
    var isGoingBack: Bool { if case .goingBack = self { true } else { false } }
}

/// Which step made a lane go back, and why.
package struct LaneFailure: Sendable, Hashable {
    /// The step that failed, which may be one of another lane.
    package let step: StepID
    /// How it failed.
    package let failure: StepFailure

    package init(step: StepID, failure: StepFailure) {
        self.step = step
        self.failure = failure
    }
}

extension StepFailure.Kind {
    /// How often a step that fails so is tried before it counts as failed.
    ///
    /// What the world refused it will refuse again, and a gate that broke is a reason to go back;
    /// a site that could not be reached may come back.
    package var attemptsMax: Int {
        switch self {
        case .rejected, .gate, .drift: 1
        case .unavailable: 3
        }
    }
}
