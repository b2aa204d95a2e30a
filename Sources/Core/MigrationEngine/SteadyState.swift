import MigrationModel
import MigrationPorts

/// What has been seen for long enough to count, of what is seen at each look.
struct SteadyState {
    private enum Kind {
        case holds
        case broken
    }

    private let held: Duration
    private var since: (kind: Kind, at: Duration)?

    /// Both what holds and what is broken counts once it has been so for `held`.
    init(held: Duration) { self.held = held }

    /// Takes in a look, and says what counts now.
    mutating func take(_ state: ConditionState, at now: Duration) -> ConditionState {
        switch state {
        case .waiting:
            since = nil
            return state
        case .holds, .measured:
            return has(.holds, at: now)
                ? state : .waiting(seen: "it has held for \(passed(now)) of \(held)")
        case .broken(let seen):
            return has(.broken, at: now)
                ? .broken(seen: held > .zero ? "\(seen), for \(held)" : seen)
                : .waiting(seen: "\(seen), for \(passed(now)) of \(held)")
        }
    }

    /// What held until now counts no more; what was wrong does.
    mutating func forgetWhatHeld() {
        if since?.kind == .holds { since = nil }
    }

    private mutating func has(_ kind: Kind, at now: Duration) -> Bool {
        if since?.kind != kind { since = (kind, now) }
        return passed(now) >= held
    }

    private func passed(_ now: Duration) -> Duration { since.map { now - $0.at } ?? .zero }
}
