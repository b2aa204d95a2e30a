import Clocks
import Composition
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import JSONValues
import KubernetesObjects
import LoadGenerator
import MigrationEngine
import MigrationFile
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

    @Test func `a site that is switched whole loses no request on the way there and back`()
        async throws
    {
        try await TwinMigration.with(
            DemoEstate.manifests(of: ShopServices.three),
            namespaces: ["shop"],
            edit: { file in
                file.strategy = .wholeSite
                file.ramp.weights = [.all]
            },
            { migration in
                let before = migration.scene
                try await migration.begin(try await migration.plan())
                let report = try await underLoad(
                    of: 50,
                    to: migration.twin.hosts,
                    port: migration.twin.world.ports.balancer,
                    time: migration.time
                ) {
                    let exit = try await migration.drive()
                    #expect(exit == .waiting(.crossed))
                    #expect(migration.weights.allSatisfy { $0.hasSuffix(" 0/100") })
                    try await migration.run.submit(.rollback)
                    let back = try await migration.drive()
                    #expect(back == .closed(.asItWasBefore))
                }
                let failures = migration.twin.world.counters.failures.joined(separator: "\n")
                #expect(report.failed == 0, "\(failures)")
                #expect(report.answered > 100)
                #expect(try await migration.differencesAtRest(from: before) == [])
            }
        )
    }
}
