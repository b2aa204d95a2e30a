import JSONValues
import MigrationModel
import Testing

@Suite struct PlanBytesTests {
    private let plan = Plan(
        name: "shop",
        source: PlannedSite(context: "a", identity: "uid-a", version: "v1.25.0"),
        target: PlannedSite(context: "b", identity: "uid-b", version: "v1.36.0"),
        workloadsInFlightMax: 10,
        steps: [
            Step(
                id: StepID("shop/orders/weight-25"),
                phase: .cross,
                lane: .workload(
                    id: WorkloadID(kind: "Deployment", namespace: "shop", name: "orders")
                ),
                after: [],
                operation: .setWeight(route: RouteID("orders.example"), weight: .all),
                gates: [
                    .share(
                        route: RouteID("orders.example"),
                        weight: .exactly(weight: .all),
                        limits: ShareLimits()
                    )
                ],
                timeoutMilliseconds: 60_000,
                summary: "Send 100 % to the target",
                undoSummary: "Give back the recorded weight"
            )
        ],
        findings: []
    )

    @Test func `a plan survives writing and reading and gives the same bytes`() throws {
        let bytes = try plan.encoded()
        let decoded = try Plan.decode(bytes)
        #expect(decoded == plan)
        #expect(try decoded.encoded() == bytes)
        #expect(try decoded.digest() == plan.digest())
    }

    @Test func `a changed plan has another digest`() throws {
        var changed = plan
        changed.steps[0].timeoutMilliseconds += 1
        #expect(try changed.digest() != plan.digest())
    }
}

@Suite struct SecretTests {
    @Test func `a secret shows nothing of itself however it is printed`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])"] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.reveal() == "hunter2")
    }
}
