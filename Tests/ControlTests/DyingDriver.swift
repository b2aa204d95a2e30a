import Clocks
import MigrationEngine
import MigrationModel
import Synchronization

/// Ends a driver once at each step, at one kind of moment, as a crash of its process would.
///
/// The driver's task is cancelled and never goes on from where it was.
final class DyingDriver: CrashPoints {
    private let point: CrashPoint
    private let died = Mutex<Set<StepID>>([])
    private let death = AsyncStream.makeStream(
        of: StepID.self,
        bufferingPolicy: .bufferingNewest(1)
    )

    init(at point: CrashPoint) { self.point = point }

    /// How many steps a driver died at.
    var deaths: Int { died.withLock { $0.count } }

    func reached(_ point: CrashPoint, step: StepID) async {
        guard point == self.point, died.withLock({ $0.insert(step).inserted }) else { return }
        death.continuation.yield(step)
        do {
            while true { try await SystemTime().sleep(for: .seconds(3_600)) }
        } catch {
            // Cancelled: so its driver has died.
        }
    }

    /// What `drive` came to; nil when it was ended here.
    func drive<End: Sendable>(
        _ drive: @escaping @Sendable () async throws -> End
    ) async throws -> End? {
        let deaths = death.stream
        return try await withThrowingTaskGroup(of: End?.self) { group in
            group.addTask { try await drive() }
            group.addTask {
                for await _ in deaths { return nil }
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
