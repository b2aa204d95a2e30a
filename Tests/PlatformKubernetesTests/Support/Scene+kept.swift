import ControlPlaneSupport
import MigrationModel
import MigrationPorts
import Testing

/// A workload that a run puts at the target, and what becomes of it there.
extension Scene {
    /// Puts it there, without pods.
    func creation() async throws -> Move {
        Move(
            site: .target,
            change: .create(objects: [try await copy(deployment, .scaledToZero)]),
            description: "copies"
        )
    }

    /// Lets one pod of it run there.
    var scalingUp: Move {
        Move(
            site: .target,
            change: .scale(workload: workload, replicas: .exactly(count: 1)),
            description: "scale up"
        )
    }

    /// In what it, or another one, is not as the run has made it; nil where it is.
    func changeOfMade(_ other: WorkloadID? = nil, countsPods: Bool = true) async -> String? {
        await driftReason {
            let condition = Condition.keptAsMade(
                site: .target,
                workload: other ?? workload,
                countsPods: countsPods
            )
            let seen = try await pair.platform(.target).check(condition, replicas: nil)
            #expect(seen == .holds)
        }
    }
}
