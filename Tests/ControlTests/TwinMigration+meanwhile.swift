import Composition
import Control
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import MigrationEngine
import MigrationModel
import Testing
import Twin

/// What people do while a migration is under way.
extension TwinMigration {
    /// Drives until this step is done, and stops after what is under way then.
    func driveUntilDone(_ step: String) async throws {
        let stop = StopRequest()
        let exit = try await run.drive(
            access,
            until: stop,
            settings: RunSettings(leaseSeconds: 600)
        ) { event in
            if case .stepDone(let done, _) = event, done.text == step { stop.request() }
        }
        #expect(exit == .stopped)
    }

    /// As a pipeline does it: the pods are to run something else.
    func deploy(
        _ workload: WorkloadID,
        version: String,
        by manager: String
    ) async throws {
        try await change(workload, by: manager) { deployment in
            deployment.set(
                .string(version),
                at: "spec",
                "template",
                "metadata",
                "annotations",
                "shop.example/version"
            )
        }
    }

    /// Changes a workload at the source, and waits until it is ready again.
    func change(
        _ workload: WorkloadID,
        by manager: String,
        _ body: @escaping (inout JSON) -> Void
    ) async throws {
        _ = try twin.pair.source.mutate(
            .deployments,
            namespace: workload.namespace,
            name: workload.name,
            manager: manager,
            body
        )
        try await twin.waitUntilReady(.source, within: .seconds(30))
    }

    func version(of workload: WorkloadID, at site: SiteRole) throws -> String? {
        let cluster = site == .source ? twin.pair.source : twin.pair.target
        let found = try #require(
            cluster.get(.deployments, namespace: workload.namespace, name: workload.name)
        )
        return found.at("spec", "template", "metadata", "annotations", "shop.example/version")?
            .string
    }

    /// As `diolkos plan --again`.
    func planAgain(_ workload: WorkloadID) async throws {
        let state = try await run.state()
        let lane = try #require(state.index.lane(of: workload.namespace, workload.name))
        try await run.replan(
            lane,
            try await PlanMaking(file, access).again(lane, in: state.plan)
        )
    }

    /// Drives until a lane has gone back for what somebody else changed; why.
    func reasonOfDrift() async throws -> String {
        guard case .waiting(.stopped(let failures)) = try await drive() else {
            Issue.record("nothing was noticed")
            return ""
        }
        #expect(Set(failures.map(\.failure.kind)) == [.drift])
        return failures.first?.failure.reason ?? ""
    }

    /// Plans anew whatever has gone back, as its reason says, and lets it cross.
    func crossAgain() async throws {
        let state = try await run.state()
        let making = PlanMaking(file, access)
        for lane in Set(state.plan.steps.filter { $0.phase == .cross }.map(\.lane))
        where state.refusalToReplan(lane) == nil {
            try await run.replan(lane, try await making.again(lane, in: state.plan))
        }
        try await run.submit(.resume)
        #expect(try await drive() == .waiting(.crossed))
    }
}
