import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// What exists and is not ours.
    static let strangers: [PlatformCase] = [
        PlatformCase("strangers", "what is there and not ours is a finding and stays as it is") {
            let scene = try await Scene.open($0, in: $1)
            let metadata: (String) -> JSON = { name in
                ["name": .string(name), "namespace": .string(scene.namespace)]
            }
            let target = scene.pair.target
            try await target.create([
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata("settings"),
                "data": ["colour": "red"],
            ])
            try await target.create([
                "apiVersion": "v1", "kind": "Service", "metadata": metadata("web-local"),
                "spec": ["ports": [["port": 80]]],
            ])
            try await target.create([
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": metadata("web-bridge"), "addressType": "IPv4", "endpoints": [],
            ])
            let moves = try await scene.moves()
            // The bridge cannot be made before it has somewhere to lead.
            let local = try #require(moves.first { $0.description == "local name at the source" })
            try await scene.perform(local, from: BeforeImage())
            let seen = try await scene.exactSnapshot()
            for name in ["local name at the target", "copies", "bridge at the target"] {
                let move = try #require(moves.first { $0.description == name })
                let before = try await scene.survey(move)
                scene.resetTaps()
                let reason = await driftReason { try await scene.perform(move, from: before) }
                #expect(
                    reason?.contains("is at the target already and is not of this run") == true,
                    "\(move): \(reason ?? "no error")"
                )
                try await scene.undo(move, to: before)
                #expect(!scene.writes.contains { $0.hasPrefix("DELETE") }, "\(move)")
                let later = try await scene.exactSnapshot()
                #expect(differences(seen, later) == [], "\(move)")
            }
        },
        PlatformCase("present", "what the plan saw present is taken only in the version it saw") {
            let scene = try await Scene.open($0, in: $1)
            let target = scene.pair.target
            let copy: JSON = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "settings", "namespace": .string(scene.namespace)],
                "data": ["colour": "blue"],
            ]
            try await target.create(copy)
            let present = try await scene.seen(scene.settings, at: .target)
            let planned = try await scene.copy(scene.settings, .asItIs, present: present)
            let move = Scene.Move(
                site: .target,
                change: .create(objects: [planned]),
                description: "copies"
            )
            try await target.merge(["data": ["colour": "red"]], into: scene.settings)
            let changed = await driftReason { try await scene.perform(move, from: BeforeImage()) }
            #expect(changed?.contains("changed at the target since the plan") == true)
            try await target.delete(scene.settings)
            let gone = await driftReason { try await scene.perform(move, from: BeforeImage()) }
            #expect(gone?.contains("when the plan was made and is gone") == true)
            try await target.create(copy)
            let another = await driftReason { try await scene.perform(move, from: BeforeImage()) }
            #expect(another?.contains("changed at the target since the plan") == true)
            #expect(scene.writes == [])
        },
        PlatformCase("originals", "an original that changed since the plan is not copied") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let move = try #require(moves.first { $0.description == "copies" })
            try await scene.pair.source.merge(["data": ["colour": "red"]], into: scene.settings)
            let reason = await driftReason { try await scene.perform(move, from: BeforeImage()) }
            #expect(reason?.contains("ConfigMap \(scene.namespace)/settings changed") == true)
            #expect(scene.writes == [])
        },
        PlatformCase("selectors", "a selector that somebody else set is not overwritten") {
            let scene = try await Scene.open($0, in: $1)
            let moves = try await scene.moves()
            let move = try #require(moves.first { $0.description == "no selector at the source" })
            let before = try await scene.survey(move)
            let foreign: JSON = ["spec": ["selector": ["app": "foreign"]]]
            try await scene.pair.source.merge(foreign, into: scene.webService)
            let reason = await driftReason { try await scene.perform(move, from: before) }
            #expect(reason?.contains("somebody else changed it") == true)
            #expect(scene.writes == [])
        },
        PlatformCase("inhabited", "a namespace that the run made goes, unless somebody moved in") {
            pair,
            name in
            let (scene, move, reference) = try await makeNamespace(name, pair)
            #expect(try await pair.target.get(reference).labels["team"] == "a")
            // A kind that no list of everyday kinds has.
            let policy = scene.reference("networking.k8s.io/v1", "NetworkPolicy", "theirs")
            try await pair.target.create([
                "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                "metadata": ["name": "theirs", "namespace": .string(name)],
                "spec": ["podSelector": [:]],
            ])
            await #expect {
                try await scene.undo(move, to: BeforeImage())
            } throws: { error in
                "\(error)".contains("NetworkPolicy \(name)/theirs at the target is not of this run")
            }
            try await pair.target.delete(policy)
            for _ in 1...2 {
                try await scene.undo(move, to: BeforeImage())
                #expect(try await pair.target.find(reference) == nil)
            }
        },
        PlatformCase("claims", "a namespace in which claims hold data stays, and is nobody's copy")
        {
            pair,
            name in
            let (scene, move, reference) = try await makeNamespace(name, pair)
            try await pair.target.create([
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": ["name": "data-ledger-0", "namespace": .string(name)],
                "spec": [
                    "accessModes": ["ReadWriteOnce"],
                    "resources": ["requests": ["storage": "1Gi"]],
                ],
            ])
            for _ in 1...2 {
                try await scene.undo(move, to: BeforeImage())
                let left = try await pair.target.get(reference)
                #expect(left.deletionTimestamp == nil && left.labels["team"] == "a")
                #expect(!left.text().contains("\"diolkos.dev"))
            }
            let claim = scene.reference("v1", "PersistentVolumeClaim", "data-ledger-0")
            #expect(try await pair.target.get(claim).deletionTimestamp == nil)
        },
    ]
}

/// Makes a namespace of this name at the source, and lets the run make its copy.
private func makeNamespace(
    _ name: String,
    _ pair: SitePair
) async throws -> (scene: Scene, move: Scene.Move, reference: ObjectReference) {
    let original = try await pair.source.create([
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": ["name": .string(name), "labels": ["team": "a"]],
    ])
    let reference = ObjectReference(
        apiVersion: "v1",
        kind: "Namespace",
        namespace: nil,
        name: name
    )
    let scene = Scene(pair: pair, namespace: name)
    let planned = PlannedObject(
        reference: reference,
        form: .asItIs,
        original: ObjectSeen(
            uid: original.uid ?? "",
            resourceVersion: original.resourceVersion ?? ""
        ),
        present: nil
    )
    let move = Scene.Move(
        site: .target,
        change: .create(objects: [planned]),
        description: "namespace"
    )
    try await scene.perform(move, from: BeforeImage())
    return (scene, move, reference)
}
