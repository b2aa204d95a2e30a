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

/// Somebody deploys a workload at the source while it crosses.
@Suite struct DeployedMeanwhileTests {
    private let workload = WorkloadID(kind: "Deployment", namespace: "shop", name: "home")

    @Test
    func `it goes back with the name of who did it, is planned anew, and crosses as it is now`()
        async throws
    {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            try await migration.deploy(workload, version: "2", by: "pipeline")

            guard case .waiting(.stopped(let failures)) = try await migration.drive() else {
                Issue.record("the deployment was not noticed")
                return
            }
            #expect(failures.map(\.failure.kind) == [.drift])
            let reason = try #require(failures.first?.failure.reason)
            #expect(reason.hasPrefix("Deployment shop/home was deployed anew at "), "\(reason)")
            #expect(reason.contains(" by pipeline"), "\(reason)")
            #expect(reason.contains("`diolkos plan --again shop/home`"), "\(reason)")
            // Its users are where it was deployed.
            #expect(migration.weights == ["home.example 173/0"])

            // As it is, another attempt would meet the same.
            try await migration.run.submit(.resume)
            guard case .waiting(.stopped) = try await migration.drive() else {
                Issue.record("what the plan did not see was moved")
                return
            }
            try await migration.planAgain(workload)
            try await migration.run.submit(.resume)
            #expect(try await migration.drive() == .waiting(.crossed))
            #expect(try migration.version(of: workload, at: .target) == "2")

            try await migration.run.submit(.rollback)
            #expect(try await migration.drive() == .closed(.asItWasBefore))
            #expect(try migration.version(of: workload, at: .source) == "2")
            #expect(try await migration.tracesAtRest(at: .source) == [])
            #expect(try await migration.tracesAtRest(at: .target) == [])
        }
    }

    @Test func `with freeze none nobody looks`() async throws {
        try await SmallEstate.withMigration(edit: { $0.freeze = .none }) { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            try await migration.deploy(workload, version: "2", by: "pipeline")
            #expect(try await migration.drive() == .waiting(.crossed))
            #expect(try migration.version(of: workload, at: .target) == nil)
        }
    }

    @Test func `with freeze admission the source refuses it until the workload has gone back`()
        async throws
    {
        try await SmallEstate.withMigration(edit: { $0.freeze = .admission }) { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            try await migration.expectRefusal(of: workload)
            #expect(try await migration.drive() == .waiting(.crossed))
            try await migration.expectRefusal(of: workload)

            try await migration.run.submit(.rollback)
            #expect(try await migration.drive() == .closed(.asItWasBefore))
            try await migration.deploy(workload, version: "2", by: "pipeline")
            #expect(try migration.version(of: workload, at: .source) == "2")
            #expect(try await migration.tracesAtRest(at: .source) == [])
        }
    }

    @Test func `a finish takes the refusal away before what it was for`() async throws {
        try await SmallEstate.withMigration(edit: { $0.freeze = .admission }) { migration in
            try await migration.begin(try await migration.plan())
            #expect(try await migration.drive() == .waiting(.crossed))
            try await migration.run.submit(.finish)
            #expect(try await migration.drive() == .closed(.migrated))
            let source = migration.twin.pair.source
            #expect(source.list(.validatingAdmissionPolicies).isEmpty)
            #expect(source.list(.validatingAdmissionPolicyBindings).isEmpty)
            #expect(source.get(.deployments, namespace: "shop", name: workload.name) == nil)
        }
    }

    @Test func `a restart and another number of replicas are no deployment`() async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            try await migration.change(workload, by: "kubectl") { deployment in
                deployment.set(3, at: "spec", "replicas")
                deployment.set(
                    "2026-01-01T00:00:00Z",
                    at: "spec",
                    "template",
                    "metadata",
                    "annotations",
                    "kubectl.kubernetes.io/restartedAt"
                )
            }
            #expect(try await migration.drive() == .waiting(.crossed))
        }
    }

    @Test func `a lane that has not gone back is not planned anew`() async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            let state = try await migration.run.state()
            let lane = try #require(state.index.lane(of: "shop", "home"))
            #expect(
                state.refusalToReplan(lane)?.hasSuffix("has not been stopped and carried back")
                    == true
            )
            #expect(state.index.lane(of: "shop", "nobody") == nil)
        }
    }

    @Test func `what lanes share must not have changed with it`() async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.begin(try await migration.plan())
            try await migration.driveUntilDone("routes/home.example/weight-25")
            try await migration.deploy(workload, version: "2", by: "pipeline")
            _ = try await migration.drive()
            _ = try migration.twin.pair.source.mutate(
                .configMaps,
                namespace: "shop",
                name: "settings",
                manager: "pipeline"
            ) { $0.set("new", at: "data", "colour") }
            await #expect(throws: PlanningError.self) { try await migration.planAgain(workload) }
        }
    }
}

extension TwinMigration {
    /// A pipeline is told why, and the workload stays as it is.
    fileprivate func expectRefusal(of workload: WorkloadID) async throws {
        let refusal = await #expect(throws: APIStatusError.self) {
            try await deploy(workload, version: "2", by: "pipeline")
        }
        #expect(refusal?.message.contains("\(workload) crosses to another site") == true)
        #expect(try version(of: workload, at: .source) == nil)
    }
}
