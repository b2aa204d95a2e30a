import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// What runs at the target is tried from inside of it, by Jobs.
    static let probing: [PlatformCase] = [
        PlatformCase(
            "run-probe",
            "a Job that fails is told with its last lines, and makes place for another; then it goes"
        ) { pair, namespace in
            let scene = try await ProbeScene(pair, namespace)
            let first = try await scene.perform()
            #expect(try await scene.perform() == first)
            let bad = PlayedKubelet(
                pair.target,
                jobsEnd: (3, "looking\nno books at ada:\ntoken=hidden")
            )
            try await pair.wait(until: "the probe has failed") {
                try await bad.look(in: namespace)
                if case .broken = try await scene.state() { return true }
                return false
            }
            guard case .broken(let text) = try await scene.state() else { return }
            #expect(text.hasPrefix("the probe books: Job \(namespace)/diolkos-probe-books at "))
            #expect(text.contains("failed: BackoffLimitExceeded"))
            #expect(
                text.hasSuffix(
                    "its pod ended with code 3, and said last: looking | no books at ada: | "
                        + "(the rest is not shown)"
                )
            )

            let second = try await scene.perform()
            #expect(second != first)
            let good = PlayedKubelet(pair.target, jobsEnd: (0, ""))
            try await pair.wait(until: "the probe has succeeded") {
                try await good.look(in: namespace)
                return try await scene.state() == .holds
            }
            try await scene.remove()
            try await scene.remove()
            #expect(try await pair.target.find(scene.job) == nil)
            try await pair.wait(until: "its pods are gone with it") {
                try await pair.target.list("v1", "Pod", in: namespace).isEmpty
            }
            // What is gone needs no undoing, and neither does its removal.
            try await scene.undo()
        },
        PlatformCase("undo-probe", "a Job that tries is taken back with its step, and no other is")
        {
            pair,
            namespace in
            let scene = try await ProbeScene(pair, namespace)
            try await scene.undo()
            try await scene.perform()
            #expect(try await pair.target.find(scene.job) != nil)
            try await scene.undo()
            #expect(try await pair.target.find(scene.job) == nil)
            try await pair.target.create([
                "apiVersion": "batch/v1", "kind": "Job",
                "metadata": [
                    "name": .string(scene.job.name), "namespace": .string(namespace),
                ],
                "spec": ProbeScene.spec,
            ])
            await #expect(throws: ProviderError.self) { try await scene.perform() }
            try await scene.undo()
            try await scene.remove()
            #expect(try await pair.target.find(scene.job) != nil)
        },
    ]
}

/// A Job that tries something at the target, and the step that takes it away.
private struct ProbeScene {
    static let spec: JSON = [
        "backoffLimit": 0,
        "template": [
            "spec": [
                "restartPolicy": "Never",
                "containers": [["name": "probe", "image": "books:1"]],
            ]
        ],
    ]

    private let scene: Scene
    private let probe: ProbeJob

    var job: ObjectReference { probe.reference }

    init(_ pair: SitePair, _ namespace: String) async throws {
        scene = try await Scene.open(pair, in: namespace)
        let job: JSON = ["apiVersion": "batch/v1", "kind": "Job", "spec": Self.spec]
        probe = ProbeJob(
            probe: "books",
            job: "diolkos-probe-books",
            namespace: namespace,
            work: .program(job: JSONText(job)),
            timeoutMilliseconds: 60_000
        )
    }

    private func move(_ change: SiteChange) -> Scene.Move {
        Scene.Move(site: .target, change: change, description: "probe")
    }

    @discardableResult
    func perform() async throws -> Receipt {
        try await scene.perform(move(.runProbe(probe: probe)), from: BeforeImage())
    }

    func undo() async throws {
        try await scene.undo(move(.runProbe(probe: probe)), to: BeforeImage())
    }

    func remove() async throws {
        _ = try await scene.perform(move(.removeProbe(probe: probe)), from: BeforeImage())
    }

    func state() async throws -> ConditionState {
        try await scene.pair.platform(.target)
            .check(.probeSucceeded(site: .target, probe: probe), replicas: nil)
    }
}
