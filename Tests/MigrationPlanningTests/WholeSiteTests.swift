import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// A site that is switched as a whole.
@Suite struct WholeSiteTests {
    private var estate: EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("stock")
        estate.addWorkload("orders", calls: ["stock"], host: "orders.example")
        estate.addWorkload("front", calls: ["orders"], host: "www.example")
        estate.addWorkload("mailer", hasService: false)
        estate.file.workloads = [
            WorkloadRule(workload: workload("mailer"), activation: .exclusive)
        ]
        estate.file.strategy = .wholeSite
        estate.file.ramp.weights = [.all]
        return estate
    }

    private func behind(_ id: String, in plan: Plan) -> Set<String> {
        let steps = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.id.text, $0) })
        var found: Set<String> = []
        var open = [id]
        while let next = open.popLast() {
            for earlier in steps[next]?.after ?? [] where found.insert(earlier.text).inserted {
                open.append(earlier.text)
            }
        }
        return found
    }

    @Test func `no route moves before the whole target runs, calls itself, and was asked`() throws {
        let plan = try estate.plan()
        let weights = plan.steps.filter {
            if case .setWeight = $0.operation { true } else { false }
        }
        #expect(
            weights.map(\.id.text)
                == ["routes/orders.example/weight-100", "routes/www.example/weight-100"]
        )
        for weight in weights {
            let before = behind(weight.id.text, in: plan)
            for name in ["stock", "orders", "front"] {
                #expect(before.contains("workloads/shop/\(name)/scale-up"))
                #expect(before.contains("names/shop/\(name)/unbridge-at-target"))
                #expect(!before.contains("names/shop/\(name)/bridge-at-source"))
            }
            #expect(before.contains("routes/orders.example/probe"))
            #expect(before.contains("routes/www.example/probe"))
            #expect(!before.contains { $0.contains("/weight-") }, "all routes move together")
        }
        #expect(Set(weights.map(\.lane)).count == 1, "and come back together")
    }

    @Test
    func `the source is let go behind all routes, and exclusive ones cross behind the switch`()
        throws
    {
        let plan = try estate.plan()
        for name in ["stock", "orders", "front"] {
            let before = behind("workloads/shop/\(name)/source-to-zero", in: plan)
            #expect(before.contains("routes/orders.example/weight-100"))
            #expect(before.contains("routes/www.example/weight-100"))
        }
        #expect(
            behind("workloads/shop/mailer/source-to-zero", in: plan)
                .contains("workloads/shop/front/source-to-zero")
        )
        #expect(
            plan.findings.contains(
                "Deployment shop/mailer never runs at both sites, so it is not switched with the "
                    + "site: it crosses by itself behind the switch."
            )
        )
    }

    @Test func `a target that nobody can ask ahead is told of`() throws {
        var estate = estate
        estate.file.target.entry = nil
        #expect(
            try estate.plan().findings.contains { $0.contains("spec.target.entry does not say") }
        )
    }
}
