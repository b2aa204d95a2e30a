import Clocks
import JSONValues
import MigrationEngine
import MigrationModel
import Synchronization

/// Tells what a run does, a line an event: for people, or as JSON for machines.
final class ProgressLines: Sendable {
    private let summaries: [StepID: Step]
    private let jsonLines: Bool
    private let done: Mutex<Int>

    init(state: RunState, jsonLines: Bool) {
        summaries = Dictionary(
            state.plan.steps.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        done = Mutex(state.plan.steps.filter { state.state(of: $0.id).stage == .done }.count)
        self.jsonLines = jsonLines
    }

    func show(_ event: RunEvent) {
        if jsonLines {
            if let line = json(of: event) { Output.line(line.text()) }
        } else if let line = text(of: event) {
            Output.line(line)
        }
    }

    private func text(of event: RunEvent) -> String? {
        switch event {
        case .stepDone(let step, _):
            let count = done.withLock { done in
                done += 1
                return done
            }
            return "[\(count)/\(summaries.count)] \(step)  \(summaries[step]?.summary ?? "")"
        case .undoDone(let step, _):
            return "[undone] \(step)  \(summaries[step]?.undoSummary ?? "")"
        case .stepFailed(let step, _, let failure): return "[failed] \(step)  \(failure)"
        case .undoFailed(let step, _, let failure):
            return "[failed] the undo of \(step)  \(failure)"
        case .command(let command, let refusal):
            return refusal.map { "[refused] \(command.rawValue): \($0)" }
                ?? "[\(command.rawValue)]"
        case .waiting(let reason) where reason.mayEndByItself: return "[waits] \(reason)"
        case .driverStarted, .stepBegan, .undoBegan, .stepWaits, .observed, .lane, .waiting,
            .ended:
            return nil
        }
    }

    private func json(of event: RunEvent) -> JSON? {
        func line(_ kind: String, _ step: StepID, _ more: JSONMembers = [:]) -> JSON {
            var members = more
            members["event"] = .string(kind)
            members["step"] = .string(step.text)
            members["at"] = .string(SystemTime().wallTime.rfc3339Micro)
            return .object(members)
        }
        switch event {
        case .stepBegan(let step, let attempt):
            return line("stepBegan", step, ["attempt": .int(attempt)])
        case .stepDone(let step, let attempt):
            return line("stepDone", step, ["attempt": .int(attempt)])
        case .stepFailed(let step, let attempt, let failure):
            return line(
                "stepFailed",
                step,
                ["attempt": .int(attempt), "reason": .string(failure.reason)]
            )
        case .undoBegan(let step, let attempt):
            return line("undoBegan", step, ["attempt": .int(attempt)])
        case .undoDone(let step, let attempt):
            return line("undoDone", step, ["attempt": .int(attempt)])
        case .undoFailed(let step, let attempt, let failure):
            return line(
                "undoFailed",
                step,
                ["attempt": .int(attempt), "reason": .string(failure.reason)]
            )
        case .stepWaits(let step, let seen):
            return line("stepWaits", step, ["seen": .string(seen)])
        case .driverStarted, .observed, .lane, .command, .waiting, .ended: return nil
        }
    }
}
