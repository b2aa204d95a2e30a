import Composition
import EmbeddedNodes
import EmbeddedSites
import MigrationEngine
import MigrationModel
import Testing
import Twin

/// A link that carries small packets and loses those of full size, as one behind a narrow tunnel does.
@Suite struct LossyLinkTests {
    @Test(arguments: [TwinSite.source, .target])
    func `packets that are lost one way stop the run before anything moves, until that is mended`(
        from site: TwinSite
    ) async throws {
        try await SmallEstate.withMigration(time: FastTime(factor: 10)) { migration in
            let link = migration.twin.world.world.network.link
            try await migration.begin(try await migration.plan())
            link.setLosesLargePackets(true, from: site)
            let stopped = try await migration.drive()
            guard case .waiting(.stopped(let failures)) = stopped else {
                Issue.record("it did not stop: \(stopped)")
                return
            }
            // The first Job sends from the source, and fetches from the target.
            #expect(failures.contains { $0.step.text == "bridges/link/transfer-from-source" })
            let way = site == .source ? "from twin-source to" : "to twin-source:"
            let reasons = failures.map(\.failure.reason)
            #expect(
                reasons.contains {
                    $0.contains("packets of full size are lost") && $0.contains(way)
                },
                "\(reasons)"
            )
            link.setLosesLargePackets(false, from: site)
            try await migration.run.submit(.resume)
            let crossed = try await migration.drive()
            #expect(crossed == .waiting(.crossed))
        }
    }
}
