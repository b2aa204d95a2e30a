import EmbeddedAPI
import Synchronization

/// Where every choice of a schedule comes from: a seed, or an odometer that goes through all of them.
///
/// The same body serves both, as `exhaustigen` has it: what a seed samples, the odometer enumerates.
package final class Choices: Sendable {
    private struct Digit {
        var value: Int
        let bound: Int
    }

    private struct State {
        var random: SeededRandom?
        var digits: [Digit] = []
        var position = 0
        var count = 0
    }

    private let state: Mutex<State>

    /// Draws from a seed: the same seed gives the same choices.
    package init(seed: UInt64) {
        state = Mutex(State(random: SeededRandom(seed: seed)))
    }

    private init() {
        state = Mutex(State(random: nil))
    }

    /// Begins with the first of each choice; `advance` goes on to the next schedule.
    package static func odometer() -> Choices { Choices() }

    /// How many choices were made so far.
    package var count: Int { state.withLock { $0.count } }

    /// A number from 0 up to `bound`.
    ///
    /// A choice among one thing is none, and is not counted. An odometer that meets another bound than
    /// before at the same place has found something that is not deterministic, and traps.
    package func pick(_ bound: Int) -> Int {
        precondition(bound > 0, "there is nothing to choose from")
        guard bound > 1 else { return 0 }
        return state.withLock { state in
            state.count += 1
            if state.random != nil {
                let drawn = state.random?.next() ?? 0
                return Int(drawn % UInt64(bound))
            }
            if state.position == state.digits.count {
                state.digits.append(Digit(value: 0, bound: bound))
            }
            let digit = state.digits[state.position]
            precondition(digit.bound == bound, "the schedule is not deterministic")
            state.position += 1
            return digit.value
        }
    }

    /// True in `perMille` of a thousand draws; an odometer takes both ways in turn.
    package func chance(perMille: Int) -> Bool {
        guard perMille > 0 else { return false }
        let isDrawn = state.withLock { $0.random != nil }
        return isDrawn ? pick(1_000) < perMille : pick(2) == 1
    }

    /// A duration of `range` in whole milliseconds; an odometer takes the shortest.
    package func duration(in range: ClosedRange<Duration>) -> Duration {
        let width = Int((range.upperBound - range.lowerBound) / .milliseconds(1))
        guard width > 0, state.withLock({ $0.random != nil }) else { return range.lowerBound }
        return range.lowerBound + .milliseconds(pick(width + 1))
    }

    /// One of `all`.
    package func element<Element>(of all: [Element]) -> Element { all[pick(all.count)] }

    /// Goes on to the next schedule; false when all have been, and for a seed.
    package func advance() -> Bool {
        state.withLock { state in
            state.position = 0
            while let last = state.digits.last {
                if last.value + 1 < last.bound {
                    state.digits[state.digits.count - 1].value += 1
                    return true
                }
                state.digits.removeLast()
            }
            return false
        }
    }
}
