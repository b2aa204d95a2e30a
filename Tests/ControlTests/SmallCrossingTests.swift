import Clocks
import EmbeddedAPI
import EmbeddedNodes
import JSONValues
import KubernetesObjects
import MigrationEngine
import MigrationModel
import Testing
import Twin

/// A few services, all the way there and all the way back.
@Suite struct SmallCrossingTests {
    /// `home` is reached from outside and calls `basket`, which calls `rates`.
    static let services = [
        DemoEstate.Service(
            namespace: "shop",
            name: "home",
            calls: ["basket.shop"],
            host: "home.example"
        ),
        DemoEstate.Service(namespace: "shop", name: "basket", calls: ["rates.shop"]),
        DemoEstate.Service(namespace: "shop", name: "rates"),
    ]

    @Test func `three services cross and end up at the target alone`() async throws {
        try await TwinMigration.with(
            DemoEstate.manifests(of: Self.services),
            namespaces: ["shop"]
        ) { migration in
            let plan = try await migration.plan()
            try await migration.begin(plan)
            let exit = try await migration.drive()
            #expect(exit == .waiting(.crossed))
            for service in Self.services {
                let source = migration.twin.pair.source.get(
                    .deployments,
                    namespace: "shop",
                    name: service.name
                )
                let target = migration.twin.pair.target.get(
                    .deployments,
                    namespace: "shop",
                    name: service.name
                )
                #expect(source?.at("spec", "replicas") == 0)
                #expect(target?.at("status", "readyReplicas") == 1)
            }
        }
    }
}
