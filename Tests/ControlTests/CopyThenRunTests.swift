import Clocks
import Composition
import ControlPlaneSupport
import EmbeddedAPI
import JSONValues
import KubernetesCopy
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import Testing
import Twin

/// Everything is copied first, and crosses later, workload by workload.
@Suite struct CopyThenRunTests {
    @Test func `what was copied crosses, and is no copy any more after the finish`() async throws {
        try await SmallEstate.withMigration { migration in
            let copied = try await migration.copy()
            #expect(copied.created > 5)
            #expect(try await migration.copyPlan().isEmpty)
            let plan = try await migration.plan()
            #expect(
                plan.steps.map(\.summary).filter { $0.hasPrefix("Take over") } == [
                    "Take over 2 Services of shop at the target",
                    "Take over 1 Ingress of shop there, leading to local names",
                    "Take over Deployment shop/basket at the target with 0 replicas",
                    "Take over the autoscaler of Deployment shop/basket at the target",
                    "Take over Deployment shop/home at the target with 0 replicas, and "
                        + "PodDisruptionBudget shop/home",
                ]
            )
            try await migration.begin(plan)
            let crossed = try await migration.drive()
            #expect(crossed == .waiting(.crossed))
            // What crosses is in the hands of the run, and a copy says so and does nothing.
            let amid = try await migration.copyPlan()
            #expect(amid.isEmpty)
            let inHand = amid.leftOut.filter { $0.reason.contains("migration") }.map(\.key.kindName)
            #expect(
                Set(inHand).isSuperset(of: [
                    "Deployment.apps", "Service", "Ingress.networking.k8s.io",
                ])
            )

            try await migration.run.submit(.finish)
            #expect(try await migration.drive() == .closed(.migrated))
            for kind in [ResourceName.deployments, .services, .replicaSets] {
                for object in migration.twin.pair.target.list(kind, namespace: "shop") {
                    #expect(!object.text().contains("\"diolkos.dev/"), "\(object.namespacedName)")
                }
            }
            // How many replicas there are is an autoscaler's to say, and nobody's field.
            for deployment in migration.twin.pair.target.list(.deployments, namespace: "shop") {
                let owners = ManagedFields(of: deployment)
                    .owners(of: [.name("spec"), .name("replicas")]).map(\.name)
                #expect(
                    !owners.contains { $0.hasPrefix("diolkos") },
                    "\(deployment.namespacedName)"
                )
            }
            let afterwards = try await migration.copyPlan()
            #expect(afterwards.isEmpty)
            #expect(afterwards.findings.filter { $0.severity == .blocker } == [])
            let undone = try await migration.undoPlan()
            #expect(
                !undone.removals.contains {
                    ["Deployment.apps", "Service"].contains($0.key.kindName)
                }
            )
        }
    }

    @Test(arguments: [10, 25, 45, 65, 100])
    func `what was copied and crossed part of the way is the copy's again`(
        percent: Int
    ) async throws {
        try await SmallEstate.withMigration { migration in
            _ = try await migration.copy()
            let managers = migration.managersAtTarget
            try await migration.expectCarriedBack {
                let forward = try await migration.plan().steps.filter { $0.phase != .finish }.count
                let exit = try await migration.drive(
                    stepsMax: percent == 100 ? .max : forward * percent / 100
                )
                #expect(exit == (percent == 100 ? .waiting(.crossed) : .stopped))
            }
            #expect(migration.managersAtTarget == managers)
            #expect(try await migration.copyPlan().isEmpty)
            let undo = try await migration.undoPlan()
            #expect(undo.kept.map { "\($0.key): \($0.reason)" } == [])
        }
    }
}

extension TwinMigration {
    /// What the migration's copy would do now.
    fileprivate func copyPlan() async throws -> CopyPlan {
        try await CopyMaking(
            file.copyRule(),
            from: ClusterSource(name: "source", client: access.source.client),
            to: ClusterSource(name: "target", client: access.target.client)
        ).make()
    }

    /// Makes the migration's copy before anything crosses, and waits for the target's controllers.
    func copy() async throws -> CopySummary {
        let summary = try await copyAgain()
        try await time.wait(until: "the target's controllers have answered") { isTargetAtRest }
        return summary
    }

    /// Makes the migration's copy, whatever has crossed, and expects that all of it could be made.
    func copyAgain() async throws -> CopySummary {
        let summary = await CopyRun(
            try await copyPlan(),
            target: access.target.client,
            time: time
        ).perform()
        #expect(summary.failures.map(\.key) == [])
        return summary
    }

    /// Whether the target's controllers have answered to all that was copied.
    private var isTargetAtRest: Bool {
        let target = twin.pair.target
        let slices = target.list(.endpointSlices, namespace: "shop").compactMap {
            $0.labels["kubernetes.io/service-name"]
        }
        let endpoints = target.list(.endpoints, namespace: "shop").compactMap(\.name)
        let named = Set(slices).intersection(endpoints)
        return target.list(.services, namespace: "shop").allSatisfy {
            named.contains($0.name ?? "")
        }
            && target.list(.deployments, namespace: "shop").allSatisfy {
                $0.at("status", "observedGeneration")?.int == $0.generation
                    && $0.annotations["deployment.kubernetes.io/revision"] != nil
            }
    }

    fileprivate func undoPlan() async throws -> CopyUndoPlan {
        try await CopyUndo(of: file.name, at: access.target.client, time: time)
            .plan(includesVolumes: false)
    }

    /// Who owns which fields of what crosses, but for what controllers say of its status.
    fileprivate var managersAtTarget: [String: [JSON]] {
        var managers: [String: [JSON]] = [:]
        for kind in [ResourceName.deployments, .services, .ingresses, .horizontalPodAutoscalers] {
            for object in twin.pair.target.list(kind, namespace: "shop") {
                managers["\(object.kind ?? "") \(object.namespacedName)"] = object.managedFields
                    .filter { $0["subresource"] != "status" }
            }
        }
        return managers
    }
}
