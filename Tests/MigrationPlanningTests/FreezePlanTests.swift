import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// What a plan does about deployments while a workload crosses.
@Suite struct FreezePlanTests {
    private let refusal = StepID("workloads/shop/orders/refuse-deploys")

    private func estate(_ freeze: DeployFreeze) -> EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("orders", host: "orders.example")
        estate.source.refusesDeploys = true
        estate.target.refusesDeploys = true
        estate.source.workloads[0].templateDigest = "as it was"
        estate.file.freeze = freeze
        return estate
    }

    @Test func `the source refuses deployments from before the copy until the workload is deleted`()
        throws
    {
        let plan = try estate(.admission).plan()
        let step = try #require(plan.steps.first { $0.id == refusal })
        let orders = WorkloadID(kind: "Deployment", namespace: "shop", name: "orders")
        #expect(
            step.operation == .change(site: .source, change: .refuseDeploys(workload: orders))
        )
        for (gates, isRefused) in [(step.gates, true), (step.gatesBack, false)] {
            #expect(
                gates == [
                    .deploysRefused(site: .source, workload: orders, isRefused: isRefused)
                ]
            )
        }
        #expect(plan.stands(StepID("workloads/shop/orders/create"), on: refusal))
        #expect(
            plan.stands("finish/source/shop/workloads", on: "finish/source/shop/allow-deploys")
        )
        // Whoever takes the refusal away is noticed.
        let scale = try #require(
            plan.steps.first { $0.id.text == "workloads/shop/orders/scale-up" }
        )
        #expect(
            scale.gatesBefore.contains {
                if case .deployedAsPlanned = $0 { true } else { false }
            }
        )
    }

    @Test func `the target refuses changes by others from the copy until all is over`() throws {
        let plan = try estate(.admission).plan()
        let id = StepID("workloads/shop/orders/refuse-changes-at-target")
        let step = try #require(plan.steps.first { $0.id == id })
        let orders = WorkloadID(kind: "Deployment", namespace: "shop", name: "orders")
        #expect(
            step.operation == .change(site: .target, change: .refuseChanges(workload: orders))
        )
        for (gates, isRefused) in [(step.gates, true), (step.gatesBack, false)] {
            #expect(
                gates == [
                    .deploysRefused(site: .target, workload: orders, isRefused: isRefused)
                ]
            )
        }
        #expect(plan.stands(id, on: StepID("workloads/shop/orders/create")))
        #expect(plan.stands(StepID("workloads/shop/orders/scale-up"), on: id))
        let end = try #require(
            plan.steps.first { $0.id.text == "finish/target/shop/allow-deploys" }
        )
        guard case .change(.target, .delete(let doomed)) = end.operation else {
            Issue.record("\(end)")
            return
        }
        #expect(Set(doomed.map(\.reference)) == Set(DeployRefusal(of: orders).objects))
    }

    @Test func `what was copied is looked at before whatever moves users, and before the finish`()
        throws
    {
        var estate = estate(.finding)
        estate.addWorkload("stock")
        let own = ["settings", "made"].map { estate.object("v1", "ConfigMap", "shop", $0) }
        estate.add(own[0])
        // What a controller makes is made at the target by its own.
        var made = own[1]
        made.generatedBy = "a controller"
        estate.add(made)
        let missing = estate.object("v1", "Secret", "shop", "optional")
        for index in estate.source.workloads.indices {
            estate.source.workloads[index].configuration =
                (own + [missing]).map(\.reference)
        }
        let plan = try estate.plan()
        let copied = CopiedConfiguration(
            reference: own[0].reference,
            original: own[0].seen,
            keysApart: []
        )
        for (name, steps) in [
            (
                "orders",
                [
                    "workloads/shop/orders/scale-up", "routes/orders.example/weight-25",
                    "routes/orders.example/weight-100", "names/shop/orders/select-at-target",
                    "workloads/shop/orders/source-to-zero",
                ]
            ),
            // Nobody outside calls it: its users move with its name.
            ("stock", ["workloads/shop/stock/scale-up", "names/shop/stock/select-at-target"]),
        ] {
            let id = WorkloadID(kind: "Deployment", namespace: "shop", name: name)
            for step in steps {
                let gates = try #require(plan.steps.first { $0.id.text == step }).gatesBefore
                for gate: Condition in [
                    .configuredAsCopied(site: .source, workload: id, configuration: [copied]),
                    .keptAsMade(site: .target, workload: id, countsPods: true),
                ] { #expect(gates.contains(gate), "\(step)") }
            }
        }
        let look = try #require(
            plan.steps.first { $0.id.text == "finish/source/configuration" }
        )
        #expect(look.gates.count == 2)
        for step in plan.steps where step.phase == .finish && step.id != look.id {
            #expect(plan.stands(step.id, on: look.id), "\(step.id)")
        }
        estate.file.freeze = .none
        #expect(
            try !estate.plan().steps.flatMap { $0.gatesBefore + $0.gates }.contains {
                switch $0 {
                case .configuredAsCopied, .keptAsMade, .deployedAsPlanned: true
                default: false
                }
            }
        )
    }

    @Test(arguments: [DeployFreeze.finding, .none])
    func `nothing is refused that nobody wants refused`(freeze: DeployFreeze) throws {
        let steps = try estate(freeze).plan().steps
        #expect(!steps.contains { $0.id.text.contains("deploys") })
    }

    @Test(arguments: [SiteRole.source, .target])
    func `a site that cannot refuse is none for it`(site: SiteRole) {
        var estate = estate(.admission)
        if site == .source {
            estate.source.refusesDeploys = false
        } else {
            estate.target.refusesDeploys = false
        }
        #expect(
            estate.problems() == [
                "context \(site == .source ? "old" : "new"): spec.freeze is `admission`, and its API server has no "
                    + "ValidatingAdmissionPolicies in version v1 (Kubernetes 1.30 and later have "
                    + "them); state `freeze: finding`: deployments are noticed then, and the "
                    + "workload goes back; or upgrade the \(site.rawValue) first"
            ]
        )
    }
}
