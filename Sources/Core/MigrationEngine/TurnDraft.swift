import MigrationModel

/// What one turn of a driver will write, and the state once it is written.
///
/// A pure value: nothing of it is true before its entries are on the disk.
struct TurnDraft {
    private(set) var state: RunState
    private(set) var entries: [JournalEntry] = []
    /// The steps that must be surveyed before they can be announced.
    private(set) var surveys: [Step] = []
    /// The intents among the entries, to be started once they are written.
    private(set) var launches: [JournalEntry] = []
    /// The before-images of steps whose surveys came in during this turn.
    private var surveyed: [StepID: BeforeImage] = [:]

    /// Begins from what the journal says so far.
    init(state: RunState) {
        self.state = state
    }

    /// Adds an entry that the driver knows to be legal.
    mutating func add(_ entry: JournalEntry) {
        state.take(entry)
        entries.append(entry)
    }

    /// Takes in how the survey of a step ended.
    mutating func take(_ survey: Survey, of id: StepID) {
        switch survey {
        case .ready(let before): surveyed[id] = before
        case .abandoned: break
        case .failed(let failure):
            // The step may have been overtaken meanwhile: then its survey does not matter.
            guard let step = state.index[id], state.mayBegin(step) else { return }
            add(.failed(step: id, attempt: state.state(of: id).attempts + 1, failure: failure))
        }
    }

    /// Takes in what a person asked for, or why it cannot be had.
    mutating func take(_ command: RunCommand) {
        if let reason = state.refusal(of: command) {
            add(.commandRefused(command, reason: reason))
        } else {
            add(.command(command))
        }
    }

    /// Adds the intents of what may be done now and is not being done by this driver already.
    mutating func announce(_ actions: [Action], except busy: Set<StepID>) {
        for action in actions {
            switch action {
            case .perform(let id):
                guard !busy.contains(id), let step = state.index[id] else { continue }
                let stepState = state.state(of: id)
                guard let before = stepState.before ?? surveyed[id] else {
                    surveys.append(step)
                    continue
                }
                let attempt = stepState.attempts + 1
                launches.append(.intent(step: id, attempt: attempt, before: before))
            case .undo(let id):
                guard !busy.contains(id) else { continue }
                let attempt = state.state(of: id).undoAttempts + 1
                launches.append(.undoIntent(step: id, attempt: attempt))
            case .wait, .close: break
            }
        }
        for intent in launches { add(intent) }
    }
}
