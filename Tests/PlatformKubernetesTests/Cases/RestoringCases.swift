import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// Undo gives back what was recorded, whatever that was.
    static let restoring: [PlatformCase] = [
        PlatformCase("replicas", "a scale down gives back the replicas that it found") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let move = try #require(moves.first { $0.description == "scale down" })
            for found in [5, 2, 0] {
                let scale: JSON = ["spec": ["replicas": .int(found)]]
                try await scene.pair.source.merge(scale, into: scene.deployment)
                let before = try await scene.survey(move)
                #expect(before.replicas == found)
                try await scene.perform(move, from: before)
                let down = try await scene.pair.source.get(scene.deployment)
                #expect(down.at("spec", "replicas") == 0)
                try await scene.undo(move, to: before)
                let back = try await scene.pair.source.get(scene.deployment)
                #expect(back.at("spec", "replicas") == .int(found))
            }
        },
        PlatformCase("larger", "replicas come back as the larger of recorded and needed") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let copies = try #require(moves.first { $0.description == "copies" })
            try await scene.perform(copies, from: BeforeImage())
            let move = try #require(moves.first { $0.description == "scale down" })
            let before = try await scene.survey(move)
            try await scene.perform(move, from: before)
            try await scene.pair.target.merge(["spec": ["replicas": 7]], into: scene.deployment)
            try await scene.undo(move, to: before)
            let back = try await scene.pair.source.get(scene.deployment)
            #expect(back.at("spec", "replicas") == 7)
        },
        PlatformCase("another", "another incarnation of a workload is not scaled") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let move = try #require(moves.first { $0.description == "scale down" })
            let before = try await scene.survey(move)
            let old = try await scene.pair.source.get(scene.deployment)
            try await scene.pair.source.delete(scene.deployment)
            try await scene.pair.wait(until: "the Deployment is gone") {
                try await scene.pair.source.find(scene.deployment) == nil
            }
            try await scene.pair.source.create(ObjectHygiene.portable(old))
            let reason = await driftReason { try await scene.perform(move, from: before) }
            #expect(reason?.contains("was replaced by another of its name") == true)
            let found = try await scene.pair.source.get(scene.deployment)
            #expect(found.at("spec", "replicas") == 3)
        },
        PlatformCase("backends", "an entry gives back the Services that it named, and only those") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let move = try #require(moves.first { $0.description == "entry at the source" })
            let before = try await scene.survey(move)
            try await scene.perform(move, from: before)
            #expect(try await scene.backends() == ["web-local", "other"])
            // Somebody changes what is theirs meanwhile.
            let path = "/spec/rules/0/http/paths/1/backend/service/name"
            let site = scene.pair.source
            _ = try await site.client.patch(
                try await site.kind(scene.entry),
                namespace: scene.namespace,
                name: "shop",
                .json([["op": "replace", "path": .string(path), "value": "another"]])
            )
            try await scene.undo(move, to: before)
            #expect(try await scene.backends() == ["web", "another"])
        },
        PlatformCase("moved", "a backend gets its Service back wherever in the list it stands") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let move = try #require(moves.first { $0.description == "entry at the source" })
            let before = try await scene.survey(move)
            try await scene.perform(move, from: before)
            // Somebody puts a rule of theirs before it.
            let site = scene.pair.source
            let added: JSON = [
                "path": "/first", "pathType": "Prefix",
                "backend": ["service": ["name": "theirs", "port": ["number": 80]]],
            ]
            _ = try await site.client.patch(
                try await site.kind(scene.entry),
                namespace: scene.namespace,
                name: "shop",
                .json([
                    ["op": "add", "path": "/spec/rules/0/http/paths/0", "value": added]
                ])
            )
            #expect(try await scene.backends() == ["theirs", "web-local", "other"])
            try await scene.undo(move, to: before)
            #expect(try await scene.backends() == ["theirs", "web", "other"])
        },
        PlatformCase("gone", "an Ingress or a Service that is gone does not hold up the way back") {
            let scene = try await Scene.open($0, in: $1)
            var made: [(Scene.Move, BeforeImage)] = []
            for move in try await scene.moves() {
                let before = try await scene.survey(move)
                try await scene.perform(move, from: before)
                made.append((move, before))
            }
            for object in [scene.entry, scene.webService] {
                try await scene.pair.source.delete(object)
                try await scene.pair.wait(until: "\(object) is gone") {
                    try await scene.pair.source.find(object) == nil
                }
            }
            for (move, before) in made.reversed() { try await scene.undo(move, to: before) }
            #expect(try await scene.pair.source.find(scene.entry) == nil)
            #expect(try await scene.pair.source.find(scene.webService) == nil)
        },
    ]
}

extension Scene {
    /// The Services that the source's entry names, in their order.
    fileprivate func backends() async throws -> [String] {
        let found = try await pair.source.get(entry)
        let paths = found.at("spec", "rules")?.array?.first?.at("http", "paths")?.array ?? []
        return paths.compactMap { $0.at("backend", "service", "name")?.string }
    }
}
