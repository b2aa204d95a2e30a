import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Where a plan waits for a person.
@Suite struct ApprovalPlanTests {
    private func estate(_ rule: ApprovalRule) -> EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("stock")
        estate.addWorkload("orders", calls: ["stock"], host: "orders.example")
        estate.file.workloads = [
            WorkloadRule(
                workload: WorkloadID(kind: "Deployment", namespace: "shop", name: "orders"),
                wave: 2
            )
        ]
        estate.file.approvals = rule
        return estate
    }

    private func approvals(_ plan: Plan) -> [String] {
        plan.steps.filter { $0.operation == .approval }.map(\.id.text)
    }

    @Test func `nobody is asked unless somebody wants to be`() throws {
        #expect(approvals(try estate(ApprovalRule()).plan()) == [])
    }

    @Test func `a wave begins behind its approval, and that behind the wave before`() throws {
        let plan = try estate(ApprovalRule(waves: [2])).plan()
        #expect(approvals(plan) == ["approvals/wave-2"])
        #expect(plan.stands("workloads/shop/orders/create", on: "approvals/wave-2"))
        #expect(!plan.stands("workloads/shop/stock/create", on: "approvals/wave-2"))
        #expect(plan.stands("approvals/wave-2", on: "workloads/shop/stock/source-to-zero"))
    }

    @Test func `a workload, a full share and the finish each begin behind their own`() throws {
        let orders = WorkloadID(kind: "Deployment", namespace: "shop", name: "orders")
        let plan = try estate(
            ApprovalRule(workloads: [orders], fullShare: true, irreversible: true)
        ).plan()
        let route = "routes/orders.example"
        #expect(
            approvals(plan)
                == ["workloads/shop/orders/approval", "\(route)/approval", "finish/approval"]
        )
        #expect(
            plan.stands("workloads/shop/orders/create", on: "workloads/shop/orders/approval")
        )
        #expect(plan.stands("\(route)/weight-100", on: "\(route)/approval"))
        #expect(plan.stands("\(route)/approval", on: "\(route)/weight-50"))
        for step in plan.steps where step.phase == .finish && step.operation != .approval {
            #expect(plan.stands(step.id.text, on: "finish/approval"), "\(step.id)")
        }
    }

    @Test func `an approval of what never comes is a problem`() {
        let nobody = WorkloadID(kind: "Deployment", namespace: "shop", name: "nobody")
        #expect(
            estate(ApprovalRule(waves: [3], workloads: [nobody])).problems() == [
                "Deployment shop/nobody: it is to be approved, and does not cross; leave it out of "
                    + "spec.approvals.workloads",
                "wave 3: it is to be approved, and nothing crosses in it; leave it out of "
                    + "spec.approvals.waves, or give some workload this wave",
            ]
        )
    }

    @Test func `the text of the plan shows where it waits`() throws {
        let plan = try estate(ApprovalRule(waves: [1, 2])).plan()
        let text = PlanText.text(of: plan, digest: "0")
        #expect(text.contains("waits   2 times for an approval (`diolkos approve`)"))
        #expect(text.contains("Wait until somebody approves wave 2"))
    }
}
