import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// What a copy made before is taken over, and given back as it was.
    static let taking: [PlatformCase] = [
        PlatformCase("taking", "what a copy made is taken over, and given back with its owners") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let local = try #require(moves.first { $0.description == "local name at the target" })
            try await scene.perform(local, from: BeforeImage())
            let taking = try await scene.taking()
            let before = try await scene.survey(taking)
            let seen = try await scene.owned()
            try await scene.undo(taking, to: before)
            #expect(try await scene.owned() == seen, "an undo that never ran is harmless")

            try await scene.perform(taking, from: before)
            let target = scene.pair.target
            for reference in [scene.deployment, scene.webService, scene.entry] {
                let found = try await target.get(reference)
                #expect(found.labels[MarkNames.run] == "run-1", "\(reference)")
                #expect(found.labels[MarkNames.copy] == "shop", "\(reference)")
            }
            #expect(try await target.get(scene.webService).at("spec", "selector") == nil)
            #expect(try await target.get(scene.deployment).at("spec", "replicas") == 0)
            let services = (try await target.get(scene.entry).at("spec", "rules")?.array ?? [])
                .flatMap { $0.at("http", "paths")?.array ?? [] }
                .compactMap { $0.at("backend", "service", "name")?.string }
            #expect(services == ["web-local", "other"])
            scene.resetTaps()
            try await scene.perform(taking, from: before)
            #expect(scene.writes == [])

            let scale = try #require(moves.first { $0.description == "scale up" })
            let scaleBefore = try await scene.survey(scale)
            try await scene.perform(scale, from: scaleBefore)
            try await scene.undo(scale, to: scaleBefore)
            for epoch in [1, 2] {
                try await scene.undo(taking, to: before, epoch: epoch)
                #expect(differences(seen, try await scene.owned()) == [])
            }
        },
        PlatformCase("taken", "what changed at either site since the plan is not taken over") {
            let scene = try await Scene.open($0, in: $1)
            let taking = try await scene.taking()
            let before = try await scene.survey(taking)
            try await scene.pair.target.merge(["spec": ["replicas": 1]], into: scene.deployment)
            let reason = await driftReason { try await scene.perform(taking, from: before) }
            #expect(reason?.contains("changed at the target since the plan") == true)
            let again = try await scene.taking(isMade: true)
            try await scene.pair.source.merge(["spec": ["replicas": 9]], into: scene.deployment)
            let old = await driftReason { try await scene.perform(again, from: before) }
            #expect(old?.contains("changed at the source since the plan") == true)
        },
    ]
}

extension Scene {
    /// Taking over what a copy made, which is made here as a copy would, unless it is there.
    fileprivate func taking(isMade: Bool = false) async throws -> Move {
        let forms: [(ObjectReference, PlannedObject.Form)] = [
            (deployment, .scaledToZero), (webService, .withoutSelector), (entry, .toLocalNames),
        ]
        var planned: [PlannedObject] = []
        for (reference, form) in forms {
            if !isMade { try await copyBefore(reference) }
            // A Deployment's controller answers to its creation.
            try await pair.wait(until: "\(reference) is at rest") {
                let found = try await pair.target.get(reference)
                return form != .scaledToZero
                    || found.at("status", "observedGeneration")?.int == found.generation
            }
            planned.append(try await copy(reference, form, present: seen(reference, at: .target)))
        }
        return Move(
            site: .target,
            change: .create(objects: planned),
            description: "taking over"
        )
    }

    private func copyBefore(_ reference: ObjectReference) async throws {
        var object = ObjectHygiene.portable(try await pair.source.get(reference))
        object.labels[MarkNames.copy] = "shop"
        object.annotations[MarkNames.content] = "0123"
        if reference == deployment { object.set(2, at: "spec", "replicas") }
        _ = try await pair.target.client.create(
            try await pair.target.kind(reference),
            object,
            options: WriteOptions(fieldManager: MarkNames.copyManager)
        )
    }

    /// What is at the target, with who owns which fields, but for what controllers own.
    fileprivate func owned() async throws -> [String: JSON] {
        var found: [String: JSON] = [:]
        for reference in [deployment, webService, entry] {
            let object = try await pair.target.get(reference)
            var shown = ObjectHygiene.portable(object)
            let managers = object.managedFields.filter { $0["subresource"] != "status" }
            shown.set(.array(managers), at: "managers")
            found["\(reference)"] = shown
        }
        return found
    }
}
