import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    private static let made = ["local name at the source", "copies", "bridge at the target"]
    private static let patched = [
        "entry at the source", "no selector at the source", "scale down", "suspend at the source",
    ]

    /// A driver whose run was taken over does no harm, however late its writes arrive.
    static let fencing: [PlatformCase] = [
        PlatformCase(
            "fence-back",
            "a write that arrives after the next driver went back is refused"
        ) {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            for name in patched {
                let move = try #require(moves.first { $0.description == name })
                let before = try await scene.survey(move)
                let seen = try await scene.snapshot()
                let writes = name == "scale down" ? 2 : 1
                for index in 0..<writes {
                    scene.resetTaps()
                    let tap = scene.pair.source.tap
                    tap.spoil(write: index, .keptBack)
                    await #expect(throws: ProviderError.self, "\(move)") {
                        try await scene.perform(move, from: before, epoch: 1)
                    }
                    try await scene.undo(move, to: before, epoch: 2)
                    #expect(try await tap.deliver() == [409], "\(move), write \(index)")
                    let later = try await scene.snapshot()
                    #expect(differences(seen, later) == [], "\(move), write \(index)")
                }
            }
        },
        PlatformCase("fence-on", "a write that arrives after the next driver went on is refused") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            for name in patched {
                let move = try #require(moves.first { $0.description == name })
                let before = try await scene.survey(move)
                scene.resetTaps()
                let tap = scene.pair.source.tap
                tap.spoil(write: 0, .keptBack)
                await #expect(throws: ProviderError.self, "\(move)") {
                    try await scene.perform(move, from: before, epoch: 1)
                }
                try await scene.perform(move, from: before, epoch: 2)
                let made = try await scene.snapshot()
                // What it would remove may be gone: then the patch itself cannot be applied.
                let status = try await tap.deliver().first
                #expect(status == 409 || status == 422, "\(move)")
                let later = try await scene.snapshot()
                #expect(differences(made, later) == [], "\(move)")
            }
        },
        PlatformCase(
            "fence-delete",
            "a deletion that arrives after the next driver went on is refused"
        ) {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            for name in made {
                let move = try #require(moves.first { $0.description == name })
                let before = try await scene.survey(move)
                try await scene.perform(move, from: before, epoch: 1)
                scene.resetTaps()
                let tap = scene.pair[move.site].tap
                tap.spoil(write: 0, .keptBack)
                await #expect(throws: ProviderError.self, "\(move)") {
                    try await scene.undo(move, to: before, epoch: 1)
                }
                try await scene.perform(move, from: before, epoch: 2)
                let made = try await scene.snapshot()
                #expect(try await tap.deliver() == [409], "\(move)")
                let later = try await scene.snapshot()
                #expect(differences(made, later) == [], "\(move)")
            }
        },
        PlatformCase(
            "fence-leftovers",
            "a deletion of what a selector left behind that arrives after it came back is refused"
        ) {
            let scene = try await Scene.open($0, in: $1)
            try await scene.pair.source.addReadyPod(
                "web-1",
                in: scene.namespace,
                labels: ["app": "web", "tier": "front"],
                address: "10.1.0.1"
            )
            let led = try await scene.settledLead()
            let moves = try await scene.moves()
            let move = try #require(moves.first { $0.description == "no selector at the source" })
            let before = try await scene.survey(move)
            let tap = scene.pair.source.tap
            var refused = ""
            // The selector goes first, then Endpoints, then their slices.
            for (index, epoch) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
                let kept = try await scene.namesToKeep()
                scene.resetTaps()
                tap.spoil(write: index, .keptBack)
                await #expect(throws: ProviderError.self) {
                    try await scene.perform(move, from: before, epoch: 1)
                }
                let late = tap.writes.last ?? "nothing"
                try await scene.undo(move, to: before, epoch: epoch)
                let statuses = try await tap.deliver()
                // A mirror of Endpoints goes with them by itself.
                let isMirror = !kept.contains { late.hasSuffix("/\($0)") }
                #expect(
                    statuses == [409] || (isMirror && statuses == [404]),
                    "\(late), epoch \(epoch)"
                )
                refused += late
                let later = try await scene.settledLead()
                #expect(differences(led, later) == [], "\(late), epoch \(epoch)")
            }
            #expect(refused.contains("/endpoints/web") && refused.contains("/endpointslices/web"))
        },
        PlatformCase(
            "fence-bridge",
            "a bridge that arrives late leads nowhere, or is refused once somebody has led it"
        ) {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            for name in ["local name at the source", "copies"] {
                let move = try #require(moves.first { $0.description == name })
                try await scene.perform(move, from: try await scene.survey(move))
            }
            let move = try #require(moves.first { $0.description == "bridge at the target" })
            let before = try await scene.survey(move)
            let (target, tap) = (scene.pair.target, scene.pair.target.tap)
            let slice = scene.reference("discovery.k8s.io/v1", "EndpointSlice", "web-bridge")
            func led() async throws -> [JSON] {
                (try await target.get(slice)["endpoints"]?.array ?? [])
                    .compactMap { $0["addresses"] }
            }
            scene.resetTaps()
            tap.spoil(write: 0, .keptBack)
            await #expect(throws: ProviderError.self) {
                try await scene.perform(move, from: before, epoch: 1)
            }
            #expect(try await tap.deliver() == [201])
            #expect(try await led() == [])
            try await scene.perform(move, from: before, epoch: 2)
            #expect(try await led().count == 1)
            try await scene.undo(move, to: before, epoch: 2)

            scene.resetTaps()
            tap.spoil(write: 1, .keptBack)
            await #expect(throws: ProviderError.self) {
                try await scene.perform(move, from: before, epoch: 1)
            }
            #expect(try await led() == [])
            let kept: JSON = [["addresses": ["192.0.2.78"], "conditions": ["ready": true]]]
            try await target.merge(["endpoints": kept], into: slice, by: "diolkos-keeper")
            #expect(try await tap.deliver() == [409])
            #expect(try await led() == [["192.0.2.78"]])
        },
        PlatformCase("fence-stop", "a driver that finds the stamp of a later one stops") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let unmade = try await scene.snapshot()
            var done: [(move: Scene.Move, before: BeforeImage)] = []
            for name in made + patched {
                let move = try #require(moves.first { $0.description == name })
                let before = try await scene.survey(move)
                try await scene.perform(move, from: before, epoch: 1)
                // The next one finds it made, and only takes it over.
                scene.resetTaps()
                try await scene.perform(move, from: before, epoch: 2)
                #expect(!scene.writes.isEmpty, "\(move)")
                scene.resetTaps()
                try await scene.perform(move, from: before, epoch: 2)
                for isBack in [false, true] {
                    let reason = await driftReason {
                        if isBack {
                            try await scene.undo(move, to: before, epoch: 1)
                        } else {
                            try await scene.perform(move, from: before, epoch: 1)
                        }
                    }
                    #expect(
                        reason?.contains(
                            "bears the stamp of epoch 2 of run-1, and this driver is of epoch 1"
                        ) == true,
                        "\(move): \(reason ?? "no error")"
                    )
                }
                #expect(scene.writes == [], "\(move)")
                done.append((move, before))
            }
            for (move, before) in done.reversed() {
                try await scene.undo(move, to: before, epoch: 2)
            }
            let left = try await scene.snapshot()
            #expect(differences(unmade, left) == [])
        },
    ]
}

extension Scene {
    /// The names of what controllers make of a selector at the source.
    fileprivate func namesToKeep() async throws -> [String] {
        let slices = try await pair.source.list(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            in: namespace
        ).filter {
            $0.labels["endpointslice.kubernetes.io/managed-by"]
                == "endpointslice-controller.k8s.io"
        }
        return [service.name] + slices.compactMap(\.name)
    }

    /// What Endpoints and slices of the source lead to, once they lead anywhere.
    fileprivate func settledLead() async throws -> [String: JSON] {
        var found: [String: JSON] = [:]
        try await pair.wait(until: "the name and its Endpoints lead to a pod") {
            found = [:]
            for (apiVersion, kind) in [
                ("v1", "Endpoints"), ("discovery.k8s.io/v1", "EndpointSlice"),
            ] {
                for object in try await pair.source.list(apiVersion, kind, in: namespace) {
                    var addresses = (object["endpoints"]?.array ?? []).map { $0["addresses"] }
                    addresses += (object["subsets"]?.array ?? []).map { $0["addresses"] }
                    found[kind] = [
                        "led": .array(addresses.compactMap { $0 }),
                        "stamp": object.annotations["diolkos.io/epoch"].map(JSON.string) ?? .null,
                    ]
                }
            }
            return ["Endpoints", "EndpointSlice"].allSatisfy {
                found[$0]?["led"]?.array?.isEmpty == false
            }
        }
        return found
    }
}
