import MigrationEngine
import MigrationModel
import Simulation
import Synchronization
import Testing

/// A store's writer changes sides while somebody writes all the time: never do two copies accept writes, and
/// none that was accepted is lost, there and back.
@Suite struct StoreWriterTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `one copy accepts writes at every moment, and the last one has them all`(
        seed: UInt64
    )
        throws
    {
        let kinds: Set<FaultOptions.Kind> = seed <= 2 ? [] : Set(FaultOptions.Kind.allCases)
        var course = ScheduleCourse()
        course.rollsBackWhenCrossed = seed == 2
        // Some in the middle of its change.
        if seed > 5 { course.rollbackAt = .seconds(Int64(seed) * 2) }
        let result = Schedule(try MadeEstates.writer.get(), seed: seed, of: kinds, course: course)
            .live()
        #expect(result.problems == [])
        if seed == 1 { #expect(result.end == .closed(.migrated)) }
        if seed == 2 { #expect(result.end == .closed(.asItWasBefore)) }
    }

    /// Requests that arrive late, after they were given up, some when everything is wanted back just then.
    private static func lateChanges(_ mutant: Mutant?) throws -> (trouble: [String], late: Int) {
        var trouble: [String] = []
        var late = 0
        let wishes: [Int64?] = [nil, 16, 22]
        for (number, rollbackAt) in (1...9).flatMap({ n in wishes.map { (n, $0) } })
        where mutant == nil || trouble.isEmpty {
            var course = ScheduleCourse()
            course.rollbackAt = rollbackAt.map { .seconds($0) }
            let fault = NthFault(.weightLate, number: number)
            let result = Schedule(
                try MadeEstates.writer.get(),
                fault,
                rollsBack: true,
                course: course,
                mutant: mutant
            ).live()
            if result.marks.contains(.lateStoreChange) { late += 1 }
            trouble += result.problems.map { "request \(number), \(course): \($0)" }
        }
        return (trouble, late)
    }

    @Test
    func `what is asked of a store and arrives late is waited for before anything is built on it`()
        throws
    {
        let (trouble, late) = try Self.lateChanges(nil)
        #expect(trouble == [])
        #expect(late > 10, "\(late)")
        let found = try Self.lateChanges(.looksOnce).trouble
        #expect(found != [])
    }

    /// Fences of the source are cut off in the middle, and everything is wanted back.
    @Test func `a copy that kept accepting writes keeps nothing of a fence that was cut off`()
        throws
    {
        var cutOff = 0
        for second in stride(from: 20 as Int64, through: 60, by: 4) {
            var course = ScheduleCourse()
            course.rollbackAt = .seconds(second)
            let nemesis = CutOffFences()
            let result = Schedule(
                try MadeEstates.writer.get(),
                nemesis,
                rollsBack: true,
                course: course
            ).live()
            #expect(result.problems == [], "after \(second) s")
            cutOff += nemesis.count
        }
        #expect(cutOff > 3, "\(cutOff)")
    }
}

/// Lets the first two fences of the source be ended in the middle.
private final class CutOffFences: Nemesis {
    private let met = Mutex(0)

    /// How many were.
    var count: Int { met.withLock { min($0, 2) } }

    func fate(of method: String, _ path: String, at site: SiteRole?) -> CallFate {
        guard method == "PUT", path.hasPrefix("/stores/"), path.hasSuffix("/source") else {
            return .answered
        }
        return met.withLock { met in
            met += 1
            return met <= 2 ? .lost : .answered
        }
    }

    func dies(_ incarnation: Int, at place: Incarnation.Place) -> Bool { false }

    func refusesWrite() -> Bool { false }
}
