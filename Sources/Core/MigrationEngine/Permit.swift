import MigrationModel
import Synchronization

/// Says whether work that runs may still change the world.
///
/// The loop withdraws it from single steps that a lane's way back overtakes, and from all when the
/// lease is lost, when a stop has waited long enough, or when the lease has run out unrenewed:
/// a process that slept past its lease finds out here, before its next effect.
final class Permit: Sendable {
    private struct State {
        var abandoned: Set<StepID> = []
        var isWithdrawn = false
        var validUntil: Duration
    }

    private let state: Mutex<State>

    init(validUntil: Duration) { state = Mutex(State(validUntil: validUntil)) }

    func allows(_ step: StepID, at uptime: Duration) -> Bool {
        state.withLock {
            !$0.isWithdrawn && uptime < $0.validUntil && !$0.abandoned.contains(step)
        }
    }

    /// Why nothing may be sent now, whichever step it is for; nil when it may.
    func refusal(at uptime: Duration) -> String? {
        state.withLock {
            if $0.isWithdrawn { return "this driver was told to stop" }
            return uptime < $0.validUntil ? nil : "the leases of this driver ran out"
        }
    }

    func extend(until uptime: Duration) { state.withLock { $0.validUntil = uptime } }

    var validUntil: Duration { state.withLock { $0.validUntil } }

    func abandon(_ step: StepID) { state.withLock { _ = $0.abandoned.insert(step) } }

    /// A step that was abandoned begins anew.
    func readmit(_ step: StepID) { state.withLock { _ = $0.abandoned.remove(step) } }

    func withdraw() { state.withLock { $0.isWithdrawn = true } }
}
