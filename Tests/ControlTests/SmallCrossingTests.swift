import Clocks
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import JSONValues
import KubernetesObjects
import MigrationEngine
import MigrationModel
import SiteSupport
import Testing
import Twin

/// A few services, all the way there and all the way back.
@Suite struct SmallCrossingTests {
    @Test func `three services cross and end up at the target alone`() async throws {
        try await TwinMigration.with(
            DemoEstate.manifests(of: ShopServices.three),
            namespaces: ["shop"]
        ) { migration in
            let plan = try await migration.plan()
            try await migration.begin(plan)
            let exit = try await migration.drive()
            #expect(exit == .waiting(.crossed))
            for service in ShopServices.three {
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
