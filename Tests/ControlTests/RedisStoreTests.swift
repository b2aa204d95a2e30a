import Composition
import EmbeddedNodes
import Foundation
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPorts
import StorePrograms
import Testing
import Twin

/// A real Redis changes sides with its StatefulSet while somebody writes all the time, by the program of
/// docs/examples.
@Suite(.enabled(if: RedisPair.isInstalled, "skipped: Redis is not installed"))
struct RedisStoreTests {
    private static let store = Store(
        name: "carts",
        workload: WorkloadID(kind: "StatefulSet", namespace: "shop", name: "carts"),
        program: ["./redis-store"],
        behindMax: 10_000
    )

    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/examples").standardized.path

    private static let estate = [
        DemoEstate.Service(
            namespace: "shop",
            name: "home",
            calls: ["carts.shop"],
            host: "home.example"
        ),
        DemoEstate.Service(namespace: "shop", name: "carts", isStateful: true),
    ]

    private func with(
        _ body: @escaping @Sendable (TwinMigration, RedisPair) async throws -> Void
    ) async throws {
        try await RedisPair.with { redis in
            let program = StoreProgram(
                directory: Self.examples,
                contexts: [.source: "source", .target: "target"]
            )
            try await TwinMigration.with(
                DemoEstate.manifests(of: Self.estate),
                namespaces: ["shop"],
                time: FastTime(factor: 4),
                edit: { $0.stores = [StoreRule(store: Self.store)] },
                { migration in
                    let moving = migration.moving {
                        StorePrograms(program, variables: redis.variables, fence: $0)
                    }
                    try await body(moving, redis)
                }
            )
        }
    }

    /// Every number that was accepted until now is at this site once, in its order, and new ones are accepted.
    private func check(_ redis: RedisPair, at site: SiteRole) async throws {
        let accepted = try redis.accepted
        let kept = try await redis.numbers(at: site)
        let places = Dictionary(
            kept.enumerated().map { ($1, $0) },
            uniquingKeysWith: { _, _ in -1 }
        )
        let found = accepted.compactMap { places[$0] }
        #expect(accepted.count > 50, "\(accepted.count)")
        #expect(found.count == accepted.count, "\(accepted.count - found.count) were lost")
        #expect(found == found.sorted() && !found.contains(-1), "in another order, or twice")
        #expect(kept.count > accepted.count - 1)
        // And it goes on.
        let later = try await redis.numbers(at: site)
        #expect(later.count > kept.count)
    }

    @Test func `no write that was accepted is lost, there and back and there again`() async throws {
        try await with { migration, redis in
            try await migration.begin(try await migration.plan())
            #expect(try await migration.drive() == .waiting(.crossed))
            try await check(redis, at: .target)
            try await migration.run.submit(.rollback)
            #expect(try await migration.drive() == .closed(.asItWasBefore))
            try await check(redis, at: .source)

            let again = migration.anew("run-2")
            try await again.begin(try await again.plan())
            #expect(try await again.drive() == .waiting(.crossed))
            try await again.run.submit(.finish)
            #expect(try await again.drive() == .closed(.migrated))
            try await check(redis, at: .target)
            // Nobody follows anybody any more.
            for site in SiteRole.allCases {
                let port = redis.ports[site] ?? 0
                let role = try await redis.shell.bash("redis-cli -p \(port) --raw ROLE")
                #expect(role.text.hasPrefix("master"), "\(site): \(role.text)")
            }
        }
    }

    @Test(
        .enabled(
            if: Shell.has("bash", "kubectl", "curl"),
            "skipped: bash, kubectl and curl are not all installed"
        )
    )
    func `the script puts the writer back without this program`() async throws {
        try await with { migration, redis in
            let before = migration.scene
            try await migration.begin(try await migration.plan())
            #expect(try await migration.drive() == .waiting(.crossed))
            let path = try redis.shell.write(migration.twin.kubeconfig.text, to: "kubeconfig")
            var file = migration.file
            file.source.kubeconfig = path
            file.target.kubeconfig = path
            let url = "http://127.0.0.1:\(migration.twin.world.ports.control)"
            file.traffic = TrafficRule(balancer: .twin(url: url, front: nil))
            let words = try PlainCommands(file, directory: Self.examples)
            let script = BreakGlass(try await migration.run.state(), words: words).script
            let exports = redis.variables.filter { $0.key.hasPrefix("REDIS") }
                .map { "export \($0.key)=\($0.value)\n" }.sorted().joined()
            let end = try await redis.shell.bash(exports + script)
            #expect(end.code == 0, "\(end.text)")
            try await check(redis, at: .source)
            #expect(try await migration.differencesAtRest(from: before) == [])
        }
    }
}
