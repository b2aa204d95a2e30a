import ControlPlaneSupport
import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// Freezes of each kind that crosses: the target's server makes them, for an older source cannot.
    static let freezing: [PlatformCase] = WorkloadID.kinds.map { kind in
        PlatformCase(
            "freeze-\(kind.lowercased())",
            "the server understands what refuses deployments and changes of a \(kind), and does as it says"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let workload = WorkloadID(kind: kind, namespace: namespace, name: "frozen")
            let (site, object) = (pair.target, workload.reference)
            try await site.create(Scene.manifest(of: workload))
            let moves: [(change: SiteChange, words: String)] = [
                (.refuseDeploys(workload: workload), "crosses to another site"),
                (.refuseChanges(workload: workload), "is not changed by others"),
            ]
            for (change, words) in moves {
                let move = Scene.Move(site: .target, change: change, description: words)
                try await scene.perform(move, from: BeforeImage())
                try await scene.awaitRefusal(of: workload, true)
                try await scene.expectUnderstood(DeployRefusal(of: workload).policy)
                let before = try await site.get(object)
                for deployment in Scene.deployed(workload) {
                    let refusal = await #expect(throws: (any Error).self, "\(deployment.text())") {
                        try await site.merge(deployment, into: object, by: "somebody")
                    }
                    let reason = refusal.map { "\($0)" } ?? ""
                    #expect(reason.contains(words), "\(deployment.text()): \(reason)")
                }
                await #expect(throws: (any Error).self) { try await site.delete(object) }
                #expect(try await site.get(object).spec == before.spec)
                for harmless in Scene.harmless(workload) {
                    try await site.merge(harmless, into: object, by: "somebody")
                }
                try await scene.undo(move, to: BeforeImage())
                try await scene.awaitRefusal(of: workload, false)
            }
            for deployment in Scene.deployed(workload) {
                try await site.merge(deployment, into: object, by: "somebody")
            }
            try await site.delete(object)
        }
    }
}

extension WorkloadID {
    /// Every kind that a freeze is made for.
    fileprivate static let kinds = ["CronJob", "DaemonSet", "Deployment", "StatefulSet"]
}

extension Scene {
    /// One that has no pods.
    fileprivate static func manifest(of workload: WorkloadID) -> JSON {
        let labels: JSON = ["app": .string(workload.name)]
        var template: JSON = [
            "metadata": ["labels": labels],
            "spec": [
                "nodeSelector": ["no": "node"],
                "containers": [["name": "main", "image": "nothing"]],
            ],
        ]
        var spec: JSON = ["selector": ["matchLabels": labels]]
        switch workload.kind {
        case "CronJob":
            template.set("Never", at: "spec", "restartPolicy")
            // Once a year, so that no test meets it.
            spec = ["schedule": "0 0 1 1 *", "jobTemplate": ["spec": ["template": template]]]
        case "StatefulSet":
            spec["serviceName"] = .string(workload.name)
            spec["replicas"] = 0
        case "Deployment": spec["replicas"] = 0
        default: break
        }
        if workload.kind != "CronJob" { spec["template"] = template }
        return [
            "apiVersion": .string(workload.reference.apiVersion), "kind": .string(workload.kind),
            "metadata": [
                "name": .string(workload.name), "namespace": .string(workload.namespace),
            ],
            "spec": spec,
        ]
    }

    /// What somebody who deploys writes: fields that were there, and fields that were not.
    fileprivate static func deployed(_ workload: WorkloadID) -> [JSON] {
        guard workload.kind == "CronJob" else {
            let changes: [JSON] = [
                ["spec": ["terminationGracePeriodSeconds": 7]], ["spec": ["hostNetwork": true]],
                ["metadata": ["annotations": ["config": "2"]]],
                ["metadata": ["labels": ["version": "2"]]],
            ]
            return changes.map { ["spec": ["template": $0]] }
        }
        return [
            ["spec": ["schedule": "1 0 1 1 *"]], ["spec": ["timeZone": "Etc/UTC"]],
            ["spec": ["startingDeadlineSeconds": 60]], ["spec": ["concurrencyPolicy": "Forbid"]],
            ["spec": ["jobTemplate": ["spec": ["backoffLimit": 1]]]],
        ]
    }

    fileprivate static func harmless(_ workload: WorkloadID) -> [JSON] {
        let restart: JSON = ["annotations": ["kubectl.kubernetes.io/restartedAt": "now"]]
        return [["metadata": ["labels": ["seen": "yes"]]]]
            + (workload.kind == "CronJob" ? [] : [["spec": ["template": ["metadata": restart]]]])
    }

    fileprivate func awaitRefusal(of workload: WorkloadID, _ isRefused: Bool) async throws {
        let condition = Condition.deploysRefused(
            site: .target,
            workload: workload,
            isRefused: isRefused
        )
        try await pair.wait(until: "\(workload) is refused, or not: \(isRefused)") {
            try await pair.platform(.target).check(condition, replicas: nil) == .holds
        }
    }

    /// That the server finds no fault with the policy's expressions for the kind that it is for; the twin has no
    /// controller that looks.
    fileprivate func expectUnderstood(_ policy: ObjectReference) async throws {
        guard pair.time is SystemTime else { return }
        try await pair.wait(until: "\(policy) has been looked at") {
            let found = try await pair.target.get(policy)
            return found.at("status", "observedGeneration")?.int == found.generation
        }
        let found = try await pair.target.get(policy)
        #expect(found.at("status", "typeChecking") != nil)
        #expect(
            found.at("status", "typeChecking", "expressionWarnings") == nil,
            "\(found["status"]?.text() ?? "")"
        )
    }
}
