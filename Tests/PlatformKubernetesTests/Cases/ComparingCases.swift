import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// What others do at either site to what was copied, while it crosses.
    static let comparing: [PlatformCase] = [
        PlatformCase(
            "configured-as-copied",
            "What pods read is compared with its copy by its keys, and no value is told"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let secret = scene.reference("v1", "Secret", "keys")
            try await pair.source.create([
                "apiVersion": "v1", "kind": "Secret",
                "metadata": ["name": "keys", "namespace": .string(namespace)],
                "stringData": ["door": "first-value", "gate": "kept"],
            ])
            let objects = [scene.settings, secret]
            try await scene.perform(
                Scene.Move(
                    site: .target,
                    change: .create(objects: [
                        try await scene.copy(scene.settings, .asItIs),
                        try await scene.copy(secret, .asItIs),
                    ]),
                    description: "copies"
                ),
                from: BeforeImage()
            )
            func condition(apart: [String] = []) async throws -> Condition {
                var configuration: [CopiedConfiguration] = []
                for object in objects {
                    configuration.append(
                        CopiedConfiguration(
                            reference: object,
                            original: try await scene.seen(object, at: .source),
                            keysApart: apart
                        )
                    )
                }
                return .configuredAsCopied(
                    site: .source,
                    workload: scene.workload,
                    configuration: configuration
                )
            }
            func look(_ condition: Condition) async -> String? {
                await driftReason {
                    let seen = try await pair.platform(.source).check(condition, replicas: nil)
                    #expect(seen == .holds)
                }
            }
            let (before, apart) = (try await condition(), try await condition(apart: ["door"]))
            #expect(await look(before) == nil)
            // Another version, and the same values.
            for object in objects {
                try await pair.source.merge(
                    ["metadata": ["labels": ["seen": "yes"]]],
                    into: object,
                    by: "somebody"
                )
            }
            #expect(await look(before) == nil)
            let second: JSON = ["stringData": ["door": "second-value"]]
            try await pair.source.merge(second, into: secret, by: "somebody")
            let reason = await look(before) ?? ""
            #expect(reason.hasPrefix("\(secret) was changed at "), "\(reason)")
            #expect(reason.contains(" by somebody at "), "\(reason)")
            #expect(reason.contains("its key door is not what "), "\(reason)")
            #expect(!reason.contains("d-value") && !reason.contains("gate"), "\(reason)")
            // What a copy had made another one on purpose says nothing.
            #expect(await look(apart) == nil)
            try await pair.target.merge(second, into: secret, by: "somebody")
            #expect(await look(before) == nil)
            try await pair.source.merge(
                ["data": ["colour": "red", "shape": "round"]],
                into: scene.settings,
                by: "somebody"
            )
            let other = await look(before) ?? ""
            #expect(other.contains("its keys colour, shape are not what "), "\(other)")
            try await pair.target.delete(scene.settings)
            #expect(await look(before)?.contains("is not at ") == true)
            try await pair.source.delete(scene.settings)
            #expect(await look(before)?.contains("is gone from ") == true)
        },
        PlatformCase(
            "kept-as-made",
            "What others change of what the run has put at a site is told with who did it"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let (deployment, site) = (scene.deployment, pair.target)
            let create = try await scene.creation()
            try await scene.perform(create, from: BeforeImage())
            #expect(await scene.changeOfMade() == nil)
            let scale = scene.scalingUp
            try await scene.perform(scale, from: try await scene.survey(scale))
            let restart: JSON = ["annotations": ["kubectl.kubernetes.io/restartedAt": "now"]]
            for harmless: JSON in [
                ["metadata": ["annotations": ["seen": "yes"]]],
                ["spec": ["template": ["metadata": restart]]],
            ] { try await site.merge(harmless, into: deployment, by: "somebody") }
            // The controllers have been at it by then: once, or before the restart too.
            try await pair.wait(until: "a pod of it is there") {
                try await !site.list("v1", "Pod", in: namespace).isEmpty
            }
            #expect(await scene.changeOfMade() == nil)

            let two: JSON = ["spec": ["replicas": 2]]
            try await site.merge(two, into: deployment, by: "somebody", at: "scale")
            #expect(await scene.changeOfMade(countsPods: false) == nil)
            #expect(await scene.changeOfMade()?.contains(": .spec.replicas (somebody). ") == true)
            try await scene.perform(scale, from: try await scene.survey(scale))
            #expect(await scene.changeOfMade() == nil)
            try await site.merge(
                ["spec": ["template": ["spec": ["hostNetwork": true]]]],
                into: deployment,
                by: "somebody"
            )
            let reason = await scene.changeOfMade(countsPods: false) ?? ""
            #expect(reason.contains(".spec.template.spec.hostNetwork (somebody)"), "\(reason)")
            // What others made of it goes with it.
            try await scene.undo(create, to: BeforeImage())
            try await pair.wait(until: "it is gone") { try await site.find(deployment) == nil }
            #expect(await scene.changeOfMade()?.contains("is gone from ") == true)
            try await site.create(ObjectHygiene.portable(try await pair.source.get(deployment)))
            #expect(
                await scene.changeOfMade()?.contains("is not the one that the run has put there")
                    == true
            )
        },
    ]
}
