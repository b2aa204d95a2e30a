import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Bridges that lead to pods, which come and go.
@Suite struct PodBridgeTests {
    private let flat = EstateFixture.flat

    @Test func `pods are dialled where that is stated, and said to go stale`() throws {
        let plan = try flat.plan()
        #expect(plan.ways == ["orders-local": [.podAddresses]])
        #expect(
            plan.findings.contains { $0.hasPrefix("Bridges lead to the pods of the other site") }
        )
        // Nobody is at the target yet who could be dialled.
        #expect(!plan.steps.contains { $0.id.text == "bridges/link/try-from-source" })
        // Whoever goes back looks first where the others are by then.
        let last = try #require(plan.steps.first { $0.id.text.hasSuffix("refresh-at-source-last") })
        #expect(last.after == [StepID("workloads/shop/orders/source-to-zero")])
        var unknown = flat
        unknown.target.ranges.pods = []
        #expect(
            try unknown.plan().findings.contains {
                $0.hasPrefix("The addresses of pods of new are not told by its nodes")
            }
        )
    }

    @Test func `pods whose addresses both sites give out are never dialled`() {
        var same = flat
        same.target.ranges.pods = EstateFixture.bridged.target.ranges.pods
        let problems = same.problems()
        #expect(problems.count == 2)
        #expect(
            problems[0].hasPrefix(
                "context new: bridges are to lead to its pods, and 10.244.0.0/24, from which they "
                    + "have addresses, belongs to the pods of old (10.244.0.0/16); write"
            )
        )
    }

    @Test func `bridges to pods are refused where nobody looks after them for long`() throws {
        func reason(_ change: (inout EstateFixture) -> Void) -> String {
            var estate = flat
            estate.addWorkload("front", host: "shop.example")
            change(&estate)
            return estate.problems().joined()
        }
        #expect(reason { _ in } == "")
        #expect(reason { $0.file.residual = .approve }.contains("until somebody accepts"))
        #expect(reason { $0.file.approvals.waves = [1] }.contains("it waits for approvals"))
        #expect(reason { $0.file.windows = ChangeWindows(zone: "UTC") }.contains("its windows"))
        #expect(
            reason { $0.file.ramp.limits.soakMilliseconds = 170_000 }
                .contains("it takes at least 11 minutes, and pods are followed for 10")
        )
        #expect(reason { $0.file.ramp.limits.soakMilliseconds = 130_000 } == "")
        // What leads nowhere needs nobody who looks after it.
        var nodes = flat
        nodes.file.bridgeRule.mode = .nodePorts
        nodes.file.approvals.waves = [1]
        #expect(nodes.problems() == [])
    }

    @Test func `a name without pods has no gate that a bridge to pods could not pass`() throws {
        var estate = flat
        estate.addWorkload("asleep", replicas: 0)
        let steps = try estate.plan().steps
        let gates = steps.flatMap { $0.gates + $0.gatesBefore + $0.gatesBack }
        let asleep = ServiceName(namespace: "shop", name: "asleep")
        let orders = ServiceName(namespace: "shop", name: "orders")
        func bridged(_ name: ServiceName) -> Bool {
            gates.contains(.endpoints(site: .target, service: name, kind: .bridge))
        }
        #expect(bridged(orders) && !bridged(asleep))
    }
}
