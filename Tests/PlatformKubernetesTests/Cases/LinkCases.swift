import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// Bytes are sent over the link before anything moves.
    static let link: [PlatformCase] = [
        PlatformCase(
            "link-transfer",
            "a link that loses large packets is told with its remedy, and one that carries is timed"
        ) { pair, namespace in
            let scene = try await LinkScene(pair, namespace)
            try await scene.listen()
            let stalling = PlayedKubelet(pair.source, losesLargePackets: true)
            let first = try await scene.perform(scene.transfer())
            try await pair.wait(until: "packets are lost") {
                try await stalling.look(in: namespace)
                if case .broken = try await scene.state() { return true }
                return false
            }
            guard case .broken(let text) = try await scene.state() else { return }
            #expect(text.contains("packets of full size are lost from the target to the source"))
            #expect(text.contains("clamp the MSS"))

            let second = try await scene.perform(scene.transfer())
            #expect(second.details.value["uid"] != first.details.value["uid"])
            let kubelet = PlayedKubelet(pair.source)
            try await pair.wait(until: "everything went") {
                try await kubelet.look(in: namespace)
                if case .measured = try await scene.state() { return true }
                return false
            }
            guard case .measured(let measured) = try await scene.state() else { return }
            #expect(measured["bytesPerSecondSent"] == 26_214_400)
            #expect(measured["bytesPerSecondFetched"] == 26_214_400)
            // The same, where somebody wants more than that.
            guard case .broken(let slow) = try await scene.state(throughputMin: 30_000_000) else {
                Issue.record("a slow link is taken for a quick one")
                return
            }
            #expect(slow.contains("26.2 MB/s"))
            #expect(slow.contains("asks for 30.0 MB/s"))

            scene.scene.resetTaps()
            try await scene.perform(scene.transfer())
            try await scene.perform(scene.listening)
            #expect(scene.scene.writes == [])

            try await scene.perform(scene.closing)
            try await scene.perform(scene.closing)
            try await scene.expectNothing(at: .target)
            try await scene.scene.undo(scene.listening, to: BeforeImage())
            try await scene.scene.undo(scene.transfer(), to: BeforeImage())
            try await scene.expectNothing(at: .source)
        },
        PlatformCase(
            "link-unreached",
            "where the listener is not reached nothing is known of the link, and that is told"
        ) { pair, namespace in
            let scene = try await LinkScene(pair, namespace)
            try await scene.listen()
            try await scene.perform(scene.transfer())
            let silent = PlayedKubelet(pair.source, silentPorts: [try await scene.nodePort()])
            try await pair.wait(until: "nobody was reached") {
                try await silent.look(in: namespace)
                if case .measured = try await scene.state() { return true }
                return false
            }
            guard case .measured(let measured) = try await scene.state() else { return }
            #expect(
                measured["notMeasured"]?.string?.contains("was not reached at the node ports")
                    == true
            )
            #expect(measured["bytesPerSecondSent"] == nil)
            guard case .broken = try await scene.state(throughputMin: 1) else {
                Issue.record("what nobody measured is taken for enough")
                return
            }
            // Undone in whichever state, and also without a listener that is removed.
            try await scene.scene.undo(scene.transfer(), to: BeforeImage())
            try await scene.scene.undo(scene.listening, to: BeforeImage())
            try await scene.expectNothing(at: .source)
            try await scene.expectNothing(at: .target)
        },
        PlatformCase(
            "link-stranger",
            "what somebody else has under the listener's names is left alone"
        ) {
            pair,
            namespace in
            let scene = try await LinkScene(pair, namespace)
            let name = ServiceName(namespace: namespace, name: "diolkos-link").localName
            try await pair.target.create([
                "apiVersion": "v1", "kind": "Service",
                "metadata": ["name": .string(name.name), "namespace": .string(namespace)],
                "spec": ["ports": [["port": 80]]],
            ])
            await #expect(throws: ProviderError.self) { try await scene.perform(scene.listening) }
            try await scene.scene.undo(scene.listening, to: BeforeImage())
            try await scene.perform(scene.closing)
            #expect(try await pair.target.find(scene.service) != nil)
            #expect(try await pair.target.find(scene.listener.reference) == nil)
        },
    ]
}

/// A listener at the target, and a Job at the source that sends.
private struct LinkScene {
    let scene: Scene
    let listener: LinkListener

    init(_ pair: SitePair, _ namespace: String) async throws {
        scene = try await Scene.open(pair, in: namespace)
        listener = LinkListener(namespace: namespace, way: .nodePorts, image: "busybox:1.36")
    }

    var service: ObjectReference { .init("v1", "Service", scene.namespace, "diolkos-link-local") }

    var listening: Scene.Move {
        Scene.Move(site: .target, change: .listen(listener: listener), description: "listen")
    }

    var closing: Scene.Move {
        Scene.Move(site: .target, change: .stopListening(listener: listener), description: "close")
    }

    private func linkTransfer(_ throughputMin: Int? = nil) -> LinkTransfer {
        LinkTransfer(
            job: "diolkos-try-transfer",
            listener: listener,
            throughputMin: throughputMin
        )
    }

    func transfer() -> Scene.Move {
        let change = SiteChange.tryTransfer(transfer: linkTransfer())
        return Scene.Move(site: .source, change: change, description: "send")
    }

    @discardableResult
    func perform(_ move: Scene.Move) async throws -> Receipt {
        try await scene.perform(move, from: BeforeImage())
    }

    /// Until somebody listens.
    func listen() async throws {
        try await perform(listening)
        let kubelet = PlayedKubelet(scene.pair.target)
        try await scene.pair.wait(until: "somebody listens") {
            try await kubelet.look(in: scene.namespace)
            return try await scene.pair.platform(.target).check(
                .listens(site: .target, listener: listener),
                replicas: nil
            ) == .holds
        }
    }

    func state(throughputMin: Int? = nil) async throws -> ConditionState {
        try await scene.pair.platform(.source).check(
            .linkCarries(site: .source, transfer: linkTransfer(throughputMin)),
            replicas: nil
        )
    }

    func nodePort() async throws -> Int {
        let ports = try await scene.pair.target.get(service).at("spec", "ports")?.array
        return try #require(ports?.first?["nodePort"]?.int)
    }

    func expectNothing(at site: SiteRole) async throws {
        let jobs = [listener.reference, linkTransfer().reference]
        for reference in jobs + [service] {
            #expect(try await scene.pair[site].find(reference) == nil, "\(reference) at \(site)")
        }
        let kubelet = PlayedKubelet(scene.pair[site])
        try await scene.pair.wait(until: "its pods are gone") {
            try await kubelet.look(in: scene.namespace)
            return try await scene.pair[site].list("v1", "Pod", in: scene.namespace).allSatisfy {
                $0.labels["job-name"] == nil
            }
        }
    }
}
