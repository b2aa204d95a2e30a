import JSONValues
import MigrationModel
import Sealing

/// Small entries and plans for journals.
package enum JournalSamples {
    private static let step = StepID("shop/orders/weight-50")

    /// The opening of a run of one step.
    package static func opened(run: RunID) throws -> JournalEntry {
        let plan = Plan(
            name: "shop",
            source: PlannedSite(context: "a", identity: "1", version: "v1.25.0"),
            target: PlannedSite(context: "b", identity: "2", version: "v1.36.0"),
            workloadsInFlightMax: 1,
            steps: [
                Step(
                    id: step,
                    phase: .cross,
                    lane: .foundation,
                    after: [],
                    operation: .await,
                    timeoutMilliseconds: 1_000,
                    summary: "waits",
                    undoSummary: "nothing"
                )
            ],
            findings: []
        )
        return .opened(
            JournalEntry.Opening(run: run, planDigest: try plan.digest().hex, plan: plan)
        )
    }

    /// Entries of every kind but the opening, in no sensible order.
    package static let oneOfEachKind: [JournalEntry] = [
        .driverStarted(epoch: 1, driver: "machine/\"quoted\"\n\u{1F6A2}"),
        .intent(
            step: step,
            attempt: 1,
            before: BeforeImage(clear: .object(["replicas": .int(3)]), sealed: "AAAA")
        ),
        .done(step: step, attempt: 1, receipt: Receipt(details: .object(["uid": .string("u")]))),
        .failed(
            step: step,
            attempt: 1,
            failure: StepFailure(kind: .unavailable, reason: "no answer/€")
        ),
        .undoIntent(step: step, attempt: 1),
        .undone(step: step, attempt: 1),
        .undoFailed(step: step, attempt: 2, failure: StepFailure(kind: .gate, reason: "not ready")),
        .command(.rollback),
        .commandRefused(.finish, reason: "not yet"),
        .observed(
            step: step,
            route: RouteID("orders"),
            evidence: Evidence(
                basis: .counted,
                windowMilliseconds: 2_000,
                source: SiteTraffic(requests: 40, failures: 0, residualConnections: 1),
                target: SiteTraffic(
                    requests: 38,
                    failures: 0,
                    residualConnections: 0,
                    latencyMeanMicroseconds: 900
                )
            )
        ),
        .closed(.asItWasBefore),
    ]
}
