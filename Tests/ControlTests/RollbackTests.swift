import Composition
import EmbeddedNodes
import JSONValues
import MigrationEngine
import MigrationModel
import Testing
import Twin

/// Carried back from wherever it stands, a migration leaves both sites as it found them.
@Suite struct RollbackTests {
    /// `home` is reached from outside and calls `basket`.
    private static let services = [
        DemoEstate.Service(
            namespace: "shop",
            name: "home",
            calls: ["basket.shop"],
            host: "home.example",
            hasDisruptionBudget: true
        ),
        DemoEstate.Service(namespace: "shop", name: "basket", isAutoscaled: true),
    ]

    @Test func `a migration that crossed is carried back to what was before`() async throws {
        try await Self.carriedBack { migration, _ in
            let exit = try await migration.drive()
            #expect(exit == .waiting(.crossed))
        }
    }

    @Test(arguments: [1, 25, 45, 65, 85])
    func `a migration is carried back from part of its way`(percent: Int) async throws {
        try await Self.carriedBack { migration, plan in
            let forward = plan.steps.filter { $0.phase != .finish }.count
            let exit = try await migration.drive(stepsMax: max(1, forward * percent / 100))
            #expect(exit == .stopped)
        }
    }

    /// Lets `cross` go some of the way, then asks for the way back and compares the sites.
    private static func carriedBack(
        after cross: @escaping @Sendable (TwinMigration, Plan) async throws -> Void
    ) async throws {
        let manifests = DemoEstate.manifests(of: services)
        try await TwinMigration.with(manifests, namespaces: ["shop"]) { migration in
            let pair = migration.twin.pair
            let plan = try await migration.plan()
            let source = SiteSnapshot(pair.source)
            let target = SiteSnapshot(pair.target)
            let weights = migration.weights
            try await migration.begin(plan)
            try await cross(migration, plan)
            // Otherwise there would be nothing to carry back.
            let between = [(source, pair.source), (target, pair.target)]
                .flatMap { $0.0.differences(to: SiteSnapshot($0.1)) }
            #expect(!between.isEmpty || migration.weights != weights)
            try await migration.run.submit(.rollback)
            #expect(try await migration.drive() == .closed(.asItWasBefore))
            #expect(source.differences(to: SiteSnapshot(pair.source)) == [])
            #expect(target.differences(to: SiteSnapshot(pair.target)) == [])
            #expect(migration.weights == weights)
        }
    }
}

extension TwinMigration {
    /// What the balancer is asked for, route by route.
    fileprivate var weights: [String] {
        twin.world.balancer.snapshot.map {
            "\($0.id) \($0.requested.source)/\($0.requested.target)"
        }
    }
}
