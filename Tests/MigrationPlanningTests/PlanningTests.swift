import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

@Suite struct PlanningTests {
    @Test func `the same inputs give the same bytes, in whatever order they come`() throws {
        let estate = EstateFixture.rich
        var shuffled = estate
        shuffled.source.objects.reverse()
        shuffled.source.workloads.reverse()
        shuffled.source.services.reverse()
        shuffled.source.entries.reverse()
        for index in shuffled.source.workloads.indices {
            shuffled.source.workloads[index].calls.reverse()
            shuffled.source.workloads[index].attendants.reverse()
        }
        #expect(try shuffled.plan().encoded() == estate.plan().encoded())
    }

    @Test func `what is called begins before what calls it, and routes go last`() throws {
        var estate = EstateFixture()
        estate.addWorkload("a-front", calls: ["b-orders", "c-cart"], host: "a.example")
        estate.addWorkload("b-orders", calls: ["d-stock"])
        estate.addWorkload("c-cart", calls: ["d-stock"])
        estate.addWorkload("d-stock")
        #expect(
            lanes(try estate.plan()) == ["d-stock", "b-orders", "c-cart", "a-front"]
        )
    }

    /// As many pods as all requests need, before the first of them moves: ten times what the first
    /// tenth needs.
    @Test func `before the first weight the target has as many pods ready as the source`() throws {
        var estate = EstateFixture()
        estate.addWorkload("front", replicas: 7, calls: ["stock"], host: "a.example")
        estate.addWorkload("stock", replicas: 3)
        let plan = try estate.plan()
        let weight = try #require(
            plan.steps.first { if case .setWeight = $0.operation { true } else { false } }
        )
        var before: Set<StepID> = []
        var open = weight.after
        while let id = open.popLast() {
            guard before.insert(id).inserted else { continue }
            open += plan.steps.first { $0.id == id }?.after ?? []
        }
        let id = workload("front")
        let scale = try #require(
            plan.steps.first {
                $0.id.text == "workloads/shop/front/scale-up" && before.contains($0.id)
            }
        )
        #expect(
            scale.operation
                == .change(
                    site: .target,
                    change: .scale(workload: id, replicas: .asCounterpart(min: 7))
                )
        )
        #expect(scale.gates.contains(.ready(site: .target, workload: id, replicas: .asRequested)))
    }

    @Test func `a circle of calls still gives an order`() throws {
        var estate = EstateFixture()
        estate.addWorkload("a", calls: ["b"])
        estate.addWorkload("b", calls: ["a"])
        #expect(lanes(try estate.plan()) == ["a", "b"])
    }

    @Test func `calls make no edges between lanes, but waves and after do`() throws {
        var estate = EstateFixture()
        estate.addWorkload("a", calls: ["c"])
        estate.addWorkload("b")
        estate.addWorkload("c")
        let free = try estate.plan()
        #expect(crossEdges(free) == [])
        estate.file.workloads = [
            WorkloadRule(workload: workload("a"), wave: 2),
            WorkloadRule(workload: workload("c"), after: [workload("b")]),
        ]
        #expect(
            Set(crossEdges(try estate.plan()).map { $0.replacing("-source-", with: "-target-") })
                == [
                    "bridges/shop/a/refresh-at-target-begin after workloads/shop/b/source-to-zero",
                    "bridges/shop/a/refresh-at-target-begin after workloads/shop/c/source-to-zero",
                    "bridges/shop/c/refresh-at-target-begin after workloads/shop/b/source-to-zero",
                ]
        )
    }

    @Test func `a stated call counts like a seen one`() throws {
        var estate = EstateFixture()
        estate.addWorkload("a")
        estate.addWorkload("b")
        estate.file.calls = [
            StatedCall(caller: workload("a"), service: ServiceName(namespace: "shop", name: "b"))
        ]
        #expect(lanes(try estate.plan()) == ["b", "a"])
    }

    @Test func `workloads behind one host cross in one lane, and its weight waits for both`() throws
    {
        var estate = EstateFixture()
        estate.addWorkload("front")
        estate.addWorkload("api")
        estate.addEntry(
            "web",
            rules: [("www.example", "/", "front"), ("www.example", "/api", "api")]
        )
        let plan = try estate.plan()
        #expect(lanes(plan) == ["api"])
        let probe = try #require(plan.steps.first { $0.id.text == "routes/www.example/probe" })
        #expect(probe.after.map(\.text) == ["bridges/shop/api/try-from-source"])
        let trial = try #require(plan.steps.first { $0.id == probe.after.first })
        #expect(
            trial.after.map(\.text) == ["workloads/shop/api/probe", "workloads/shop/front/probe"]
        )
        #expect(
            plan.findings.contains(
                "Deployment shop/api, Deployment shop/front share a route or a Service and cross "
                    + "together."
            )
        )
    }

    @Test func `an exclusive workload leaves the source before it comes to the target`() throws {
        var estate = EstateFixture()
        estate.addWorkload("leader", replicas: 1, host: "leader.example")
        estate.file.workloads = [
            WorkloadRule(workload: workload("leader"), activation: .exclusive)
        ]
        let plan = try estate.plan()
        let ids = plan.steps.map(\.id.text)
        let order = [
            "workloads/shop/leader/create", "workloads/shop/leader/source-to-zero",
            "workloads/shop/leader/scale-up", "names/shop/leader/select-at-target",
            "names/shop/leader/unselect-at-source", "routes/leader.example/weight-100",
        ].map { ids.firstIndex(of: $0) ?? -1 }
        #expect(order == order.sorted() && !order.contains(-1))
        #expect(!ids.contains("routes/leader.example/weight-25"))
    }

    @Test func `an idle route is asked for the path that was stated, or that its entry has`() throws
    {
        var estate = EstateFixture()
        estate.addWorkload("a")
        estate.addWorkload("b")
        estate.addEntry("a", rules: [("a.example", "/shop", "a")])
        estate.addEntry("b", rules: [("b.example", "/shop", "b")])
        estate.file.traffic?.routes = [
            RouteRule(route: RouteID("b.example"), host: "b.example", probePath: "/ping")
        ]
        let paths = try estate.plan().steps.flatMap(\.gates).compactMap { gate -> String? in
            if case .share(let route, _, let limits) = gate {
                "\(route)\(limits.probePath)"
            } else {
                nil
            }
        }
        #expect(Set(paths) == ["a.example/shop", "b.example/ping"])
    }

    @Test func `the autoscaler comes after the scale-up, the budget with the workload`() throws {
        let plan = try EstateFixture.rich.plan()
        let scaler = try #require(
            plan.steps.first { $0.id.text == "workloads/shop/cart/autoscaler" }
        )
        #expect(scaler.after.map(\.text) == ["workloads/shop/cart/scale-up"])
        let create = try #require(plan.steps.first { $0.id.text == "workloads/shop/cart/create" })
        guard case .change(.target, .create(let objects)) = create.operation else {
            Issue.record("it creates nothing")
            return
        }
        #expect(objects.map(\.reference.kind) == ["Deployment", "PodDisruptionBudget"])
        #expect(objects.map(\.form) == [.scaledToZero, .asItIs])
    }

    @Test func `what a stayer calls keeps its bridge at the finish`() throws {
        var estate = EstateFixture()
        estate.addWorkload("a")
        estate.addWorkload("b")
        estate.addWorkload("old", calls: ["a"])
        estate.file.workloads = [WorkloadRule(workload: workload("old"), isExcluded: true)]
        let finish = try estate.plan().steps.filter { $0.phase == .finish }.map(\.id.text)
        #expect(
            finish == [
                "finish/source/shop/workloads", "finish/names/shop/b/unbridge-at-source",
                "finish/source/shop/services", "finish/target/shop/local-names",
                "finish/source/trials", "finish/target/trials", "finish/target/shop/marks",
            ]
        )
    }

    @Test func `what others at the source name keeps its name and bridge, and the plan says who`()
        throws
    {
        var estate = EstateFixture()
        estate.addWorkload("a")
        estate.addWorkload("b")
        let report = ObjectReference(
            apiVersion: "batch/v1",
            kind: "CronJob",
            namespace: "ops",
            name: "report"
        )
        let service = ServiceName(namespace: "shop", name: "a")
        estate.source.callers = [
            CallerRecord(caller: report, calls: [CallRecord(service: service, evidence: "env A")])
        ]
        let plan = try estate.plan()
        let finish = plan.steps.filter { $0.phase == .finish }
        #expect(!finish.contains { $0.id.text == "finish/names/shop/a/unbridge-at-source" })
        #expect(finish.contains { $0.id.text == "finish/names/shop/b/unbridge-at-source" })
        let deleted = finish.flatMap(\.deleted).filter { $0.reference.kind == "Service" }
        #expect(deleted.allSatisfy { $0.reference.name.hasPrefix("b") }, "\(deleted)")
        #expect(
            plan.findings.contains(
                "Service shop/a and its bridge stay at the source after the finish for who names it "
                    + "there: CronJob ops/report (env A)."
            )
        )
    }

    @Test func `callers that cannot be looked for keep every name, and the plan says so`() throws {
        var estate = EstateFixture()
        estate.addWorkload("a")
        estate.source.callersUnread = ["CronJob", "Pod"]
        let plan = try estate.plan()
        let deleted = plan.steps.filter { $0.phase == .finish }.flatMap(\.deleted)
        #expect(deleted.map(\.reference.kind) == ["Deployment", "Job", "Job", "Job", "Job", "Job"])
        #expect(
            plan.findings.contains(
                "Who in other namespaces of the source names a Service could not be read (CronJob, "
                    + "Pod); so every name and its bridge stay there after the finish."
            )
        )
    }

    @Test func `a finish deletes what the plan saw and what the run made`() throws {
        var estate = EstateFixture()
        estate.addWorkload("a", host: "a.example")
        let deleted = try estate.plan().steps.flatMap(\.deleted)
        for object in deleted {
            let isOurs = object.reference.name == "a-local" || object.reference.kind == "Job"
            #expect(
                object.uid == (isOurs ? nil : "uid-\(object.reference.kind)-a"),
                "\(object.reference)"
            )
        }
        #expect(deleted.count == 10)
    }

    /// Kinds that would act by themselves at the target: run twice, take targets, make addresses.
    @Test func `what is not known to be harmless is not copied, and the plan says so`() throws {
        var estate = EstateFixture()
        estate.addWorkload("orders")
        let left = [
            ("batch/v1", "Job"), ("v1", "ReplicationController"), ("v1", "PersistentVolumeClaim"),
            ("elbv2.k8s.aws/v1beta1", "TargetGroupBinding"), ("cert-manager.io/v1", "Order"),
        ]
        for (version, kind) in left { estate.add(estate.object(version, kind, "shop", "a")) }
        estate.addService("front", type: "LoadBalancer", selector: ["app": "orders"])
        let plan = try estate.plan()
        let created = plan.steps.flatMap { step -> [PlannedObject] in
            if case .change(_, .create(let objects)) = step.operation { objects } else { [] }
        }
        #expect(Set(created.map(\.reference.kind)) == ["Deployment", "Namespace", "Service"])
        #expect(
            created.filter { $0.reference.kind == "Service" }.allSatisfy {
                $0.form == .withoutSelector
            }
        )
        let place = "of namespace shop stays at the source"
        #expect(
            plan.findings == [
                EstateFixture.leadsToNodes,
                "Job a \(place): a Job is run once, where it was started.",
                "Order a \(place): this version does not copy its kind.",
                "PersistentVolumeClaim a \(place): data does not cross in this version.",
                "ReplicationController a \(place): this version does not copy its kind.",
                "Service shop/front is of type LoadBalancer and becomes ClusterIP at the target: "
                    + "what reaches it from outside by the source's addresses is not moved.",
                "TargetGroupBinding a \(place): this version does not copy its kind.",
            ]
        )
    }

    @Test func `a kind of another group that bears a known name is not taken for it`() throws {
        var estate = EstateFixture()
        estate.addWorkload("orders")
        for (version, kind) in [
            ("serving.knative.dev/v1", "Service"),
            ("networking.internal.knative.dev/v1", "Ingress"),
            ("example.com/v1", "Secret"), ("example.com/v1", "Deployment"),
        ] {
            estate.add(estate.object(version, kind, "shop", "a"))
        }
        let plan = try estate.plan()
        let place = "of namespace shop stays at the source: this version does not copy its kind."
        #expect(
            plan.findings == [
                EstateFixture.leadsToNodes,
                "Deployment.example.com a \(place)",
                "Ingress.networking.internal.knative.dev a \(place)",
                "Secret.example.com a \(place)",
                "Service.serving.knative.dev a \(place)",
            ]
        )
        #expect(!plan.steps.contains { $0.id.text.contains("secrets") })
    }

    @Test func `findings say what is left and why`() throws {
        let findings = try EstateFixture.rich.plan().findings
        #expect(findings == findings.sorted())
        #expect(
            findings == [
                EstateFixture.leadsToNodes,
                "Deployment shop/asleep has 0 replicas; it is copied and stays at 0.",
                "Deployment shop/front, Deployment shop/pictures share a route or a Service and "
                    + "cross together.",
                "Deployment shop/mailer is exclusive: from its last pod at the source to its first "
                    + "ready one at the target it does not answer.",
                "Service shop/database leads to nothing that crosses; at the target it answers "
                    + "across the bridge, also after the finish.",
            ]
        )
    }

    @Test func `a token's Secret comes after its account, a binding after its role`() throws {
        let steps = try EstateFixture.rich.plan().steps
        let after = Dictionary(
            uniqueKeysWithValues: steps.map { ($0.id.text, $0.after.map(\.text)) }
        )
        #expect(
            after["foundation/shop/secrets"]?.contains("foundation/shop/serviceaccounts") == true
        )
        #expect(
            after["foundation/shop/rolebindings"]?.contains("foundation/shop/roles") == true
        )
    }

    @Test func `the default account that somebody changed is not copied, and the plan says so`()
        throws
    {
        var estate = EstateFixture.rich
        estate.add(estate.object("v1", "ServiceAccount", "shop", "default", digest: "changed"))
        let plan = try estate.plan()
        #expect(
            plan.findings.contains(
                "ServiceAccount shop/default was given secrets or annotations at the source; every "
                    + "namespace has one of its own, so it is not copied: give the target's the same."
            )
        )
        #expect(!plan.steps.contains { "\($0.operation)".contains("\"default\"") })
    }

    private func lanes(_ plan: Plan) -> [String] {
        var seen: [String] = []
        for step in plan.steps {
            if case .workload(let id) = step.lane, !seen.contains(id.name) { seen.append(id.name) }
        }
        return seen
    }

    private func crossEdges(_ plan: Plan) -> [String] {
        let laneOf = Dictionary(
            plan.steps.map { ($0.id, $0.lane) },
            uniquingKeysWith: { a, _ in a }
        )
        return plan.steps.flatMap { step in
            step.after.filter { laneOf[$0] != step.lane && laneOf[$0] != .foundation }
                .map { "\(step.id) after \($0)" }
        }.sorted()
    }
}

extension Step {
    /// What it deletes.
    fileprivate var deleted: [DoomedObject] {
        if case .change(_, .delete(let objects)) = operation { objects } else { [] }
    }
}
