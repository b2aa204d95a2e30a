import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Where a plan looks at measurements and at answers.
@Suite struct VerificationPlanTests {
    private let lag = MetricGate(
        name: "lag",
        url: "http://prometheus.example",
        query: "lag",
        max: 100,
        heldMilliseconds: 60_000
    )

    private var estate: EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("orders", host: "orders.example")
        estate.addWorkload("worker", hasService: false)
        estate.file.workloads = [
            WorkloadRule(workload: workload("worker"), activation: .shared)
        ]
        return estate
    }

    private func workload(_ name: String) -> WorkloadID {
        WorkloadID(kind: "Deployment", namespace: "shop", name: name)
    }

    private func steps(with gate: MetricGate, in plan: Plan) -> [String] {
        plan.steps.filter { ($0.gatesBefore + $0.gates).contains(.metric(gate: gate)) }
            .map(\.id.text)
    }

    @Test func `a number is asked at each weight, unless workloads are named`() throws {
        var estate = estate
        estate.file.gates = [GateRule(metric: lag)]
        let route = "routes/orders.example"
        let plan = try estate.plan()
        #expect(
            steps(with: lag, in: plan)
                == ["\(route)/weight-25", "\(route)/weight-50", "\(route)/weight-100"]
        )
        let weight = try #require(plan.steps.first { $0.id.text == "\(route)/weight-25" })
        #expect(weight.timeoutMilliseconds == 180_000)
        guard case .share = weight.gates.first else {
            Issue.record("the share comes first: \(weight.gates)")
            return
        }
        estate.file.gates = [GateRule(metric: lag, workloads: [workload("worker")])]
        #expect(
            steps(with: lag, in: try estate.plan())
                == ["workloads/shop/worker/source-1", "workloads/shop/worker/source-0"]
        )
    }

    @Test func `answers are compared before the first weight, with the host of the route`() throws {
        var estate = estate
        estate.file.comparisons = [
            AnswerComparison(route: RouteID("orders.example"), host: "", paths: ["/api"])
        ]
        let plan = try estate.plan()
        let compare = try #require(
            plan.steps.first { $0.id.text == "routes/orders.example/compare" }
        )
        guard case .sameAnswers(let comparison) = compare.gates.first else {
            Issue.record("\(compare.gates)")
            return
        }
        #expect(comparison.host == "orders.example")
        let first = plan.steps.first { $0.id.text == "routes/orders.example/weight-25" }
        #expect(first?.after == [compare.id])
        let text = PlanText.text(of: plan, digest: "0")
        #expect(text.contains("both sites answer GET of orders.example alike, at 1 path"))
    }

    @Test func `probes come once pods are ready, and before the first weight`() throws {
        var estate = estate
        estate.file.probes = [
            SmokeRule(
                subject: .route(RouteID("orders.example")),
                probe: SmokeProbe(
                    name: "page",
                    subject: "orders.example",
                    trial: .http(HTTPTrial(host: "", path: "/page"))
                )
            ),
            SmokeRule(
                subject: .workload(workload("worker")),
                probe: SmokeProbe(
                    name: "queue",
                    subject: "worker",
                    trial: .command(words: ["./queue.sh"])
                )
            ),
        ]
        let plan = try estate.plan()
        func after(_ id: String) -> [String]? {
            plan.steps.first { $0.id.text == id }?.after.map(\.text)
        }
        #expect(after("routes/orders.example/smoke") == ["routes/orders.example/probe"])
        #expect(after("routes/orders.example/weight-25") == ["routes/orders.example/smoke"])
        #expect(after("workloads/shop/worker/smoke") == ["workloads/shop/worker/scale-up"])
        var open = ["workloads/shop/worker/source-to-zero"]
        var earlier: Set<String> = []
        while let id = open.popLast() {
            if earlier.insert(id).inserted { open += after(id) ?? [] }
        }
        #expect(earlier.contains("workloads/shop/worker/smoke"))
        let text = PlanText.text(of: plan, digest: "0")
        #expect(
            text.contains(
                "the probe page is answered with 200 at the target's entry (orders.example/page)"
            )
        )
        #expect(text.contains("the probe queue succeeds: ./queue.sh"))
        estate.file.probes[0].subject = .route(RouteID("nowhere"))
        estate.file.probes[1].subject = .workload(workload("nobody"))
        #expect(
            estate.problems() == [
                "probe page: the route nowhere does not move; name one that does",
                "probe queue: Deployment shop/nobody does not cross; name one that does",
            ]
        )
    }

    private func rule(_ name: String, _ subject: String, _ work: ProbeJob.Work) -> SmokeRule {
        let job = ProbeJob(probe: name, work: work, timeoutMilliseconds: 10_000)
        return SmokeRule(subject: .workload(workload(subject)), job: job)
    }

    @Test func `Jobs that try the target run before users depend on it, and go when they are done`()
        throws
    {
        var estate = estate
        estate.file.probes = [
            rule("dial", "orders", .connect(host: "", port: 80, image: "busybox"))
        ]
        let plan = try estate.plan()
        let place = "workloads/shop/orders/probe-dial"
        let step = try #require(plan.steps.first { $0.id.text == place })
        guard case .change(.target, .runProbe(let probe)) = step.operation else {
            Issue.record("\(step.operation)")
            return
        }
        #expect(probe.namespace == "shop")
        #expect(probe.work == .connect(host: "orders-local.shop", port: 80, image: "busybox"))
        #expect(step.gates == [.probeSucceeded(site: .target, probe: probe)])
        let removal = try #require(plan.steps.first { $0.id.text == "\(place)/remove" })
        #expect(removal.operation == .change(site: .target, change: .removeProbe(probe: probe)))
        #expect(removal.after == [step.id])
        #expect(plan.steps.contains { $0.after.contains(removal.id) })
        let text = PlanText.text(of: plan, digest: "0")
        #expect(
            text.contains(
                "the probe dial connects to orders-local.shop:80, tried from inside the target"
            )
        )
        estate.file.probes = [
            rule("dial", "worker", .connect(host: "", port: 80, image: "busybox"))
        ]
        #expect(
            estate.problems() == [
                "probe dial: Deployment shop/worker has 0 names, and one of them is dialled; write "
                    + "its host, such as NAME-local.shop"
            ]
        )
    }

    @Test func `what would look at nothing is a problem`() {
        var estate = estate
        estate.file.gates = [
            GateRule(metric: lag, routes: [RouteID("nowhere")], workloads: [workload("nobody")])
        ]
        estate.file.comparisons = [
            AnswerComparison(route: RouteID("nowhere"), host: "", paths: ["/"])
        ]
        #expect(
            estate.problems() == [
                "gate lag: Deployment shop/nobody does not cross; name one that does, or leave it "
                    + "out of spec.gates",
                "gate lag: the route nowhere does not move; name one that does, or leave it out of "
                    + "spec.gates",
                "route nowhere: its answers are to be compared, and it does not move; leave it out "
                    + "of spec.compare",
            ]
        )
    }
}
