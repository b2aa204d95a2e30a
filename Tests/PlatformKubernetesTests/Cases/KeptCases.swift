import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// What is changed at a site without a name of its own.
    static let kept: [PlatformCase] = [
        PlatformCase(
            "taken-away",
            "what is only taken away from what the run has made is found, and what others write in its name"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let (deployment, site) = (scene.deployment, pair.target)
            let template: JSON = [
                "spec": [
                    "containers": [
                        [
                            "name": "web", "image": "nothing",
                            "env": [
                                ["name": "COLOUR", "value": "blue"],
                                ["name": "SHAPE", "value": "round"],
                            ],
                        ]
                    ]
                ]
            ]
            try await pair.source.merge(["spec": ["template": template]], into: deployment)
            func look() async -> String? {
                await driftReason {
                    let condition = Condition.keptAsMade(
                        site: .target,
                        workload: scene.workload,
                        countsPods: true
                    )
                    let seen = try await pair.platform(.target).check(condition, replicas: nil)
                    #expect(seen == .holds)
                }
            }
            let create = Scene.Move(
                site: .target,
                change: .create(objects: [try await scene.copy(deployment, .scaledToZero)]),
                description: "copies"
            )
            try await scene.perform(create, from: BeforeImage())
            let scale = Scene.Move(
                site: .target,
                change: .scale(workload: scene.workload, replicas: .exactly(count: 1)),
                description: "scale up"
            )
            try await scene.perform(scale, from: try await scene.survey(scale))
            try await pair.wait(until: "its pod is there") {
                try await site.list("v1", "Pod", in: namespace).count == 1
            }
            let restart: JSON = ["annotations": ["kubectl.kubernetes.io/restartedAt": "now"]]
            try await site.merge(
                ["spec": ["template": ["metadata": restart]]],
                into: deployment,
                by: "somebody"
            )
            #expect(await look() == nil)
            // Once more changes nothing, the fingerprint least of all.
            let made = try await site.get(deployment).annotations[MarkNames.made]
            #expect(made != nil)
            try await scene.perform(create, from: BeforeImage())
            #expect(try await site.get(deployment).annotations[MarkNames.made] == made)

            func write(_ containers: JSON, by manager: String) async throws {
                try await site.merge(
                    ["spec": ["template": ["spec": ["containers": containers]]]],
                    into: deployment,
                    by: manager
                )
            }
            try await write(
                [
                    [
                        "name": "web", "image": "nothing",
                        "env": [["name": "SHAPE", "value": "round"]],
                    ]
                ],
                by: "somebody"
            )
            let taken = await look() ?? ""
            #expect(taken.contains(".env[name=\"COLOUR\"]"), "\(taken)")
            #expect(taken.contains("(taken away)"), "\(taken)")
            // Given back under the run's name it is what it was.
            let before = template.at("spec", "containers") ?? .null
            try await write(before, by: "diolkos")
            #expect(await look() == nil)
            try await write([["name": "web", "image": "other"]], by: "diolkos")
            let other = await look() ?? ""
            #expect(other.contains(".image (not as at the other site)"), "\(other)")
            try await write(before, by: "diolkos")
            try await site.merge(
                ["spec": ["template": ["spec": ["hostNetwork": true]]]],
                into: deployment,
                by: "diolkos"
            )
            let added = await look() ?? ""
            #expect(added.contains(".hostNetwork (not as at the other site)"), "\(added)")
        }
    ]
}
