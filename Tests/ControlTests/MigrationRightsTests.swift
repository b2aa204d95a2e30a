import Composition
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import MigrationEngine
import MigrationModel
import Synchronization
import Testing

/// The rights that `diolkos rbac --for migrate` prints, against what migrations call.
@Suite struct MigrationRightsTests {
    @Test(arguments: [false, true])
    func `a migration there and back calls nothing that its rights lack`(
        isCopiedFirst: Bool
    ) async throws {
        try await expectRights(isCopiedFirst: isCopiedFirst) { migration in
            try await migration.expectCarriedBack {
                let exit = try await migration.drive()
                #expect(exit == .waiting(.crossed))
            }
        }
    }

    @Test(arguments: [false, true])
    func `a migration that is finished calls nothing that its rights lack`(
        isCopiedFirst: Bool
    ) async throws {
        try await expectRights(isCopiedFirst: isCopiedFirst) { migration in
            try await migration.begin(try await migration.plan())
            let crossed = try await migration.drive()
            #expect(crossed == .waiting(.crossed))
            try await migration.run.submit(.finish)
            let finished = try await migration.drive()
            #expect(finished == .closed(.migrated))
        }
    }

    /// With `isCopiedFirst` the migration's copy has been there before, by rights of its own.
    private func expectRights(
        isCopiedFirst: Bool,
        _ body: @escaping @Sendable (TwinMigration) async throws -> Void
    ) async throws {
        let calls = MadeCalls()
        try await SmallEstate.withMigration(observers: { site in
            KubernetesClient.Observer(willCall: { calls.add($0, at: site) })
        }) { migration in
            let rights = try RightsPlanning(
                CopyRule(name: "x", selection: CopySelection(namespaces: ["shop"])),
                source: try await migration.access.source.client.discovery(),
                target: try await migration.access.target.client.discovery()
            ).rights(for: .migrate)
            if isCopiedFirst {
                _ = try await migration.copy()
                calls.forget()
            }
            try await body(migration)
            for (site, rights) in [(SiteRole.source, rights.source), (.target, rights.target)] {
                let made = calls.all(at: site)
                #expect(made.contains { $0.method != "GET" }, "nothing was written at the \(site)")
                let lacking = made.filter { call in
                    call.resource.map { !rights.allows($0) } ?? false
                }
                let words = Set(lacking.map { "\($0.resource?.verb.rawValue ?? "") \($0.path)" })
                #expect(words.sorted() == [], "at the \(site)")
            }
        }
    }
}

/// What was asked of two sites.
private final class MadeCalls: Sendable {
    private let calls = Mutex<[SiteRole: [APICall]]>([:])

    func add(_ call: APICall, at site: SiteRole) {
        calls.withLock { $0[site, default: []].append(call) }
    }

    func forget() { calls.withLock { $0 = [:] } }

    func all(at site: SiteRole) -> [APICall] { calls.withLock { $0[site] ?? [] } }
}
