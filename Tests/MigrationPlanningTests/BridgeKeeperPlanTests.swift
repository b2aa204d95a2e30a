import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Who follows what bridges lead to while a run lasts.
@Suite struct BridgeKeeperPlanTests {
    @Test func `with keepers bridges to pods may last, and keepers are up before anything moves`()
        throws
    {
        var estate = EstateFixture.flat
        estate.file.approvals.waves = [1]
        estate.file.residual = .approve
        estate.file.bridgeRule.keeper = BridgeRule.Keeper(
            image: "example.org/kubectl:1",
            apis: [.source: "https://old.example", .target: "https://new.example"]
        )
        let plan = try estate.plan()
        func keepers(_ read: Bool) -> [SiteRole: BridgeKeeper] {
            var found: [SiteRole: BridgeKeeper] = [:]
            for step in plan.steps {
                switch step.operation {
                case .change(let site, .admitKeeper(let keeper)) where read: found[site] = keeper
                case .change(let site, .runKeeper(let keeper)) where !read: found[site] = keeper
                default: break
                }
            }
            return found
        }
        // Each reads the other site, whose API it is told of.
        #expect(
            keepers(true).mapValues(\.api) == [
                .source: "https://old.example", .target: "https://new.example",
            ]
        )
        #expect(keepers(false)[.target] == keepers(true)[.source])
        #expect(keepers(false)[.source] == keepers(true)[.target])
        let settled = try #require(plan.steps.first { $0.id.text == "foundation/settled" })
        #expect(settled.after.contains(StepID("keepers/run-at-target")))
        #expect(settled.after.contains(StepID("keepers/run-at-source")))
        #expect(plan.findings.contains { $0.contains("diolkos-keeper at each site follows them") })
        // They go when the bridges have gone, and the token with them.
        let last = try #require(plan.steps.first { $0.id.text == "finish/source/keeper" })
        #expect(last.after.contains(StepID("finish/names/shop/orders/unbridge-at-source")))
        let reader = try #require(plan.steps.first { $0.id.text == "finish/target/keeper-reader" })
        #expect(reader.after.contains(last.id))
    }

    @Test func `keepers follow nodes where bridges lead to node ports, and are not used elsewhere`()
        throws
    {
        var estate = EstateFixture.bridged
        estate.file.bridgeRule.keeper = BridgeRule.Keeper(
            image: "example.org/kubectl:1",
            apis: [.source: "https://old.example", .target: "https://new.example"]
        )
        func kept(_ plan: Plan) -> [BridgeReach] {
            plan.steps.compactMap { step in
                guard case .change(_, .runKeeper(let keeper)) = step.operation else { return nil }
                return keeper.follows
            }
        }
        let nodes = try estate.plan()
        #expect(kept(nodes) == [.nodes, .nodes])
        #expect(nodes.findings.contains { $0.contains("and diolkos-keeper follows them") })
        #expect(!nodes.findings.contains(EstateFixture.leadsToNodes))
        estate.file.bridgeRule.entries = [
            .source: "http://10.9.0.1", .target: "http://10.9.0.2",
        ]
        estate.file.bridgeRule.mode = .entry
        let entry = try estate.plan()
        #expect(kept(entry) == [])
        #expect(entry.findings.contains { $0.hasPrefix("spec.bridges.keeper is not used") })
    }
}
