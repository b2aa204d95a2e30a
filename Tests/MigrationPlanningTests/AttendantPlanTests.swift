import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// What else gives a workload pods, how many must stay, and whether there is room for them.
@Suite struct AttendantPlanTests {
    private func scaled(paused: Bool, replicas: String? = nil) -> EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("orders")
        estate.source.workloads[0].scaledObjects = [
            ScaledObjectRecord(
                reference: estate.object("keda.sh/v1alpha1", "ScaledObject", "shop", "orders")
                    .reference,
                isPaused: paused,
                pausedReplicas: replicas
            )
        ]
        return estate
    }

    @Test func `a ScaledObject has to be paused, and not at a number`() throws {
        let running = scaled(paused: false).problems()
        #expect(running.count == 1)
        #expect(
            running.first?.contains("KEDA would start it again at the source") == true
                && running.first?.contains("autoscaling.keda.sh/paused: \"true\"") == true
        )
        let numbered = scaled(paused: true, replicas: "3").problems()
        #expect(numbered.first?.contains("has KEDA set it to 3 pods") == true)
        let plan = try scaled(paused: true).plan()
        #expect(plan.findings.contains { $0.contains("is paused and stays at the source") })
        var excluded = scaled(paused: false)
        excluded.addWorkload("stock")
        excluded.file.workloads = [WorkloadRule(workload: workload("orders"), isExcluded: true)]
        #expect(excluded.problems() == [])
    }

    @Test func `a budget is told with its numbers, once`() throws {
        var estate = EstateFixture()
        estate.addWorkload("orders", replicas: 3)
        estate.addWorkload("stock", replicas: 2)
        let budget = BudgetRecord(
            reference: estate.object("policy/v1", "PodDisruptionBudget", "shop", "all").reference,
            minAvailable: "50%"
        )
        for index in 0...1 { estate.source.workloads[index].budgets = [budget] }
        let told = try estate.plan().findings.filter { $0.hasPrefix("PodDisruptionBudget") }
        #expect(
            told == [
                "PodDisruptionBudget shop/all wants 3 of the 5 pods that it selects. Each site counts its "
                    + "own, and asks it about evictions, not about scaling: while it crosses, nodes "
                    + "cannot be drained at a site that has no more of them than that."
            ]
        )
        #expect(BudgetRecord(reference: budget.reference, maxUnavailable: "1").needed(of: 5) == 4)
    }

    @Test func `a budget that lets no pod be missing stands against ordinals`() {
        var estate = EstateFixture()
        estate.addPods("StatefulSet", "search", replicas: 3)
        estate.source.workloads[0].budgets = [
            BudgetRecord(
                reference: estate.object("policy/v1", "PodDisruptionBudget", "shop", "s").reference,
                maxUnavailable: "0"
            )
        ]
        estate.file.workloads = [
            WorkloadRule(workload: workload("search"), activation: .ordinals)
        ]
        #expect(estate.problems().contains { $0.contains("wants all 3 pods") })
    }

    @Test func `what there is no room for waits for a person, and the plan says what is missing`()
        throws
    {
        var estate = EstateFixture()
        for (index, name) in ["a", "b", "c"].enumerated() {
            estate.addWorkload(name)
            estate.source.workloads[index].requests = Requests(
                cpu: name == "b" ? 3_000 : 500,
                memory: 1 << 28
            )
        }
        estate.target.room = Requests(cpu: 4_000, memory: 8 << 30)
        estate.file.workloads = [WorkloadRule(workload: workload("c"), wave: 2)]
        let plan = try estate.plan()
        let waits = plan.steps.filter { $0.operation == .approval }
        #expect(waits.map(\.id.text) == ["workloads/shop/b/room"])
        #expect(waits.first?.summary.contains("not enough cpu") == true)
        let text = PlanText.text(of: plan, digest: "0")
        #expect(
            text.contains(
                "  Wave 1\n  It asks for 7000m of processor, 1024 MiB of memory; the target's nodes have "
                    + "4000m of processor, 8192 MiB of memory left\n"
            )
        )
        // What waits has taken nothing yet.
        #expect(
            text.contains(
                "  Wave 2\n  It asks for 1000m of processor, 512 MiB of memory; the target's nodes have "
                    + "3000m of processor, 7680 MiB of memory left\n"
            )
        )
        estate.file.approvals.room = false
        #expect(try !estate.plan().steps.contains { $0.operation == .approval })
        estate.target.room = nil
        estate.file.approvals.room = true
        let unknown = try estate.plan()
        #expect(!unknown.steps.contains { $0.operation == .approval })
        #expect(
            PlanText.text(of: unknown, digest: "0").contains("is not known; see that there is room")
        )
    }
}
