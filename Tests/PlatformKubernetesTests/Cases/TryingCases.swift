import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// Bridges are tried from inside a site before anybody depends on them.
    static let trying: [PlatformCase] = [
        PlatformCase(
            "try-bridge",
            "a bridge that does not carry is named with its remedy, and tried anew until it does"
        ) { pair, namespace in
            let scene = try await TrialScene(pair, namespace)
            let first = try await scene.perform()
            #expect(try await scene.state() != .holds)
            let silent = PlayedKubelet(pair.target, silentPorts: [scene.nodePort])
            try await pair.wait(until: "the trial has failed") {
                try await silent.look(in: namespace)
                if case .broken = try await scene.state() { return true }
                return false
            }
            guard case .broken(let text) = try await scene.state() else { return }
            #expect(text.contains(":\(scene.nodePort) (web-local at the source): no answer"))
            #expect(!text.contains("(the name itself)"))
            #expect(text.contains("firewalls"))

            let second = try await scene.perform()
            #expect(second.details.value["uid"] != first.details.value["uid"])
            let kubelet = PlayedKubelet(pair.target)
            try await pair.wait(until: "the trial has succeeded") {
                try await kubelet.look(in: namespace)
                return try await scene.state() == .holds
            }
            scene.scene.resetTaps()
            let third = try await scene.perform()
            #expect(third.details.value["uid"] == second.details.value["uid"])
            #expect(scene.scene.writes == [])

            try await scene.undo()
            #expect(try await pair.target.find(scene.job) == nil)
            try await pair.wait(until: "its pods are gone with it") {
                try await pair.target.list("v1", "Pod", in: namespace).isEmpty
            }
        },
        PlatformCase("try-nobody", "where nobody is ready to answer, nothing is tried") {
            pair,
            namespace in
            let scene = try await TrialScene(pair, namespace, isReady: false)
            try await scene.perform()
            #expect(try await pair.target.find(scene.job) == nil)
            #expect(try await scene.state() == .holds)
        },
        PlatformCase("try-stranger", "a Job of somebody else in the way of a trial is left alone") {
            pair,
            namespace in
            let scene = try await TrialScene(pair, namespace)
            try await pair.target.create([
                "apiVersion": "batch/v1", "kind": "Job",
                "metadata": ["name": "diolkos-try", "namespace": .string(namespace)],
                "spec": [
                    "suspend": true,
                    "template": [
                        "spec": [
                            "restartPolicy": "Never",
                            "containers": [["name": "own", "image": "own"]],
                        ]
                    ],
                ],
            ])
            let stranger = try await pair.target.get(scene.job)
            await #expect(throws: ProviderError.self) { try await scene.perform() }
            try await scene.undo()
            // Its own controller may have written its status meanwhile; the rest is as it was.
            let left = try await pair.target.get(scene.job)
            #expect(left.uid == stranger.uid)
            #expect(left.generation == stranger.generation)
            #expect(left.spec == stranger.spec)
            #expect(left.labels == stranger.labels)
            #expect(left.annotations == stranger.annotations)
            #expect(left.deletionTimestamp == nil)
        },
    ]
}

/// A name that leads across a bridge, and the step that tries it from the target.
private struct TrialScene {
    let scene: Scene
    /// The node port of the source's local name.
    let nodePort: Int
    private let move: Scene.Move

    var job: ObjectReference { scene.reference("batch/v1", "Job", "diolkos-try") }

    /// `isReady` tells whether a pod is behind the name at the source.
    init(_ pair: SitePair, _ namespace: String, isReady: Bool = true) async throws {
        scene = try await Scene.open(pair, in: namespace)
        if isReady {
            try await pair.source.addReadyPod(
                "web-1",
                in: namespace,
                labels: ["app": "web", "tier": "front"],
                address: "10.1.0.1"
            )
        }
        let moves = try await scene.moves()
        for move in moves.prefix(4) {
            try await scene.perform(move, from: try await scene.survey(move))
        }
        let local = scene.reference("v1", "Service", "web-local")
        let ports = try await pair.source.get(local).at("spec", "ports")?.array
        nodePort = try #require(ports?.first?["nodePort"]?.int)
        if isReady {
            let condition = Condition.endpoints(
                site: .source,
                service: scene.service.localName,
                kind: .local
            )
            try await pair.wait(until: "the local name has its endpoint") {
                try await pair.platform(.source).check(condition, replicas: nil) == .holds
            }
        }
        move = Scene.Move(
            site: .target,
            change: .tryBridges(
                trial: BridgeTrial(
                    job: "diolkos-try",
                    services: [scene.planned],
                    callsNames: true,
                    image: "busybox:1.36"
                )
            ),
            description: "try"
        )
    }

    @discardableResult
    func perform() async throws -> Receipt {
        try await scene.perform(move, from: BeforeImage())
    }

    func undo() async throws {
        try await scene.undo(move, to: BeforeImage())
    }

    func state() async throws -> ConditionState {
        guard case .tryBridges(let trial) = move.change else { return .holds }
        let state = try await scene.pair.platform(.target)
            .check(.bridgesAnswer(site: .target, trial: trial), replicas: nil)
        guard case .measured(let measured) = state else { return state }
        #expect((measured["reached"]?.int ?? 0) > 0)
        return .holds
    }
}
