import ArgumentParser
import Foundation
import MigrationEngine
import MigrationModel

/// `diolkos approve`: lets steps begin that wait for a person.
struct ApproveCommand: InboxCommand {
    static let word = "approve"
    static let meaning = "Let begin what waits for your approval."
    static let details = """
        Without a step it approves what waits now, and says what that is; with `all`, everything that \
        the plan will ever wait for. Who approved, and when, stands in the journal. What was approved \
        and is carried back has to be approved again.
        """

    @OptionGroup var options: MigrationOptions

    @Argument(help: "The step to approve, as `status --explain` names it, or all.")
    var step: String?

    @Option(help: "Who approves. Default: the user of this machine.")
    var by: String?

    func order(to state: RunState) throws -> RunCommand {
        .approve(Approval(steps: try steps(of: state).map(\.id), by: approver))
    }

    func announce(_ order: RunCommand, to state: RunState) {
        guard case .approve(let approval) = order else { return }
        for step in approval.steps.compactMap({ state.index[$0] }) {
            Output.line("Approved: \(step.summary) (\(step.id))")
        }
    }

    private func steps(of state: RunState) throws -> [Step] {
        if step == "all" {
            // What is cut off is accepted when it is seen, and not ahead.
            let awaited = Set(state.stepsAwaitingApproval.map(\.id))
            let open = state.plan.steps.filter {
                awaited.contains($0.id)
                    || ($0.operation == .approval && state.approvals[$0.id] == nil)
            }
            if open.isEmpty {
                throw InputProblem("nothing is left to approve; nothing was changed")
            }
            return open
        }
        let awaited = state.stepsAwaitingApproval
        guard let step else {
            if awaited.isEmpty {
                throw InputProblem("nothing waits for an approval now; nothing was changed")
            }
            return awaited
        }
        guard let known = state.index[StepID(step)] else {
            let names = awaited.map(\.id.text).joined(separator: ", ")
            throw InputProblem(
                "the plan has no step \(step); "
                    + (names.isEmpty ? "nothing waits for an approval now" : "now waits \(names)")
            )
        }
        return [known]
    }

    /// Not a proof of who it was: whoever can write the journal can do anything to the run.
    private var approver: String {
        if let by { return by }
        return "\(NSUserName())@\(ProcessInfo.processInfo.hostName)"
    }
}
