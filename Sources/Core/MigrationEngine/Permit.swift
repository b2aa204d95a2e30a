import Clocks
import MigrationModel
import Synchronization

/// Says whether work that runs may still change the world.
///
/// The loop withdraws it from single steps that a lane's way back overtakes, and from all when the
/// lease is lost, when a stop has waited long enough, or when the lease has run out unrenewed:
/// a process that slept past its lease finds out here, before its next effect. So does one whose machine
/// was stopped with its clock, as soon as the time of day is right again.
final class Permit: Sendable {
    private struct State {
        var abandoned: Set<StepID> = []
        var isWithdrawn = false
        var validity: LeaseValidity
    }

    private let state: Mutex<State>

    init(_ validity: LeaseValidity) { state = Mutex(State(validity: validity)) }

    func allows(_ step: StepID, at time: any TimeSource) -> Bool {
        state.withLock {
            !$0.isWithdrawn && $0.validity.holds(at: time) && !$0.abandoned.contains(step)
        }
    }

    /// Why nothing may be sent now, whichever step it is for; nil when it may.
    func refusal(at time: any TimeSource) -> String? {
        state.withLock {
            if $0.isWithdrawn { return "this driver was told to stop" }
            return $0.validity.holds(at: time) ? nil : "the leases of this driver ran out"
        }
    }

    func extend(_ validity: LeaseValidity) { state.withLock { $0.validity = validity } }

    /// Until when the leases last.
    var validity: LeaseValidity { state.withLock { $0.validity } }

    func abandon(_ step: StepID) { state.withLock { _ = $0.abandoned.insert(step) } }

    /// A step that was abandoned begins anew.
    func readmit(_ step: StepID) { state.withLock { _ = $0.abandoned.remove(step) } }

    func withdraw() { state.withLock { $0.isWithdrawn = true } }
}

/// Until when the leases of a driver last: by the steady clock, and by the time of day.
///
/// The steady clock is what counts, for nobody steps it. It stops, though, with a machine that is stopped
/// as a whole, as a hypervisor does it, and the time of day is set right afterwards. A time of day that
/// somebody steps ahead costs no more than a renewal.
struct LeaseValidity: Sendable {
    let uptime: Duration
    let wallTime: WallTime

    /// So long from now on.
    init(_ length: Duration, from time: any TimeSource) {
        uptime = time.uptime + length
        wallTime = time.wallTime.advanced(by: length)
    }

    func holds(at time: any TimeSource) -> Bool {
        time.uptime < uptime && time.wallTime < wallTime
    }
}
