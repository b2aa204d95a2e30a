import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// A store never accepts writes in two places: whoever states that it has one writer (`activation:
/// exclusive`) has pods of it at one site at a time, there and back.
@Suite struct StoreTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `a store has one writer at every moment, whatever fails`(seed: UInt64) throws {
        let kinds: Set<FaultOptions.Kind> = seed == 1 ? [] : Set(FaultOptions.Kind.allCases)
        var course = ScheduleCourse()
        // Some in the middle of its crossing.
        if seed > 4 { course.rollbackAt = .seconds(Int64(seed) * 3) }
        let result = Schedule(try MadeEstates.store.get(), seed: seed, of: kinds, course: course)
            .live()
        #expect(result.problems == [])
        if seed == 1 { #expect(result.end == .closed(.migrated)) }
    }

    @Test func `a driver that takes pods which end for gone would give it two, and is found`()
        throws
    {
        let schedule = Schedule(
            try MadeEstates.store.get(),
            seed: 0,
            of: [],
            mutant: .takesPodsForGone
        )
        let first = try #require(schedule.live().problems.first)
        #expect(
            first.contains("shop/ledger must not run twice, and runs at both sites"),
            "\(first)"
        )
    }
}
