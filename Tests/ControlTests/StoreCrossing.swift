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

/// A real store that changes sides with its StatefulSet, by the program that docs/examples has for it.
struct StoreCrossing {
    let pair: any StorePair
    let migration: TwinMigration

    private static let estate = [
        DemoEstate.Service(
            namespace: "shop",
            name: "home",
            calls: ["carts.shop"],
            host: "home.example"
        ),
        DemoEstate.Service(namespace: "shop", name: "carts", isStateful: true),
    ]

    static func with<Pair: StorePair>(
        _ pair: Pair,
        _ body: @escaping @Sendable (StoreCrossing) async throws -> Void
    ) async throws {
        let program = StoreProgram(
            directory: Pair.examples,
            contexts: [.source: "source", .target: "target"]
        )
        let variables = pair.variables.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
        try await TwinMigration.with(
            DemoEstate.manifests(of: estate),
            namespaces: ["shop"],
            time: FastTime(factor: 4),
            edit: { file in
                let store = Store(
                    name: "carts",
                    workload: WorkloadID(kind: "StatefulSet", namespace: "shop", name: "carts"),
                    program: ["./\(Pair.program)"],
                    behindMax: 10_000
                )
                file.stores = [StoreRule(store: store)]
            },
            { migration in
                let moving = migration.moving {
                    StorePrograms(program, variables: variables, fence: $0)
                }
                try await body(StoreCrossing(pair: pair, migration: moving))
            }
        )
    }

    /// Over and back by a rollback; over again, and finished.
    func thereAndBackAndThereAgain() async throws {
        try await migration.begin(try await migration.plan())
        #expect(try await migration.drive() == .waiting(.crossed))
        try await check(.target)
        try await migration.run.submit(.rollback)
        #expect(try await migration.drive() == .closed(.asItWasBefore))
        try await check(.source)

        let again = migration.anew("run-2")
        try await again.begin(try await again.plan())
        #expect(try await again.drive() == .waiting(.crossed))
        try await again.run.submit(.finish)
        #expect(try await again.drive() == .closed(.migrated))
        try await check(.target)
    }

    /// Over, and back by the script alone.
    func thereAndBackByScript() async throws {
        let before = migration.scene
        try await migration.begin(try await migration.plan())
        #expect(try await migration.drive() == .waiting(.crossed))
        let path = try pair.shell.write(migration.twin.kubeconfig.text, to: "kubeconfig")
        var file = migration.file
        file.source.kubeconfig = path
        file.target.kubeconfig = path
        let url = "http://127.0.0.1:\(migration.twin.world.ports.control)"
        file.traffic = TrafficRule(balancer: .twin(url: url, front: nil))
        let words = try PlainCommands(file, directory: type(of: pair).examples)
        let script = BreakGlass(try await migration.run.state(), words: words).script
        let end = try await pair.shell.bash(pair.exports + script)
        #expect(end.code == 0, "\(end.text)")
        try await check(.source)
        #expect(try await migration.differencesAtRest(from: before) == [])
    }

    /// Every number that was accepted until now is at this site once, in its order, and new ones are accepted.
    private func check(_ site: SiteRole) async throws {
        let accepted = try pair.writer.accepted
        let kept = try await pair.numbers(at: site)
        let places = Dictionary(
            kept.enumerated().map { ($1, $0) },
            uniquingKeysWith: { _, _ in -1 }
        )
        let found = accepted.compactMap { places[$0] }
        #expect(accepted.count > 50, "\(accepted.count)")
        #expect(found.count == accepted.count, "\(accepted.count - found.count) were lost")
        #expect(found == found.sorted() && !found.contains(-1), "in another order, or twice")
        // And it goes on, here.
        try await pair.writer.waitUntilAccepted(accepted.count + 5)
        #expect(try await pair.numbers(at: site).count > kept.count)
    }
}
