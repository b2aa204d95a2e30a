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

    @Test(arguments: [
        ("", "the text ends where a value should be at byte 0"),
        ("{}", "it has no number \"formatVersion\""),
        (#"{"formatVersion":1}"#, "it is of format 1, this program reads 2"),
        (#"{"formatVersion":2,"formatVersion":2}"#, "stands twice in one object"),
        (#"{"formatVersion":2,"name":7}"#, "at name: it should be of type String"),
        (#"{"formatVersion":2}"#, "\"name\" is missing"),
    ])
    func `what is no plan is refused with the place`(text: String, problem: String) {
        #expect {
            try Plan.decode(Array(text.utf8))
        } throws: { error in
            (error as? PlanFormatError)?.description.contains(problem) == true
        }
    }

    @Test func `a weight outside its range is refused with its place`() throws {
        let text = String(decoding: try plan.encoded(), as: UTF8.self)
            .replacing("\"weight\": 100", with: "\"weight\": 101")
        #expect {
            try Plan.decode(Array(text.utf8))
        } throws: { "\($0)".contains("a weight is a whole number from 0 to 100") }
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
