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
            let create = try await scene.creation()
            try await scene.perform(create, from: BeforeImage())
            let scale = scene.scalingUp
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
            #expect(await scene.changeOfMade() == nil)
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
            let taken = await scene.changeOfMade() ?? ""
            #expect(taken.contains(".env[name=\"COLOUR\"]"), "\(taken)")
            #expect(taken.contains("(taken away)"), "\(taken)")
            // Given back under the run's name it is what it was.
            let before = template.at("spec", "containers") ?? .null
            try await write(before, by: "diolkos")
            #expect(await scene.changeOfMade() == nil)
            try await write([["name": "web", "image": "other"]], by: "diolkos")
            let other = await scene.changeOfMade() ?? ""
            #expect(other.contains(".image (not as at the other site)"), "\(other)")
            try await write(before, by: "diolkos")
            try await site.merge(
                ["spec": ["template": ["spec": ["hostNetwork": true]]]],
                into: deployment,
                by: "diolkos"
            )
            let added = await scene.changeOfMade() ?? ""
            #expect(added.contains(".hostNetwork (not as at the other site)"), "\(added)")
        },
        PlatformCase(
            "count-in-its-name",
            "another count than the run has asked for is found, whoever's name it is written in"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let (deployment, site) = (scene.deployment, pair.target)
            func count(_ replicas: Int) async throws {
                try await site.merge(
                    ["spec": ["replicas": .int(replicas)]],
                    into: deployment,
                    by: "diolkos"
                )
            }
            try await scene.perform(try await scene.creation(), from: BeforeImage())
            #expect(await scene.changeOfMade() == nil)
            try await count(2)
            let early = await scene.changeOfMade() ?? ""
            #expect(early.contains(".spec.replicas (2, where the run wants 0)"), "\(early)")
            // Where an autoscaler counts, nobody else is asked.
            #expect(await scene.changeOfMade(countsPods: false) == nil)
            try await count(0)

            let scale = scene.scalingUp
            let before = try await scene.survey(scale)
            try await scene.perform(scale, from: before)
            #expect(await scene.changeOfMade() == nil)
            try await count(0)
            let late = await scene.changeOfMade() ?? ""
            #expect(late.contains(".spec.replicas (0, where the run wants 1)"), "\(late)")
            // Made once more, as by another driver, it is what is wanted.
            try await scene.perform(scale, from: before)
            #expect(await scene.changeOfMade() == nil)
        },
        PlatformCase(
            "resumed-in-its-name",
            "a CronJob that somebody resumes or suspends under the run's name is found"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let schedule = scene.schedule
            func suspend(_ isSuspended: Bool) async throws {
                try await pair.target.merge(
                    ["spec": ["suspend": .bool(isSuspended)]],
                    into: schedule.reference,
                    by: "diolkos"
                )
            }
            func make(_ site: SiteRole, _ change: SiteChange) async throws {
                let move = Scene.Move(site: site, change: change, description: "\(change)")
                try await scene.perform(move, from: try await scene.survey(move))
            }
            let copy = try await scene.copy(schedule.reference, .suspended)
            try await make(.target, .create(objects: [copy]))
            #expect(await scene.changeOfMade(schedule) == nil)
            try await suspend(false)
            let early = await scene.changeOfMade(schedule) ?? ""
            #expect(early.contains(".spec.suspend (resumed, where the run wants suspended)"))
            try await suspend(true)
            #expect(await scene.changeOfMade(schedule) == nil)

            try await make(.source, .suspend(workload: schedule))
            try await make(.target, .resume(workload: schedule))
            #expect(await scene.changeOfMade(schedule) == nil)
            try await suspend(true)
            let late = await scene.changeOfMade(schedule) ?? ""
            #expect(late.contains(".spec.suspend (suspended, where the run wants resumed)"))
        },
    ]
}
