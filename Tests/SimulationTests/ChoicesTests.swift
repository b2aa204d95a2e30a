import Simulation
import Testing

/// What a schedule's choices come from.
@Suite struct ChoicesTests {
    @Test func `an odometer goes through every combination once`() {
        let choices = Choices.odometer()
        var seen: [[Int]] = []
        repeat {
            let first = choices.pick(3)
            // The second choice depends on the first, as choices of schedules do.
            seen.append(first == 0 ? [first] : [first, choices.pick(first + 1)])
        } while choices.advance()
        #expect(seen == [[0], [1, 0], [1, 1], [2, 0], [2, 1], [2, 2]])
    }

    @Test func `a choice of one thing is none`() {
        let choices = Choices(seed: 1)
        #expect(choices.pick(1) == 0)
        #expect(choices.count == 0)
    }

    @Test func `two seeds choose differently`() {
        let first = Choices(seed: 1)
        let second = Choices(seed: 2)
        #expect((0..<8).map { _ in first.pick(1_000) } != (0..<8).map { _ in second.pick(1_000) })
    }
}
