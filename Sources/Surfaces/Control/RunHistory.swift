import MigrationModel

/// When things happened in a run, and what was seen last.
struct RunHistory {
    private(set) var begunAt: [StepID: String] = [:]
    private(set) var doneAt: [StepID: String] = [:]
    private(set) var failedAt: [StepID: String] = [:]
    private(set) var orderedAt: [RunCommand: String] = [:]
    private(set) var seenOf: [StepID: String] = [:]
    private(set) var doneLast: String?

    init(_ records: [JournalRecord]) {
        for record in records {
            switch record.entry {
            case .intent(let step, _, _), .undoIntent(let step, _):
                begunAt[step] = record.writtenAt
                seenOf[step] = nil
            case .failed(let step, _, let failure), .undoFailed(let step, _, let failure):
                failedAt[step] = record.writtenAt
                seenOf[step] = "an attempt failed: \(failure.reason)"
            case .observed(let step, let route, let evidence):
                let share = evidence.targetShare.map { "\(Int($0.rounded())) %" } ?? "nothing"
                seenOf[step] =
                    "\(share) of \(route) at the target, "
                    + "\(evidence.target.failures) requests failed there (\(evidence.basis.rawValue))"
            case .command(let command): orderedAt[command] = record.writtenAt
            case .done(let step, _, _):
                doneAt[step] = record.writtenAt
                doneLast = record.writtenAt
            case .opened, .driverStarted, .undone, .commandRefused, .replanned, .closed: break
            }
        }
    }
}
