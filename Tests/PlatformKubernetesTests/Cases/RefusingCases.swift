import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// Deployments that the API server refuses: the target's, for an older source cannot.
    static let refusing: [PlatformCase] = [
        PlatformCase(
            "refuse-deploys",
            "no workload of any kind is deployed while that is refused, and everything else goes on"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let cells = WorkloadID(kind: "StatefulSet", namespace: namespace, name: "cells")
            try await scene.putAtTarget(cells)
            for workload in [scene.workload, scene.schedule, cells] {
                let site = pair.target
                let object = workload.reference
                let move = Scene.Move(
                    site: .target,
                    change: .refuseDeploys(workload: workload),
                    description: "refuse"
                )
                try await scene.perform(move, from: BeforeImage())
                try await scene.waitUntil(workload, isRefused: true)
                let before = try await site.get(object)
                for deployment in Scene.deployments(of: workload) {
                    let refusal = await #expect(throws: (any Error).self) {
                        try await site.merge(deployment, into: object)
                    }
                    let reason = refusal.map { "\($0)" } ?? ""
                    #expect(reason.contains("crosses to another site"), "\(deployment.text())")
                }
                await #expect(throws: (any Error).self) { try await site.delete(object) }
                #expect(try await site.get(object).spec == before.spec)
                for change in Scene.harmless(to: workload) {
                    try await site.merge(change, into: object)
                }
                // Once more changes nothing.
                scene.resetTaps()
                try await scene.perform(move, from: BeforeImage())
                #expect(scene.writes == [])
                try await scene.undo(move, to: BeforeImage())
                try await scene.undo(move, to: BeforeImage())
                try await scene.waitUntil(workload, isRefused: false)
                for reference in DeployRefusal(of: workload).objects {
                    #expect(try await site.find(reference) == nil)
                }
                try await site.delete(object)
            }
        },
        PlatformCase(
            "refused-by-others",
            "a policy of that name which is not of this run is not touched"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let policy = DeployRefusal(of: scene.workload).policy
            try await pair.target.create([
                "apiVersion": .string(policy.apiVersion), "kind": .string(policy.kind),
                "metadata": ["name": .string(policy.name)],
                "spec": [
                    "matchConstraints": [
                        "resourceRules": [
                            [
                                "apiGroups": ["example.com"], "apiVersions": ["v1"],
                                "operations": ["UPDATE"], "resources": ["boats"],
                            ]
                        ]
                    ],
                    "validations": [["expression": "true"]],
                ],
            ])
            let before = try await pair.target.get(policy)
            let move = Scene.Move(
                site: .target,
                change: .refuseDeploys(workload: scene.workload),
                description: "refuse"
            )
            let reason = await driftReason { try await scene.perform(move, from: BeforeImage()) }
            #expect(reason?.contains("is not of this run; it was not touched") == true)
            try await scene.undo(move, to: BeforeImage())
            let after = try await pair.target.get(policy)
            #expect(after.spec == before.spec && after.uid == before.uid)
            #expect(after.annotations == before.annotations)
            try await pair.target.delete(policy)
        },
    ]
}

extension Scene {
    /// What somebody who deploys writes.
    fileprivate static func deployments(of workload: WorkloadID) -> [JSON] {
        if workload.isCronJob {
            return [
                ["spec": ["schedule": "1 0 1 1 *"]], ["spec": ["timeZone": "Etc/UTC"]],
                [
                    "spec": [
                        "jobTemplate": ["spec": ["template": ["spec": ["hostNetwork": true]]]]
                    ]
                ],
            ]
        }
        let changes: [JSON] = [
            ["spec": ["hostNetwork": true]], ["metadata": ["annotations": ["config": "2"]]],
            ["metadata": ["labels": ["version": "2"]]],
        ]
        return changes.map { ["spec": ["template": $0]] }
    }

    /// What everybody may go on doing.
    fileprivate static func harmless(to workload: WorkloadID) -> [JSON] {
        let restart: JSON = ["annotations": ["kubectl.kubernetes.io/restartedAt": "now"]]
        let own: JSON =
            workload.isCronJob
            ? ["spec": ["suspend": true]]
            : ["spec": ["replicas": 0, "template": ["metadata": restart]]]
        return [own, ["metadata": ["labels": ["seen": "yes"]]]]
    }

    /// The target's own workloads of each kind.
    fileprivate func putAtTarget(_ cells: WorkloadID) async throws {
        for reference in [deployment, schedule.reference] {
            var copy = ObjectHygiene.portable(try await pair.source.get(reference))
            copy.set(.int(0), at: "spec", "replicas")
            if reference.kind == "CronJob" { copy.remove(at: "spec", "replicas") }
            try await pair.target.create(copy)
        }
        let labels: JSON = ["app": "cells"]
        try await pair.target.create([
            "apiVersion": "apps/v1", "kind": "StatefulSet",
            "metadata": ["name": .string(cells.name), "namespace": .string(namespace)],
            "spec": [
                "replicas": 0, "serviceName": "cells", "selector": ["matchLabels": labels],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": ["containers": [["name": "cells", "image": "nothing"]]],
                ],
            ],
        ])
    }

    fileprivate func waitUntil(_ workload: WorkloadID, isRefused: Bool) async throws {
        let condition = Condition.deploysRefused(
            site: .target,
            workload: workload,
            isRefused: isRefused
        )
        try await pair.wait(until: "deployments are refused, or not: \(isRefused)") {
            try await pair.platform(.target).check(condition, replicas: nil) == .holds
        }
    }
}
