import Control
import MigrationFile
import MigrationModel
import Testing

/// A plan that is sound, and lies beside the wrong migration file.
@Suite struct PlanFitTests {
    private let file = MigrationFile(
        name: "shop",
        source: SiteAddress(context: "old"),
        target: SiteAddress(context: "new"),
        namespaces: ["shop"],
        traffic: TrafficRule(balancer: .twin(url: "http://127.0.0.1:1", front: nil))
    )

    private func plan(_ name: String, from source: String, to target: String) -> Plan {
        func site(_ context: String) -> PlannedSite {
            PlannedSite(context: context, identity: "uid-\(context)", version: "v1.36.0")
        }
        return Plan(
            name: name,
            source: site(source),
            target: site(target),
            workloadsInFlightMax: 1,
            steps: [],
            findings: []
        )
    }

    @Test func `the plan of a file fits it`() {
        #expect(PlanFit.problem(of: plan("shop", from: "old", to: "new"), for: file) == nil)
    }

    @Test func `the plan of another migration does not`() {
        #expect(
            PlanFit.problem(of: plan("pay", from: "old", to: "new"), for: file)
                == "it is of the migration \"pay\", and the migration file is of \"shop\""
        )
    }

    @Test func `the plan of the way in the other direction does not`() {
        #expect(
            PlanFit.problem(of: plan("shop", from: "new", to: "old"), for: file)
                == "its source is the context \"new\", and the migration file's is \"old\""
        )
    }

    @Test func `the plan of a way to elsewhere does not`() {
        #expect(
            PlanFit.problem(of: plan("shop", from: "old", to: "third"), for: file)
                == "its target is the context \"third\", and the migration file's is \"new\""
        )
    }
}
