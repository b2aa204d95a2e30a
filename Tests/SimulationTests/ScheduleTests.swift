import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// Whole migrations in virtual time.
@Suite struct ScheduleTests {
    @Test func `an undisturbed migration migrates and loses no request`() throws {
        let result = Schedule(try MadeEstates.shop.get(), seed: 1, of: []).live()
        #expect(result.end == .closed(.migrated))
        #expect(result.problems == [])
        #expect(result.writes > 50)
    }

    /// Among what is looked at: that no tick of a CronJob is begun twice, at whichever site.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `workloads of every kind cross, and nothing runs twice`(seed: UInt64) throws {
        let kinds: Set<FaultOptions.Kind> = seed == 1 ? [] : Set(FaultOptions.Kind.allCases)
        let result = Schedule(try MadeEstates.kinds.get(), seed: seed, of: kinds).live()
        #expect(result.problems == [])
    }

    /// Connections that do not end in time are accepted by somebody, or nothing cuts them off.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `routes and workloads of all sorts cross, and no connection is cut off unasked`(
        seed: UInt64
    ) throws {
        let kinds: Set<FaultOptions.Kind> = seed == 1 ? [] : Set(FaultOptions.Kind.allCases)
        let result = Schedule(try MadeEstates.ways.get(), seed: seed, of: kinds).live()
        #expect(result.problems == [])
        if seed == 1 {
            #expect(!result.marks.isDisjoint(with: [.connectionsEnded, .connectionsCutOff]))
        }
    }

    /// What is waited for because of them goes on by itself when they have ended, and else when somebody says so.
    @Test func `connections end while somebody is waited for, or are cut off because he says so`()
        throws
    {
        var met: Set<Mark> = []
        for seed in UInt64(1)...12
        where !met.isSuperset(of: [.connectionsEnded, .connectionsCutOff]) {
            let result = Schedule(try MadeEstates.ways.get(), seed: seed, of: []).live()
            #expect(result.problems == [], "seed \(seed)")
            met.formUnion(result.marks)
        }
        #expect(met.isSuperset(of: [.connectionsEnded, .connectionsCutOff]))
    }

    @Test(arguments: [3, 28, 225] as [UInt64])
    func `the same seed gives the same schedule`(seed: UInt64) throws {
        let first = Schedule(try MadeEstates.shop.get(), seed: seed).live()
        let second = Schedule(try MadeEstates.shop.get(), seed: seed).live()
        #expect(first.jobs == second.jobs)
        #expect(first.duration == second.duration)
        #expect(first.records == second.records)
    }

    /// What a way was found by is looked at again only when it changes: here, at every event.
    @Test func `whoever doubts what is remembered of ways finds the same`() throws {
        for estate in [try MadeEstates.shop.get(), try MadeEstates.kinds.get()] {
            let believed = Schedule(estate, seed: 3).live()
            let doubted = Schedule(estate, seed: 3, doubts: true).live()
            #expect(doubted.losses.map(\.description) == [])
            #expect(believed.records == doubted.records)
            #expect(believed.duration == doubted.duration)
        }
    }

    @Test func `while what both sites depend on is down, gates wait, and no promise breaks`() throws
    {
        var marks: Set<Mark> = []
        for seed in 1...12 as ClosedRange<UInt64> {
            let result = Schedule(try MadeEstates.shop.get(), seed: seed, of: [.outages]).live()
            #expect(result.problems == [], "seed \(seed)")
            marks.formUnion(result.marks)
        }
        #expect(marks.isSuperset(of: [.bothBroke, .waitedForSource]))
    }

    @Test(arguments: NthFault.Kind.allCases)
    func `a fault at a place in the middle breaks nothing`(kind: NthFault.Kind) throws {
        // One route has few weights.
        let fault = NthFault(kind, number: kind == .weightLate ? 3 : 12)
        let result = Schedule(try MadeEstates.single.get(), fault, rollsBack: true).live()
        #expect(fault.hasHappened)
        #expect(result.problems == [])
    }

    /// Among what is looked at: that no ordinal ever runs at both sites.
    @Test func `traffic first, what crosses by ordinals goes back in its order, without soaks`()
        throws
    {
        func isStart(_ step: StepID) -> Bool {
            step.text.contains("/start-") && step.text.hasSuffix("-at-target")
        }
        let calm = Schedule(try MadeEstates.kinds.get(), seed: 1, of: []).live()
        let starts = calm.timeline.filter { entry in
            guard case .done(let step, _, _) = entry.record.entry else { return false }
            return isStart(step)
        }
        let last = try #require(starts.last)
        func rollback(trafficFirst: Bool) throws -> ScheduleResult {
            var course = ScheduleCourse()
            course.rollbackAt = last.at + .milliseconds(100)
            course.rollsBackTrafficFirst = trafficFirst
            let result = Schedule(try MadeEstates.kinds.get(), seed: 1, of: [], course: course)
                .live()
            #expect(result.problems == [])
            #expect(result.end == .closed(.asItWasBefore))
            return result
        }
        // They begin later, behind the traffic; what else goes back waits for a tick, and takes as long either way.
        func ordinalsTook(_ result: ScheduleResult) throws -> Duration {
            let begun = result.timeline.first { entry in
                guard case .undoIntent(let step, _) = entry.record.entry else { return false }
                return isStart(step)
            }
            let back = result.timeline.last { entry in
                guard case .undone(let step, _) = entry.record.entry else { return false }
                return isStart(step)
            }
            return try #require(back).at - #require(begun).at
        }
        let usual = try rollback(trafficFirst: false)
        let hurried = try rollback(trafficFirst: true)
        #expect(hurried.marks.contains(.rollbackTrafficFirst))
        #expect(try ordinalsTook(hurried) < ordinalsTook(usual))
    }
}
