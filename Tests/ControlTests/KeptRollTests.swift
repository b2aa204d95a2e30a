import Clocks
import Composition
import ControlPlaneSupport
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import JSONValues
import KubernetesObjects
import LoadGenerator
import MigrationEngine
import MigrationFile
import MigrationModel
import SiteSupport
import Testing
import Twin

/// Deployments that are rolled while no driver lives: their pods get new addresses, to which bridges have to lead.
@Suite(.serialized) struct KeptRollTests {
    private static let keeper = BridgeRule.Keeper(
        image: "example.org/kubectl:1",
        apis: [.source: "https://10.1.255.1", .target: "https://10.2.255.1"]
    )

    @Test func `a keeper leads bridges to the new pods, and no request is lost`() async throws {
        let report = try await Self.rolled(keeper: Self.keeper)
        #expect(report.failures == [:])
        #expect(report.answered > 500)
        #expect(report.bySite.keys.sorted() == ["source"])
    }

    @Test func `without a keeper nobody follows them, and requests are lost`() async throws {
        let report = try await Self.rolled(keeper: nil)
        #expect(report.failed > 20)
    }

    /// Calls names at the target, all of which lead to pods of the source, while these are replaced.
    private static func rolled(keeper: BridgeRule.Keeper?) async throws -> LoadReport {
        var settings = TwinMigration.quick
        // What terminates goes on accepting for as long as pods with a preStop hook do.
        settings.world.nodes.drainMax = .seconds(12)
        settings.world.callTimeout = .seconds(keeper == nil ? 2 : 20)
        return try await TwinMigration.with(
            DemoEstate.manifests(of: ShopServices.three),
            namespaces: ["shop"],
            settings: settings,
            edit: { file in
                file.bridgeRule = BridgeRule(mode: .podAddresses, keeper: keeper)
                file.residual = .accept
            }
        ) { migration in
            let load = try await InsideLoad(
                .target,
                of: migration.twin,
                on: ShopServices.three
            )
            let plan = try await migration.plan()
            let prepared = plan.steps.filter { $0.phase == .prepare }.count
            try await migration.begin(plan)
            #expect(try await migration.drive(stepsMax: prepared) == .stopped)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run() }
                try await migration.time.sleep(for: .seconds(1))
                try await migration.roll()
                try await migration.time.sleep(for: .seconds(3))
                await load.stop()
                try await group.waitForAll()
            }
            print("rolled, \(keeper == nil ? "nobody follows" : "kept"): \(load.report)")
            // What was rolled is no longer what the plan saw, so another driver takes everything back.
            try await migration.run.submit(.rollback)
            let back = try await migration.drive()
            #expect(back == .closed(.asItWasBefore))
            return load.report
        }
    }
}

extension TwinMigration {
    /// Gives every Deployment of the source new pods, and returns when the last of the old ones has gone.
    fileprivate func roll() async throws {
        let cluster = twin.pair.source
        let old = Set(cluster.list(.pods).compactMap(\.uid))
        for deployment in cluster.list(.deployments) {
            guard let name = deployment.name, let namespace = deployment.namespace,
                name != "diolkos-keeper"
            else { continue }
            try cluster.mutate(.deployments, namespace: namespace, name: name, manager: "kubectl") {
                $0.set("again", at: ["spec", "template", "metadata", "annotations", "rolled"])
            }
        }
        try await time.wait(until: "the old pods have gone") {
            // Those of Jobs that have ended stay, and so does the keeper's.
            let pods = cluster.list(.pods).filter {
                $0.labels["pod-template-hash"] != nil
                    && $0.labels["app.kubernetes.io/name"] != "diolkos-keeper"
            }
            return pods.allSatisfy { pod in pod.uid.map { !old.contains($0) } ?? true }
        }
    }
}
