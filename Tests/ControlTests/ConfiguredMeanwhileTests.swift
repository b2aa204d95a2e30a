import Composition
import Control
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing
import Twin

/// Somebody changes at the source what pods read there, and what was copied for those at the target.
@Suite struct ConfiguredMeanwhileTests {
    private let home = WorkloadID(kind: "Deployment", namespace: "shop", name: "home")

    @Test func `a changed ConfigMap takes the workload back, and crosses once both sites have it`()
        async throws
    {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            try migration.configure(.source, .configMaps, "settings", "region", "south")
            let reason = try await migration.reasonOfDrift()
            #expect(reason.hasPrefix("ConfigMap shop/settings was changed at "), "\(reason)")
            #expect(reason.contains(" by pipeline"), "\(reason)")
            #expect(reason.contains(": its key region is not what "), "\(reason)")
            #expect(!reason.contains("south") && !reason.contains("north"), "\(reason)")
            // Its users are where it was changed.
            #expect(migration.weights == ["home.example 173/0"])

            // As it is, another attempt meets the same.
            try await migration.run.submit(.resume)
            _ = try await migration.reasonOfDrift()
            try migration.configure(.target, .configMaps, "settings", "region", "south")
            try await migration.crossAgain()
        }
    }

    @Test func `a changed Secret is told by its keys, and given back it is in nobody's way`()
        async throws
    {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            // As an API has it: Base64.
            try migration.configure(.source, .secrets, "credentials", "token", "c2VjcmV0LTI=")
            let reason = try await migration.reasonOfDrift()
            #expect(reason.hasPrefix("Secret shop/credentials was changed at "), "\(reason)")
            #expect(reason.contains(": its key token is not what "), "\(reason)")
            for told in try await migration.run.records().map({ "\($0.entry)" }) {
                #expect(!told.contains("c2VjcmV0LTI") && !told.contains("secret-2"))
            }
            // What lanes share cannot be copied again for one of them.
            await #expect(throws: PlanningError.self) { try await migration.planAgain(home) }

            let before = try migration.copied("credentials", .secrets).at("data", "token")?.string
            try migration.configure(.source, .secrets, "credentials", "token", before ?? "")
            try await migration.crossAgain()
        }
    }

    @Test func `what changes no value is no change`() async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            for (resource, name) in [
                (ResourceName.configMaps, "settings"), (.secrets, "credentials"),
            ] {
                let found = try migration.copied(name, resource)
                _ = try migration.twin.pair.source.mutate(
                    resource,
                    namespace: "shop",
                    name: name,
                    manager: "labeller"
                ) { $0.annotations["shop.example/seen"] = "yes" }
                #expect(try migration.copied(name, resource) == found)
            }
            #expect(try await migration.drive() == .waiting(.crossed))
        }
    }

    @Test func `with freeze none nobody looks at what pods read`() async throws {
        try await SmallEstate.withMigration(edit: { $0.freeze = .none }) { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            try migration.configure(.source, .configMaps, "settings", "region", "south")
            #expect(try await migration.drive() == .waiting(.crossed))
        }
    }

    @Test func `a finish looks once more before it takes anything away`() async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            #expect(try await migration.drive() == .waiting(.crossed))
            try migration.configure(.source, .configMaps, "settings", "region", "south")
            try await migration.run.submit(.finish)
            guard case .waiting(.finishFailed(let failures)) = try await migration.drive() else {
                Issue.record("the finish went past it")
                return
            }
            #expect(failures.map(\.step.text) == ["finish/source/configuration"])
            let source = migration.twin.pair.source
            #expect(source.get(.deployments, namespace: "shop", name: "home") != nil)
            #expect(source.get(.services, namespace: "shop", name: "home") != nil)
            try migration.configure(.target, .configMaps, "settings", "region", "south")
            try await migration.run.submit(.resume)
            #expect(try await migration.drive() == .closed(.migrated))
            #expect(source.get(.deployments, namespace: "shop", name: "home") == nil)
        }
    }

    @Test func `what a copy changes on its way is no change, and what it does not is one`()
        async throws
    {
        let patch = CopyPatch(
            kind: "configmaps",
            name: "settings",
            operations: [["op": "replace", "path": "/data/region", "value": "far"]]
        )
        try await SmallEstate.withMigration(edit: { $0.copy.transforms.patches = [patch] }) {
            migration in
            _ = try await migration.copy()
            let plan = try await migration.plan()
            let kept = plan.steps.flatMap(\.gatesBefore).flatMap(\.configuration)
            #expect(
                Set(kept.map { "\($0.reference) \($0.keysApart)" }) == [
                    "ConfigMap shop/settings []", "Secret shop/credentials []",
                ]
            )
            try await migration.begin(plan)
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            try migration.configure(.source, .configMaps, "settings", "region", "west")
            try await migration.driveUntilDone("routes/home.example/weight-25")
            #expect(try migration.copied("settings", .configMaps).at("data", "region") == "far")

            try migration.configure(.source, .configMaps, "settings", "log-level", "debug")
            let reason = try await migration.reasonOfDrift()
            #expect(reason.contains(": its key log-level is not what "), "\(reason)")
            #expect(reason.contains("Copy it again (`diolkos copy`)"), "\(reason)")
            await #expect(throws: PlanningError.self) { try await migration.planAgain(home) }
            _ = try await migration.copyAgain()
            try await migration.crossAgain()
        }
    }

    @Test func `what a copy makes of a value is compared with what it would make of it now`()
        async throws
    {
        let patch = CopyPatch(
            kind: "configmaps",
            name: "settings",
            operations: [["op": "move", "from": "/data/region", "path": "/data/home-region"]]
        )
        try await SmallEstate.withMigration(edit: { $0.copy.transforms.patches = [patch] }) {
            migration in
            _ = try await migration.copy()
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            try migration.configure(.source, .configMaps, "settings", "region", "south")
            let reason = try await migration.reasonOfDrift()
            #expect(reason.contains(": its key home-region is not what "), "\(reason)")
            #expect(!reason.contains("south") && !reason.contains("north"), "\(reason)")
            await #expect(throws: PlanningError.self) { try await migration.planAgain(home) }
            _ = try await migration.copyAgain()
            let copy = try migration.copied("settings", .configMaps)
            #expect(copy.at("data", "home-region") == "south" && copy.at("data", "region") == nil)
            try await migration.crossAgain()
        }
    }

    @Test func `what a copy makes of the names of other namespaces is compared, too`() async throws
    {
        try await SmallEstate.withMigration(edit: {
            $0.copy.transforms.namespaces = ["infra": "base"]
        }) { migration in
            let door = "http://door.infra.svc:80"
            try migration.configure(.source, .configMaps, "settings", "region", door)
            _ = try await migration.copy()
            func region() throws -> JSON? {
                try migration.copied("settings", .configMaps).at("data", "region")
            }
            #expect(try region() == "http://door.base.svc:80")
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            // Written anew with what it was, it is compared and the same.
            try migration.configure(.source, .configMaps, "settings", "region", "north")
            try migration.configure(.source, .configMaps, "settings", "region", door)
            try await migration.driveUntilDone("routes/home.example/weight-25")

            try migration.configure(
                .source,
                .configMaps,
                "settings",
                "region",
                "http://gate.infra.svc:80"
            )
            let reason = try await migration.reasonOfDrift()
            #expect(reason.contains(": its key region is not what "), "\(reason)")
            _ = try await migration.copyAgain()
            #expect(try region() == "http://gate.base.svc:80")
            try await migration.crossAgain()
        }
    }

    @Test func `where a copy's patch applies no more, that is said and no value told`() async throws
    {
        let patch = CopyPatch(
            kind: "configmaps",
            name: "settings",
            operations: [
                ["op": "test", "path": "/data/region", "value": "north"],
                ["op": "replace", "path": "/data/region", "value": "far"],
            ]
        )
        try await SmallEstate.withMigration(edit: { $0.copy.transforms.patches = [patch] }) {
            migration in
            _ = try await migration.copy()
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            try migration.configure(.source, .configMaps, "settings", "region", "south")
            let reason = try await migration.reasonOfDrift()
            #expect(reason.contains("transforms.patches do not apply to it any more"), "\(reason)")
            #expect(!reason.contains("south") && !reason.contains("north"), "\(reason)")
            try migration.configure(.source, .configMaps, "settings", "region", "north")
            try await migration.crossAgain()
        }
    }

    @Test func `a plan that has not begun is told of what a copy made and was changed since`()
        async throws
    {
        try await SmallEstate.withMigration { migration in
            _ = try await migration.copy()
            let plan = try await migration.plan()
            let making = PlanMaking(migration.file, migration.access)
            #expect(try await making.drift(since: plan) == [])
            try migration.configure(.source, .configMaps, "settings", "region", "south")
            #expect(
                try await making.drift(since: plan) == [
                    "ConfigMap shop/settings was changed at the source."
                ]
            )
        }
    }
}

extension Condition {
    fileprivate var configuration: [CopiedConfiguration] {
        if case .configuredAsCopied(_, _, let configuration) = self { configuration } else { [] }
    }
}

extension TwinMigration {
    /// Somebody writes one value.
    fileprivate func configure(
        _ site: SiteRole,
        _ resource: ResourceName,
        _ name: String,
        _ key: String,
        _ value: String
    ) throws {
        let cluster = site == .source ? twin.pair.source : twin.pair.target
        _ = try cluster.mutate(resource, namespace: "shop", name: name, manager: "pipeline") {
            $0.set(.string(value), at: "data", key)
        }
    }

    fileprivate func copied(_ name: String, _ resource: ResourceName) throws -> JSON {
        try #require(twin.pair.target.get(resource, namespace: "shop", name: name))
    }
}
