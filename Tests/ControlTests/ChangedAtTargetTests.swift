import Composition
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import Testing
import Twin

/// Somebody works at the target on what has just been put there.
@Suite struct ChangedAtTargetTests {
    private let home = WorkloadID(kind: "Deployment", namespace: "shop", name: "home")
    private let basket = WorkloadID(kind: "Deployment", namespace: "shop", name: "basket")
    private static let image: JSON = [
        "spec": ["template": ["spec": ["containers": [["name": "main", "image": "demo/home:2"]]]]]
    ]

    @Test func `another image there is found before traffic moves, and is made anew`() async throws
    {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            try await migration.patchTarget(home, .strategicMerge(Self.image), by: "kubectl-set")
            let reason = try await migration.reasonOfDrift()
            #expect(
                reason.hasPrefix("Deployment shop/home was changed at twin-target by others")
                    && reason.contains(".image (kubectl-set)"),
                "\(reason)"
            )
            #expect(migration.weights == ["home.example 173/0"])
            try await migration.crossAgain()
            #expect(try migration.image(of: home) == "demo/home:1.0")
        }
    }

    @Test func `another count of pods there is found, but where an autoscaler counts them`()
        async throws
    {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            let scale: JSON = ["spec": ["replicas": 5]]
            try await migration.patchTarget(basket, .merge(scale), by: "keda", at: "scale")
            try await migration.driveUntilDone("routes/home.example/weight-50")
            try await migration.patchTarget(home, .merge(scale), by: "kubectl", at: "scale")
            let reason = try await migration.reasonOfDrift()
            #expect(reason.contains(": .spec.replicas (kubectl). "), "\(reason)")
            try await migration.crossAgain()
        }
    }

    @Test func `a restart there is no change`() async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            let annotations: JSON = [
                "annotations": ["kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"]
            ]
            try await migration.patchTarget(
                home,
                .merge(["spec": ["template": ["metadata": annotations]]]),
                by: "kubectl-rollout"
            )
            #expect(try await migration.drive() == .waiting(.crossed))
        }
    }

    @Test(arguments: [true, false])
    func `what was deleted there is found, and what somebody made in its place`(
        isMadeAnew: Bool
    )
        async throws
    {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/create")
            let target = migration.twin.pair.target
            let found = try #require(target.get(.deployments, namespace: "shop", name: "home"))
            try target.delete(.deployments, namespace: "shop", name: "home")
            if isMadeAnew {
                var other = ObjectHygiene.portable(found)
                other.labels["diolkos.dev/run"] = nil
                other.annotations = [:]
                try target.create(other, manager: "kubectl")
            }
            let reason = try await migration.reasonOfDrift()
            #expect(
                reason.contains(
                    isMadeAnew ? "is not the one that the run has put there" : "is gone from"
                ),
                "\(reason)"
            )
            // Somebody else's was not touched.
            let left = target.get(.deployments, namespace: "shop", name: "home")
            #expect((left != nil) == isMadeAnew)
            if isMadeAnew { try target.delete(.deployments, namespace: "shop", name: "home") }
            try await migration.crossAgain()
        }
    }

    @Test(arguments: [RunCommand.rollback, .finish])
    func `with freeze admission the target refuses it to others until the end`(
        end: RunCommand
    )
        async throws
    {
        try await SmallEstate.withMigration(edit: { $0.freeze = .admission }) { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            try await migration.expectRefusals(of: home, Self.image)
            #expect(try await migration.drive() == .waiting(.crossed))
            try await migration.expectRefusals(of: home, Self.image)

            try await migration.run.submit(end)
            guard case .closed = try await migration.drive() else {
                Issue.record("it came to no end")
                return
            }
            let target = migration.twin.pair.target
            #expect(target.list(.validatingAdmissionPolicies).isEmpty)
            #expect(target.list(.validatingAdmissionPolicyBindings).isEmpty)
            #expect(try await migration.tracesAtRest(at: .target) == [])
            if end == .finish {
                try await migration.patchTarget(
                    home,
                    .strategicMerge(Self.image),
                    by: "kubectl-set"
                )
                #expect(try migration.image(of: home) == "demo/home:2")
            }
        }
    }

    @Test(arguments: ["kubectl-edit", "diolkos"])
    func `what is only taken away there is found, whoever does it`(manager: String) async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            let target = migration.twin.pair.target
            _ = try target.mutate(
                .deployments,
                namespace: "shop",
                name: "home",
                manager: manager
            ) {
                $0.changeContainers { container in
                    let env = container["env"]?.array ?? []
                    container["env"] = .array(Array(env.dropFirst()))
                }
            }
            let reason = try await migration.reasonOfDrift()
            #expect(
                reason.hasPrefix("Deployment shop/home was changed at twin-target while it crosses")
                    && reason.contains(".env[name=") && reason.contains("(taken away)"),
                "\(reason)"
            )
            try await migration.crossAgain()
            let made = try #require(target.get(.deployments, namespace: "shop", name: "home"))
            #expect(made.annotations[MarkNames.made] != nil)
            try await migration.run.submit(.finish)
            #expect(try await migration.drive() == .closed(.migrated))
            let found = target.get(.deployments, namespace: "shop", name: "home")
            #expect(found?.annotations[MarkNames.made] == nil)
        }
    }

    @Test func `what is written there under the run's own name is found as well`() async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("workloads/shop/home/scale-up")
            try await migration.patchTarget(home, .strategicMerge(Self.image), by: "diolkos")
            let reason = try await migration.reasonOfDrift()
            #expect(reason.contains(".image (not as at the other site)"), "\(reason)")
            try await migration.crossAgain()
            #expect(try migration.image(of: home) == "demo/home:1.0")
        }
    }
}

extension JSON {
    fileprivate mutating func changeContainers(_ body: (inout JSON) -> Void) {
        let path = ["spec", "template", "spec", "containers"]
        let containers = (at(path)?.array ?? []).map { container in
            var container = container
            body(&container)
            return container
        }
        set(.array(containers), at: path)
    }
}

extension TwinMigration {
    /// As somebody does it who has nothing to do with the run.
    fileprivate func patchTarget(
        _ workload: WorkloadID,
        _ patch: ObjectPatch,
        by manager: String,
        at subresource: String? = nil
    ) async throws {
        let client = access.target.client
        let kind = try #require(
            GroupVersionKind(
                apiVersion: workload.reference.apiVersion,
                kind: workload.kind
            )
        )
        _ = try await client.patch(
            try await client.resource(for: kind),
            namespace: workload.namespace,
            name: workload.name,
            patch,
            subresource: subresource,
            options: WriteOptions(fieldManager: manager)
        )
    }

    /// Everything that others may not do there, and that it changes nothing.
    fileprivate func expectRefusals(of workload: WorkloadID, _ image: JSON) async throws {
        let before = twin.pair.target.get(
            .deployments,
            namespace: workload.namespace,
            name: workload.name
        )?.spec
        let scale: JSON = ["spec": ["replicas": 0]]
        let client = access.target.client
        let kind = try await client.resource(
            for: try #require(GroupVersionKind(apiVersion: "apps/v1", kind: "Deployment"))
        )
        let attempts: [@Sendable () async throws -> Void] = [
            { try await patchTarget(workload, .strategicMerge(image), by: "kubectl-set") },
            { try await patchTarget(workload, .merge(scale), by: "kubectl-edit") },
            { try await patchTarget(workload, .merge(scale), by: "kubectl", at: "scale") },
            {
                _ = try await client.delete(
                    kind,
                    namespace: workload.namespace,
                    name: workload.name
                )
            },
        ]
        for attempt in attempts {
            let refusal = await #expect(throws: (any Error).self) { try await attempt() }
            let reason = refusal.map { "\($0)" } ?? ""
            #expect(
                reason.contains("\(workload) crosses from another site (run-1) and is not changed"),
                "\(reason)"
            )
        }
        let after = twin.pair.target.get(
            .deployments,
            namespace: workload.namespace,
            name: workload.name
        )?.spec
        #expect(before == after)
    }

    fileprivate func image(of workload: WorkloadID) throws -> String? {
        try #require(
            twin.pair.target.get(
                .deployments,
                namespace: workload.namespace,
                name: workload.name
            )
        ).at("spec", "template", "spec", "containers")?.array?.first?["image"]?.string
    }
}
