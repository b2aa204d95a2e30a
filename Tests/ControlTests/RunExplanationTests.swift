import Control
import JSONValues
import MigrationEngine
import MigrationModel
import Testing

/// What is explained of states that wait for a person, of records alone.
@Suite struct RunExplanationTests {
    private let workload = WorkloadID(kind: "Deployment", namespace: "shop", name: "home")

    private func plan(waitsForApproval: Bool) -> Plan {
        let lane = Lane.workload(id: workload)
        let site = PlannedSite(context: "a", identity: "1", version: "v1.36.0")
        return Plan(
            name: "shop",
            source: site,
            target: site,
            workloadsInFlightMax: 1,
            steps: [
                step("up", lane, gates: [.gone(site: .source, workload: workload)]),
                step("move", lane, after: ["up"], waitsForApproval ? .approval : .await),
                step("end", .finish, phase: .finish),
            ],
            findings: []
        )
    }

    private func step(
        _ id: String,
        _ lane: Lane,
        phase: Phase = .cross,
        after: [String] = [],
        _ operation: MigrationModel.Operation = .await,
        gates: [Condition] = []
    ) -> Step {
        Step(
            id: StepID(id),
            phase: phase,
            lane: lane,
            after: after.map { StepID($0) },
            operation: operation,
            gates: gates,
            timeoutMilliseconds: 1_000,
            summary: "Makes \(id)",
            undoSummary: "Undoes \(id)",
            isUndoable: phase != .finish
        )
    }

    private func explain(
        _ entries: [JournalEntry],
        driver: String? = nil,
        looks: [StepID: [String]] = [:],
        waitsForApproval: Bool = false
    ) throws -> RunExplanation {
        let opening = JournalEntry.Opening(
            run: RunID("shop-1"),
            planDigest: "0",
            plan: plan(waitsForApproval: waitsForApproval)
        )
        let all = [.opened(opening), .driverStarted(epoch: 1, driver: "here")] + entries
        let records = all.enumerated().map { index, entry in
            JournalRecord(
                sequence: index + 1,
                epoch: index == 0 ? 0 : 1,
                writtenAt: "at \(index + 1)",
                entry: entry
            )
        }
        return RunExplanation(
            try RunState(records: records),
            records: records,
            driver: driver,
            arguments: "-f m.yaml",
            looks: looks
        )
    }

    private func made(_ id: String) -> [JournalEntry] {
        [
            .intent(step: StepID(id), attempt: 1, before: BeforeImage()),
            .done(step: StepID(id), attempt: 1, receipt: Receipt()),
        ]
    }

    private func words(_ explanation: RunExplanation) -> [String] {
        explanation.remedies.map(\.command)
    }

    @Test func `a step under way says what it waits for, since when, and what is seen`() throws {
        let explanation = try explain(
            [.intent(step: StepID("up"), attempt: 1, before: BeforeImage())],
            looks: [StepID("up"): ["now: 2 pods are left"]]
        )
        #expect(
            explanation.waits == [
                .init(
                    step: StepID("up"),
                    what: "Makes up, until Deployment shop/home has no pod left at the source",
                    since: "at 3",
                    saw: ["now: 2 pods are left"]
                )
            ]
        )
        #expect(words(explanation).first == "diolkos run -f m.yaml")
        #expect(
            words(try explain([], driver: "process 7")).first == "diolkos pause -f m.yaml"
        )
    }

    @Test func `a failure says why, and that it can be tried again`() throws {
        let failure = StepFailure(kind: .rejected, reason: "the quota is used up")
        let explanation = try explain([
            .intent(step: StepID("up"), attempt: 1, before: BeforeImage()),
            .failed(step: StepID("up"), attempt: 1, failure: failure),
            .undoIntent(step: StepID("up"), attempt: 1), .undone(step: StepID("up"), attempt: 1),
        ])
        #expect(
            explanation.waits == [
                .init(
                    step: StepID("up"),
                    what: "step up failed, and waits for you",
                    since: "at 4",
                    saw: ["the quota is used up"]
                )
            ]
        )
        #expect(
            words(explanation) == [
                "diolkos resume -f m.yaml", "diolkos rollback -f m.yaml",
                "diolkos rollback --now -f m.yaml", "diolkos break-glass -f m.yaml",
            ]
        )
    }

    @Test func `what waits for an approval says since when, and how it is given`() throws {
        let explanation = try explain(made("up"), waitsForApproval: true)
        #expect(
            explanation.waits == [
                .init(
                    step: StepID("move"),
                    what: "your approval: Makes move",
                    since: "at 4",
                    saw: []
                )
            ]
        )
        #expect(
            words(explanation) == [
                "diolkos approve -f m.yaml", "diolkos rollback -f m.yaml",
                "diolkos rollback --now -f m.yaml", "diolkos break-glass -f m.yaml",
            ]
        )
        let approval = Approval(steps: [StepID("move")], by: "ada")
        let approved = try explain(
            made("up") + [.command(.approve(approval))],
            waitsForApproval: true
        )
        #expect(approved.waits == [])
    }

    @Test func `a way back that is blocked says where, and can be hurried`() throws {
        let failure = StepFailure(kind: .rejected, reason: "forbidden")
        let explanation = try explain(
            made("up") + [
                .command(.rollback), .undoIntent(step: StepID("up"), attempt: 1),
                .undoFailed(step: StepID("up"), attempt: 1, failure: failure),
            ]
        )
        #expect(explanation.waits.map(\.saw) == [["forbidden"]])
        #expect(explanation.waits.map(\.since) == ["at 7"])
        #expect(
            words(explanation) == [
                "diolkos resume -f m.yaml", "diolkos rollback --now -f m.yaml",
                "diolkos break-glass -f m.yaml",
            ]
        )
    }

    @Test func `once the finish has begun nothing leads back`() throws {
        let failure = StepFailure(kind: .rejected, reason: "forbidden")
        let explanation = try explain(
            made("up") + made("move") + [
                .command(.finish), .intent(step: StepID("end"), attempt: 1, before: BeforeImage()),
                .failed(step: StepID("end"), attempt: 1, failure: failure),
            ]
        )
        #expect(explanation.waits.map(\.step) == [StepID("end")])
        #expect(words(explanation) == ["diolkos resume -f m.yaml"])
        #expect(!explanation.text.contains("rollback"))
    }
}
