import Simulation
import Testing

@testable import Simulate

/// What `Simulate --exhaustive` goes through.
@Suite struct EnumerationTests {
    /// One route has six weights.
    @Test func `a kind of place is tried each way, however many are left out`()
        async throws
    {
        let enumeration = Enumeration(
            every: 100_000,
            offset: 99_999,
            jobs: 2,
            kinds: [.weightLate, .deathInsideWrite],
            estates: [(.single, 1), (.twoEntries, 10)]
        )
        var outcomes: [Enumeration.Outcome] = []
        try await enumeration.outcomes { outcomes.append($0) }
        #expect(outcomes.map(\.kind) == enumeration.kinds + enumeration.kinds)
        #expect(outcomes.map(\.estate) == [.single, .single, .twoEntries, .twoEntries])
        for outcome in outcomes {
            #expect(outcome.tried == 2)
            #expect(outcome.places > 2)
            #expect(outcome.broken.isEmpty)
            #expect(outcome.line.contains(": 2 of \(outcome.places) places"))
        }
    }
}
