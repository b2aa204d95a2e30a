import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// Calls that arrive, and processes that wake up, when others have gone on meanwhile.
@Suite struct LateCallTests {
    /// A creation is on its way while everything is wanted back, and arrives when it has been undone.
    private static func lateCreations(_ mutant: Mutant?) throws -> [String] {
        var course = ScheduleCourse()
        course.rollbackAt = .seconds(4)
        return try [1, 4, 7].flatMap { number in
            let fault = NthFault(.creationLate, number: number)
            return Schedule(
                try MadeEstates.single.get(),
                fault,
                rollsBack: true,
                course: course,
                mutant: mutant
            ).live().problems
        }
    }

    @Test func `a creation that arrives after it was undone is looked for, and goes too`() throws {
        #expect(try Self.lateCreations(nil) == [])
        #expect(try Self.lateCreations(.looksOnce) != [])
    }

    /// Each weight once arrives late, after it was asked for again; what that came to.
    private static func lateWeights(_ mutant: Mutant?, rollsBack: Bool) throws -> [String] {
        var trouble: [String] = []
        for number in 1...30 {
            let fault = NthFault(.weightLate, number: number)
            let estate = try MadeEstates.single.get()
            let result = Schedule(estate, fault, rollsBack: rollsBack, mutant: mutant).live()
            guard fault.hasHappened else { break }
            #expect(result.marks.contains(.lateWeight))
            trouble += result.problems.map { "weight \(number): \($0)" }
            if result.marks.contains(.laneWentBack) { trouble.append("weight \(number) went back") }
        }
        return trouble
    }

    @Test func `a weight that arrives late does not take the place of the one asked for after it`()
        throws
    {
        #expect(try Self.lateWeights(nil, rollsBack: false) == [])
        #expect(try Self.lateWeights(nil, rollsBack: true) == [])
        #expect(try Self.lateWeights(.looksOnce, rollsBack: false) != [])
    }

    @Test func `a machine that is stopped with its clock finds out before it changes anything`()
        throws
    {
        var marks: Set<Mark> = []
        for seed in 1...24 as ClosedRange<UInt64> {
            let result = Schedule(try MadeEstates.single.get(), seed: seed, of: [.takeovers]).live()
            #expect(result.problems == [], "seed \(seed)")
            if result.marks.contains(.clockStopped) { marks.formUnion(result.marks) }
        }
        #expect(marks.isSuperset(of: [.clockStopped, .takenOver, .wokeUpReplaced]))
    }

    /// A process is stopped right before it makes something, and wakes up when another one has taken
    /// everything back.
    private static func stops(_ mutant: Mutant?) throws -> [String] {
        var course = ScheduleCourse()
        course.rollbackAt = .seconds(4)
        return try [2, 5, 8].flatMap { number in
            let fault = NthFault(.stopBeforeCreation, number: number)
            let result = Schedule(
                try MadeEstates.single.get(),
                fault,
                rollsBack: true,
                course: course,
                mutant: mutant
            ).live()
            #expect(fault.hasHappened && result.marks.contains(.takenOver))
            return result.problems
        }
    }

    @Test func `who was stopped before it made something makes it no more`() throws {
        #expect(try Self.stops(nil) == [])
        #expect(try Self.stops(.sendsAfterItsLease) != [])
    }

    /// The n-th change is on its way while its process is stopped past its lease and another one drives.
    private static func lateChange(_ number: Int, _ mutant: Mutant?) throws -> ScheduleResult {
        let fault = NthFault(.changeLate, number: number)
        let result = Schedule(try MadeEstates.single.get(), fault, rollsBack: true, mutant: mutant)
            .live()
        #expect(fault.hasHappened && result.marks.contains(.takenOver))
        return result
    }

    @Test func `a change that arrives when another driver has made it is refused by its version`()
        throws
    {
        // An Ingress that is given back, names that are turned, pods that go: which comes when is the plan's.
        var (refused, found) = (0, 0)
        for number in 5...18 {
            let result = try Self.lateChange(number, nil)
            #expect(result.problems == [], "change \(number)")
            if result.marks.contains(.lateWriteRefused) { refused += 1 }
            if try !Self.lateChange(number, .sendsNoVersions).problems.isEmpty { found += 1 }
        }
        #expect(refused >= 3 && found >= 3, "\(refused) refused, \(found) found without versions")
    }
}
