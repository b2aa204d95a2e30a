import MigrationEngine
import MigrationModel
import Simulation

/// What is kept of one run under faults.
struct ScheduleOutcome: Sendable {
    /// How it ended.
    enum End: Sendable {
        case migrated
        case asItWasBefore
        /// It waits for somebody.
        case waits
        case none
    }

    let seed: UInt64
    let end: End
    /// When all had crossed, of one that migrated.
    let crossedAt: Duration?
    let losses: [PossibleLoss]
    let brokenPromises: [String]
    /// The journal in lines; empty where it is not asked for.
    let journal: [String]

    init(_ seed: UInt64, _ result: ScheduleResult, _ plan: Plan, keepsJournal: Bool) {
        self.seed = seed
        end =
            switch result.end {
            case .closed(.migrated): .migrated
            case .closed(.asItWasBefore): .asItWasBefore
            case .waiting: .waits
            default: .none
            }
        let timeline = PlanTimeline(plan, result.timeline)
        crossedAt = result.end == .closed(.migrated) ? timeline.crossedAt : nil
        losses = result.losses
        brokenPromises = result.brokenPromises
        journal = keepsJournal ? PlanTimeline.lines(of: result.timeline) : []
    }
}

/// When each step of a plan was begun and done, by a journal.
struct PlanTimeline {
    private let plan: Plan
    private(set) var begun: [StepID: Duration] = [:]
    private(set) var done: [StepID: Duration] = [:]
    private(set) var rollbackAt: Duration?
    private(set) var finishAt: Duration?
    private(set) var closedAt: Duration?

    init(_ plan: Plan, _ records: [TimedRecord]) {
        self.plan = plan
        for record in records {
            switch record.record.entry {
            case .intent(let step, _, _): if begun[step] == nil { begun[step] = record.at }
            case .done(let step, _, _): done[step] = record.at
            case .command(.rollback): if rollbackAt == nil { rollbackAt = record.at }
            case .command(.finish): if finishAt == nil { finishAt = record.at }
            case .closed: closedAt = record.at
            default: break
            }
        }
    }

    /// When the last step before the finish was done; nil where one never was.
    var crossedAt: Duration? {
        let steps = plan.steps.filter { $0.phase != .finish }.map(\.id)
        let times = steps.compactMap { done[$0] }
        return times.count == steps.count ? times.max() ?? .zero : nil
    }

    /// How long it took from the wish for everything back to the end.
    var wayBack: Duration? {
        guard let rollbackAt, let closedAt else { return nil }
        return closedAt - rollbackAt
    }

    /// A journal, with the time since the beginning in place of the time of day.
    static func lines(of records: [TimedRecord]) -> [String] {
        records.dropFirst().map { record in
            "\(DurationWords.exact(record.at))  \(record.record.sequence) "
                + "[\(record.record.epoch)] \(words(for: record.record.entry))"
        }
    }

    private static func words(for entry: JournalEntry) -> String {
        switch entry {
        case .opened: "opened"
        case .driverStarted(let epoch, _): "driver \(epoch) started"
        case .intent(let step, let attempt, _): "intent \(step), attempt \(attempt)"
        case .done(let step, _, _): "done \(step)"
        case .failed(let step, _, let failure): "failed \(step): \(failure)"
        case .undoIntent(let step, let attempt): "undo intent \(step), attempt \(attempt)"
        case .undone(let step, _): "undone \(step)"
        case .undoFailed(let step, _, let failure): "undo failed \(step): \(failure)"
        case .command(let command): "command \(command.rawValue)"
        case .commandRefused(let command, let reason): "\(command.rawValue) refused: \(reason)"
        case .observed(let step, let route, _): "observed \(route) for \(step)"
        case .replanned(_, let steps): "planned \(steps.count) steps anew"
        case .closed(let outcome): "closed \(outcome.rawValue)"
        }
    }
}
