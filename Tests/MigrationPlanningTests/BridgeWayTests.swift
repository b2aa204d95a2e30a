import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// What bridges lead to, chosen by what is seen of both sites, and said.
@Suite struct BridgeWayTests {
    private let estate = EstateFixture.bridged
    private let hidden = EstateFixture.hidden

    @Test func `nodes that can be dialled are dialled, and shared ranges of pods are told`() throws
    {
        let plan = try estate.plan()
        #expect(plan.ways == ["orders-local": [.nodePorts]])
        #expect(
            plan.findings.contains(
                "Both sites give pods addresses of 10.244.0.0/16 and 10.244.0.0/24: no bridge leads "
                    + "to such an address, but nothing else may either, such as routes between the "
                    + "sites or addresses in configuration."
            )
        )
        #expect(plan.findings.contains(EstateFixture.leadsToNodes))
    }

    @Test func `nodes that cannot be dialled are a problem with every way out`() throws {
        let problems = hidden.problems()
        #expect(problems.count == 1)
        #expect(problems[0].contains("its node 10.244.7.1 has an address that belongs to the pods"))
        #expect(problems[0].contains("of old (10.244.0.0/16)"))
        #expect(problems[0].contains("spec.bridges.mode: loadBalancer"))
        #expect(problems[0].contains("mode: entry"))
        var stated = hidden
        stated.file.bridgeRule.mode = .nodePorts
        #expect(
            try stated.plan().findings.contains {
                $0.hasPrefix(
                    "Bridges lead to node ports of new, as stated, though its node 10.244.7.1"
                )
            }
        )
    }

    @Test func `where nodes cannot be dialled, load balancers come before an entry`() throws {
        var estate = hidden
        estate.target.ranges.hasBalancers = true
        estate.file.bridgeRule.annotations = ["internal": "true"]
        estate.file.bridgeRule.entries = [.target: "http://10.9.0.1:8080"]
        #expect(
            Set(try estate.plan().ways["orders-local"] ?? []) == [
                .nodePorts, .loadBalancer(annotations: ["internal": "true"]),
            ]
        )
        // Nothing is opened to the world because nobody said how to keep it closed.
        estate.file.bridgeRule.annotations = nil
        let plan = try estate.plan()
        #expect(
            Set(plan.ways["orders-local"] ?? []) == [
                .entry(address: "10.9.0.1", port: 8080, ingressClass: nil), .nodePorts,
            ]
        )
        #expect(
            plan.findings.contains {
                $0.hasPrefix("Bridges lead to the entry of new: its node ports cannot be reached")
            }
        )
    }

    @Test
    func `bridges are looked at anew before a workload crosses and before its source is empty`()
        throws
    {
        let steps = try estate.plan().steps
        func place(_ id: String) throws -> Int {
            try #require(steps.firstIndex { $0.id.text == id })
        }
        let created = try place("workloads/shop/orders/create")
        for site in ["source", "target"] {
            #expect(try place("bridges/shop/orders/refresh-at-\(site)-begin") < created)
        }
        let again = try place("bridges/shop/orders/refresh-at-source-end")
        #expect(try place("names/shop/orders/unselect-at-source") < again)
        let empty = try place("workloads/shop/orders/source-to-zero")
        #expect(steps[empty].after == [steps[again].id])
        #expect(
            steps[again].operation
                == .change(site: .source, change: .refreshBridges(namespaces: ["shop"]))
        )
    }
}
