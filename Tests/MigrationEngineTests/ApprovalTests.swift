import Foundation
import MigrationEngine
import MigrationModel
import Sealing
import Simulation
import Testing

/// Steps that begin only when a person says so.
@Suite struct ApprovalTests {
    private static let approval: StepID = StepID("w0/approval")

    /// Before all of the first route's requests, somebody has to say yes.
    private var estate: Estate {
        var estate = Estate(workloads: 2, weights: [50, 100])
        guard let index = estate.plan.steps.firstIndex(where: { $0.id.text == "w0/weight-100" })
        else { return estate }
        let step = Estate.step(
            ApprovalTests.approval.text,
            .cross,
            estate.plan.steps[index].lane,
            after: ["w0/weight-50"],
            .approval
        )
        estate.plan.steps[index].after = [step.id]
        estate.plan.steps.insert(step, at: index)
        return estate
    }

    private func approve(_ steps: StepID..., by: String = "ada") -> RunCommand {
        .approve(Approval(steps: steps, by: by))
    }

    @Test func `without an approval everything else goes on, and then the run waits`() throws {
        let history = History(estate)
        #expect(try history.live() == .waiting(.approval([Self.approval])))
        let state = try RunState(records: history.journal.records)
        #expect(state.stepsAwaitingApproval.map(\.id) == [Self.approval])
        #expect(state.state(of: StepID("w1/drain")).stage == .done)
        #expect(state.state(of: StepID("w0/weight-50")).stage == .done)
        #expect(state.state(of: Self.approval).stage == .pending)
        #expect(history.world.content.weights[RouteID("w0")] == "w=50")
        #expect(history.world.violations.isEmpty)
    }

    @Test func `who approved, and when, is in the journal, and the run goes on`() throws {
        let history = History(estate)
        history.person.approver = "ada"
        #expect(try history.live() == .closed(.migrated))
        #expect(history.problem(.closed(.migrated)) == nil)
        let approvals = history.journal.records.filter {
            $0.entry == .command(approve(Self.approval))
        }
        #expect(approvals.count == 1)
        #expect(approvals.first?.writtenAt.isEmpty == false)
    }

    @Test func `what is not approved can be carried back`() throws {
        let history = History(estate)
        #expect(try history.live() == .waiting(.approval([Self.approval])))
        history.journal.put(.rollback)
        #expect(history.drive() == .closed(.asItWasBefore))
        #expect(history.problem(.closed(.asItWasBefore)) == nil)
    }

    @Test func `an approval can be given ahead, and is used up when its step goes back`() throws {
        let plan = estate.plan
        var state = try RunState(
            opening: .init(run: RunID("run-1"), planDigest: try plan.digest().hex, plan: plan)
        )
        func made(_ step: String, attempt: Int = 1) -> [JournalEntry] {
            [
                .intent(step: StepID(step), attempt: attempt, before: BeforeImage()),
                .done(step: StepID(step), attempt: attempt, receipt: Receipt()),
            ]
        }
        var entries: [JournalEntry] = [
            .driverStarted(epoch: 1, driver: "here"), .command(approve(Self.approval)),
        ]
        let steps = ["namespaces", "w0/copy", "w0/activate", "w0/weight-50", "w0/approval"]
        for step in steps { entries += made(step) }
        entries += [
            .intent(step: StepID("w0/weight-100"), attempt: 1, before: BeforeImage()),
            .failed(
                step: StepID("w0/weight-100"),
                attempt: 1,
                failure: StepFailure(kind: .gate, reason: "it is slow")
            ),
        ]
        for step in ["w0/weight-100"] + steps.dropFirst().reversed() {
            entries += [
                .undoIntent(step: StepID(step), attempt: 1),
                .undone(step: StepID(step), attempt: 1),
            ]
        }
        entries.append(.command(.resume))
        for step in steps.dropFirst().dropLast() { entries += made(step, attempt: 2) }
        for entry in entries { try state.apply(entry) }
        #expect(state.approvals == [:])
        #expect(state.stepsAwaitingApproval.map(\.id) == [Self.approval])
        #expect(!decide(state).contains(.perform(Self.approval)))
        try state.apply(.command(approve(Self.approval)))
        #expect(decide(state).contains(.perform(Self.approval)))
    }

    @Test func `a step cannot begin without its approval, whatever a journal says`() throws {
        let history = History(estate)
        _ = try history.live()
        var state = try RunState(records: history.journal.records)
        #expect(throws: IllegalEntry.self) {
            try state.apply(.intent(step: Self.approval, attempt: 1, before: BeforeImage()))
        }
    }

    @Test func `what cannot be approved is refused with the reason`() throws {
        let plan = estate.plan
        var state = try RunState(
            opening: .init(run: RunID("run-1"), planDigest: try plan.digest().hex, plan: plan)
        )
        try state.apply(.driverStarted(epoch: 1, driver: "here"))
        #expect(
            state.refusal(of: approve(StepID("w0/copy")))
                == "the plan has no step w0/copy that waits for an approval"
        )
        #expect(state.refusal(of: approve(Self.approval)) == nil)
        try state.apply(.command(approve(Self.approval)))
        #expect(
            state.refusal(of: approve(Self.approval, by: "bob"))
                == "step w0/approval is approved already, by ada"
        )
        try state.apply(.command(.rollback))
        #expect(state.refusal(of: approve(Self.approval)) == "the run is going back")
    }

    @Test func `a command is written as a person would say it, and read again`() throws {
        let command = approve(StepID("b"), StepID("a"), by: "ada by the sea")
        #expect(command.rawValue == "approve a,b by ada by the sea")
        for command in RunCommand.words + [command] {
            #expect(RunCommand(rawValue: command.rawValue) == command)
            let bytes = try JSONEncoder().encode([command])
            #expect(String(decoding: bytes, as: UTF8.self) == "[\"\(command.rawValue)\"]")
            #expect(try JSONDecoder().decode([RunCommand].self, from: bytes) == [command])
        }
        for text in ["", "approve", "approve  by ada", "approve a", "approve a by ", "go"] {
            #expect(RunCommand(rawValue: text) == nil, "\(text)")
        }
    }
}
