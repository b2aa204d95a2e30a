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
    ]
}
