import Composition
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import MigrationEngine
import MigrationFile
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

    @Test func `a migration that has deployments refused needs the right to, and asks for no more`()
        async throws
    {
        let calls = MadeCalls()
        try await SmallEstate.withMigration(
            time: FastTime(factor: 10),
            observers: { site in KubernetesClient.Observer(willCall: { calls.add($0, at: site) }) },
            edit: { $0.freeze = .admission }
        ) { migration in
            try await migration.expectCarriedBack {
                let exit = try await migration.drive()
                #expect(exit == .waiting(.crossed))
            }
            let access = migration.access
            #expect(try await calls.lacking(rightsFor: access, refusesDeploys: true) == [])
            let lacking = try await calls.lacking(rightsFor: access)
            #expect(!lacking.isEmpty)
            #expect(lacking.allSatisfy { $0.contains("/validatingadmissionpolic") })
        }
    }

    @Test(arguments: [BridgeRule.Mode.podAddresses, .nodePorts])
    func `a migration with keepers needs the right to put them up, and asks for no more`(
        _ mode: BridgeRule.Mode
    ) async throws {
        let calls = MadeCalls()
        try await SmallEstate.withMigration(
            time: FastTime(factor: 10),
            observers: { site in KubernetesClient.Observer(willCall: { calls.add($0, at: site) }) },
            edit: {
                $0.residual = .accept
                $0.bridgeRule = BridgeRule(
                    mode: mode,
                    keeper: BridgeRule.Keeper(
                        image: "example.org/kubectl:1",
                        apis: [.source: "https://10.1.255.1", .target: "https://10.2.255.1"]
                    )
                )
            }
        ) { migration in
            try await migration.expectCarriedBack {
                let exit = try await migration.drive()
                #expect(exit == .waiting(.crossed))
            }
            let again = migration.anew("run-2")
            try await again.begin(try await again.plan())
            let crossed = try await again.drive()
            #expect(crossed == .waiting(.crossed))
            try await again.run.submit(.finish)
            let finished = try await again.drive()
            #expect(finished == .closed(.migrated))
            let access = migration.access
            #expect(try await calls.lacking(rightsFor: access, hasKeepers: true) == [])
            let lacking = try await calls.lacking(rightsFor: access)
            #expect(!lacking.isEmpty)
            #expect(lacking.allSatisfy { $0.contains("diolkos-keeper") || $0.contains("create") })
            #expect(lacking.contains { $0.contains("/clusterroles") } == (mode == .nodePorts))
        }
    }

    /// With `isCopiedFirst` the migration's copy has been there before, by rights of its own.
    private func expectRights(
        isCopiedFirst: Bool,
        _ body: @escaping @Sendable (TwinMigration) async throws -> Void
    ) async throws {
        let calls = MadeCalls()
        try await SmallEstate.withMigration(
            time: FastTime(factor: 10),
            observers: { site in KubernetesClient.Observer(willCall: { calls.add($0, at: site) }) }
        ) { migration in
            if isCopiedFirst {
                _ = try await migration.copy()
                calls.forget()
            }
            try await body(migration)
            #expect(try await calls.lacking(rightsFor: migration.access) == [])
        }
    }
}

/// What was asked of two sites.
final class MadeCalls: Sendable {
    private let calls = Mutex<[SiteRole: [APICall]]>([:])

    func add(_ call: APICall, at site: SiteRole) {
        calls.withLock { $0[site, default: []].append(call) }
    }

    func forget() { calls.withLock { $0 = [:] } }

    /// What was asked and the printed rights of a migration of `shop` do not allow; sorted.
    ///
    /// That something was written at both sites is expected: otherwise nothing is shown.
    func lacking(
        rightsFor access: MigrationAccess,
        refusesDeploys: Bool = false,
        hasKeepers: Bool = false
    ) async throws -> [String] {
        let calls = calls.withLock { $0 }
        let rights = try RightsPlanning(
            CopyRule(name: "x", selection: CopySelection(namespaces: ["shop"])),
            source: try await access.source.client.discovery(),
            target: try await access.target.client.discovery(),
            refusesDeploys: refusesDeploys,
            hasKeepers: hasKeepers
        ).rights(for: .migrate)
        var words: Set<String> = []
        for (site, rights) in [(SiteRole.source, rights.source), (.target, rights.target)] {
            let made = calls[site] ?? []
            #expect(made.contains { $0.method != "GET" }, "nothing was written at the \(site)")
            for case (let call, let resource?) in made.map({ ($0, $0.resource) })
            where !rights.allows(resource) {
                words.insert("\(resource.verb.rawValue) \(call.path) at the \(site)")
            }
        }
        return words.sorted()
    }
}
