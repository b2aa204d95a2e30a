import MigrationModel

/// Where a step stands, without what led there: what `decide` looks at in every turn, for every step.
enum StepStanding: UInt8, Sendable {
    case pending
    case underWay
    case done
    case failed
    case undoing
    case undoFailed
    /// Its undo failed and is not tried again before a person says so.
    case undoStuck

    init(_ stage: StepState.Stage) {
        switch stage {
        case .pending: self = .pending
        case .underWay: self = .underWay
        case .done: self = .done
        case .failed: self = .failed
        case .undoing: self = .undoing
        case .undoFailed(_, let isFinal): self = isFinal ? .undoStuck : .undoFailed
        }
    }
}

/// What a journal says of every step, by its position in the plan.
struct StepTable: Sendable {
    /// How many steps lie together: what is copied where one of them changes in one of two copies.
    private static let drawerSize = 32

    private var drawers: [[StepState]]
    // Invariant: both say of each step what its state says of it.
    private var standings: [StepStanding]
    private var happened: [Bool]

    /// Nothing was begun.
    init(count: Int) {
        drawers = stride(from: 0, to: count, by: StepTable.drawerSize).map {
            Array(repeating: StepState(), count: min(StepTable.drawerSize, count - $0))
        }
        standings = Array(repeating: .pending, count: count)
        happened = Array(repeating: false, count: count)
    }

    var indices: Range<Int> { standings.indices }

    private(set) subscript(position: Int) -> StepState {
        get { drawers[position / StepTable.drawerSize][position % StepTable.drawerSize] }
        _modify {
            yield &drawers[position / StepTable.drawerSize][position % StepTable.drawerSize]
        }
    }

    func standing(at position: Int) -> StepStanding { standings[position] }

    /// Whether something of the step may stand in the world.
    func mayHaveHappened(at position: Int) -> Bool { happened[position] }

    /// Whether nothing may stand in the world any more.
    var isAsBefore: Bool { !happened.contains(true) }

    /// Changes one step; one whose own rules forbid it is left as it was.
    mutating func change(
        _ position: Int,
        _ body: (inout StepState) throws(IllegalEntry) -> Void
    ) throws(IllegalEntry) {
        var state = self[position]
        try body(&state)
        self[position] = state
        standings[position] = StepStanding(state.stage)
        happened[position] = state.mayHaveHappened
    }

    /// Lets what failed be tried again as often as if it had never been tried.
    mutating func forgetFailures(at positions: some Sequence<Int>) {
        for position in positions {
            self[position].forgetFailures()
            standings[position] = StepStanding(self[position].stage)
        }
    }

    /// Lets steps that are pending be tried as often as if they had never been.
    mutating func forgetTries(at positions: some Sequence<Int>) {
        for position in positions { self[position].failuresInRow = 0 }
    }
}
