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
            let words = "crosses to another site (run-1) and is not deployed meanwhile"
            try await scene.refusing(SiteChange.refuseDeploys) { workload in
                let deployments = Scene.deployments(of: workload)
                try await scene.expectRefusal(of: deployments, to: workload, saying: words)
                for change in Scene.harmless(to: workload) {
                    try await pair.target.merge(change, into: workload.reference)
                }
            }
        },
        PlatformCase(
            "refuse-changes",
            "what the run has put at a site is changed by the run and by nobody else"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let words = "crosses from another site (run-1) and is not changed by others meanwhile"
            try await scene.refusing(SiteChange.refuseChanges) { workload in
                let (site, object) = (pair.target, workload.reference)
                try await scene.expectRefusal(
                    of: Scene.deployments(of: workload) + [Scene.count(of: workload, 3)],
                    to: workload,
                    by: "somebody",
                    saying: words
                )
                if !workload.isCronJob {
                    let scale: JSON = ["spec": ["replicas": 3]]
                    try await scene.expectRefusal("scale", saying: "\(workload) \(words)") {
                        try await site.merge(scale, into: object, by: "somebody", at: "scale")
                    }
                }
                for change in Scene.harmless(to: workload, isCounted: false) {
                    try await site.merge(change, into: object, by: "somebody")
                }
                // The run's own go through, by each of the ways that it takes.
                try await site.merge(Scene.count(of: workload, 2), into: object)
                if !workload.isCronJob {
                    let scaling = Scene.Move(
                        site: .target,
                        change: .scale(workload: workload, replicas: .exactly(count: 1)),
                        description: "scale"
                    )
                    try await scene.perform(scaling, from: try await scene.survey(scaling))
                    #expect(try await site.get(object).at("spec", "replicas") == 1)
                }
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

    /// What everybody may go on doing; how much of it runs is among it where `isCounted`.
    fileprivate static func harmless(to workload: WorkloadID, isCounted: Bool = true) -> [JSON] {
        let restart: JSON = ["annotations": ["kubectl.kubernetes.io/restartedAt": "now"]]
        return [["metadata": ["labels": ["seen": "yes"]]]]
            + (isCounted ? [count(of: workload, 1)] : [])
            + (workload.isCronJob ? [] : [["spec": ["template": ["metadata": restart]]]])
    }

    /// How much of it is to run; of a schedule whether anything is.
    fileprivate static func count(of workload: WorkloadID, _ count: Int) -> JSON {
        workload.isCronJob
            ? ["spec": ["suspend": .bool(count > 0)]] : ["spec": ["replicas": .int(count)]]
    }

    /// Puts a workload of each kind at the target, and lets `body` see what is refused of it once `change` has
    /// been made there; then that is made again, undone twice, and nothing is refused any more.
    fileprivate func refusing(
        _ change: (WorkloadID) -> SiteChange,
        _ body: (WorkloadID) async throws -> Void
    ) async throws {
        let cells = WorkloadID(kind: "StatefulSet", namespace: namespace, name: "cells")
        try await putAtTarget(cells)
        for workload in [workload, schedule, cells] {
            let (site, object) = (pair.target, workload.reference)
            let move = Move(site: .target, change: change(workload), description: "refuse")
            try await perform(move, from: BeforeImage())
            try await waitUntil(workload, isRefused: true)
            try await body(workload)
            // Once more changes nothing.
            resetTaps()
            try await perform(move, from: BeforeImage())
            #expect(writes == [])
            try await undo(move, to: BeforeImage())
            try await undo(move, to: BeforeImage())
            try await waitUntil(workload, isRefused: false)
            for reference in DeployRefusal(of: workload).objects {
                #expect(try await site.find(reference) == nil)
            }
            try await site.merge(Scene.count(of: workload, 0), into: object, by: "somebody")
            try await site.delete(object)
        }
    }

    /// That none of `changes` is let through, nor a deletion, and that the server says why of the workload.
    ///
    /// `manager` is who tries.
    fileprivate func expectRefusal(
        of changes: [JSON],
        to workload: WorkloadID,
        by manager: String? = nil,
        saying words: String
    ) async throws {
        let (site, object) = (pair.target, workload.reference)
        let before = try await site.get(object)
        let why = "\(workload) \(words)"
        for change in changes {
            try await expectRefusal("\(change.text())", saying: why) {
                try await site.merge(change, into: object, by: manager)
            }
        }
        try await expectRefusal("deletion", saying: why) { try await site.delete(object) }
        #expect(try await site.get(object).spec == before.spec)
    }

    /// That the server says why, in words that send people the right way.
    fileprivate func expectRefusal(
        _ what: String,
        saying words: String,
        _ body: () async throws -> Void
    ) async throws {
        let refusal = await #expect(throws: (any Error).self, "\(what)") { try await body() }
        let reason = refusal.map { "\($0)" } ?? ""
        #expect(reason.contains(words), "\(what): \(reason)")
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
