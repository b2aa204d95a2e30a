import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

/// What is seen of a site that is about to be left, and of one that was.
extension PlatformCase {
    static let leaving: [PlatformCase] = [
        PlatformCase(
            "leaving-names",
            "A name is bridged only when it selects no pod of its site any more"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            try await pair.source.addReadyPod(
                "web-1",
                in: namespace,
                labels: ["app": "web", "tier": "front"],
                address: "10.1.0.1"
            )
            let platform = pair.platform(.source)
            let condition = Condition.bridgedOnly(site: .source, service: scene.service)
            var last: (move: Scene.Move, before: BeforeImage)?
            for move in try await scene.moves().dropLast() {
                #expect(try await platform.check(condition, replicas: nil) != .holds, "\(move)")
                let before = try await scene.survey(move)
                try await scene.perform(move, from: before)
                last = (move, before)
            }
            try await pair.wait(until: "the name leads to no pod of the source") {
                try await platform.check(condition, replicas: nil) == .holds
            }
            let unselect = try #require(last)
            try await scene.undo(unselect.move, to: unselect.before)
            #expect(
                try await platform.check(condition, replicas: nil)
                    == .waiting(seen: "\(scene.service) selects its own pods at the source")
            )
        },
        PlatformCase(
            "leaving-pods",
            "A workload is gone when no pod of its own runs, whatever has ended or looks alike"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let platform = pair.platform(.source)
            let condition = Condition.gone(site: .source, workload: scene.workload)
            func pods() async throws -> [JSON] {
                try await pair.source.list("v1", "Pod", in: namespace)
            }
            try await pair.wait(until: "its pods are there") { try await pods().count == 3 }
            #expect(try await platform.check(condition, replicas: nil) != .holds)
            let evicted = try #require(try await pods().first?.name)
            try await pair.source.setStatus(
                of: scene.reference("v1", "Pod", evicted),
                ["phase": "Failed", "reason": "Evicted", "message": "The node was low on memory."]
            )
            try await pair.source.addReadyPod(
                "alike",
                in: namespace,
                labels: ["run": "web"],
                address: "10.1.0.9"
            )
            try await pair.source.merge(["spec": ["replicas": 0]], into: scene.deployment)
            try await pair.wait(until: "its own pods are gone") {
                try await platform.check(condition, replicas: nil) == .holds
            }
            #expect(try await pods().compactMap(\.name).sorted() == ["alike", evicted].sorted())
        },
    ]
}
