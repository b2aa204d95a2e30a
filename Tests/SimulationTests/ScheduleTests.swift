import MigrationEngine
import MigrationModel
import Simulation
import Testing

@testable import Simulate

/// Whole migrations in virtual time.
@Suite struct ScheduleTests {
    private static let shop = Result { try SimulatedEstates.shop.made() }
    private static let kinds = Result { try SimulatedEstates.kinds.made() }
    private static let ways = Result { try SimulatedEstates.ways.made() }
    private static let flat = Result { try SimulatedEstates.flat.made() }
    private static let kept = Result { try SimulatedEstates.kept.made() }
    private static let keptNodes = Result { try SimulatedEstates.keptNodes.made() }
    private static let nodes = Result { try SimulatedEstates.nodes.made() }
    private static let balancers = Result { try SimulatedEstates.balancers.made() }
    private static let entries = Result { try SimulatedEstates.entries.made() }
    private static let slow = Result { try SimulatedEstates.slow.made() }
    private static let single = Result { try SimulatedEstates.single.made() }

    @Test func `an undisturbed migration migrates and loses no request`() throws {
        let result = Schedule(try Self.shop.get(), seed: 1, of: []).live()
        #expect(result.end == .closed(.migrated))
        #expect(result.problems == [])
        #expect(result.writes > 50)
    }

    /// Among what is looked at: that no tick of a CronJob is begun twice, at whichever site.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `workloads of every kind cross, and nothing runs twice`(seed: UInt64) throws {
        let kinds: Set<FaultOptions.Kind> = seed == 1 ? [] : Set(FaultOptions.Kind.allCases)
        let result = Schedule(try Self.kinds.get(), seed: seed, of: kinds).live()
        #expect(result.problems == [])
    }

    @Test(arguments: [3, 28, 225] as [UInt64])
    func `the same seed gives the same schedule`(seed: UInt64) throws {
        let first = Schedule(try Self.shop.get(), seed: seed).live()
        let second = Schedule(try Self.shop.get(), seed: seed).live()
        #expect(first.jobs == second.jobs)
        #expect(first.duration == second.duration)
        #expect(first.records == second.records)
    }

    /// What a way was found by is looked at again only when it changes: here, at every event.
    @Test func `whoever doubts what is remembered of ways finds the same`() throws {
        for estate in [try Self.shop.get(), try Self.kinds.get()] {
            let believed = Schedule(estate, seed: 3).live()
            let doubted = Schedule(estate, seed: 3, doubts: true).live()
            #expect(doubted.losses.map(\.description) == [])
            #expect(believed.records == doubted.records)
            #expect(believed.duration == doubted.duration)
        }
    }

    /// Seeds that once broke a promise; docs/robustness.md says what each showed.
    @Test(arguments: [47, 73, 225, 7_019, 7_033, 686_537_895] as [UInt64])
    func `a seed that once broke a promise breaks none`(seed: UInt64) throws {
        let result = Schedule(try Self.shop.get(), seed: seed).live()
        #expect(result.problems == [])
    }

    @Test func `while what both sites depend on is down, gates wait, and no promise breaks`() throws
    {
        var marks: Set<Mark> = []
        for seed in 1...12 as ClosedRange<UInt64> {
            let result = Schedule(try Self.shop.get(), seed: seed, of: [.outages]).live()
            #expect(result.problems == [], "seed \(seed)")
            marks.formUnion(result.marks)
        }
        #expect(marks.isSuperset(of: [.bothBroke, .waitedForSource]))
    }

    /// A creation is on its way while everything is wanted back, and arrives when it has been undone.
    private static func lateCreations(_ mutant: Mutant?) throws -> [String] {
        var course = ScheduleCourse()
        course.rollbackAt = .seconds(4)
        return try [1, 4, 7].flatMap { number in
            let fault = NthFault(.creationLate, number: number)
            return Schedule(
                try single.get(),
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
            let estate = try single.get()
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
        for seed in 1...12 as ClosedRange<UInt64> {
            let result = Schedule(try Self.single.get(), seed: seed, of: [.takeovers]).live()
            #expect(result.problems == [], "seed \(seed)")
            if result.marks.contains(.clockStopped) { marks.formUnion(result.marks) }
        }
        #expect(marks.isSuperset(of: [.clockStopped, .takenOver, .wokeUpReplaced]))
    }

    /// Among what is looked at: that no ordinal ever runs at both sites.
    @Test func `traffic first, what crosses by ordinals goes back in its order, without soaks`()
        throws
    {
        func isStart(_ step: StepID) -> Bool {
            step.text.contains("/start-") && step.text.hasSuffix("-at-target")
        }
        let calm = Schedule(try Self.kinds.get(), seed: 1, of: []).live()
        let starts = calm.timeline.filter { entry in
            guard case .done(let step, _, _) = entry.record.entry else { return false }
            return isStart(step)
        }
        let last = try #require(starts.last)
        func rollback(trafficFirst: Bool) throws -> ScheduleResult {
            var course = ScheduleCourse()
            course.rollbackAt = last.at + .milliseconds(100)
            course.rollsBackTrafficFirst = trafficFirst
            let result = Schedule(try Self.kinds.get(), seed: 1, of: [], course: course).live()
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

    @Test func `a link that loses large packets is found before anything crosses`() throws {
        var course = ScheduleCourse()
        course.linkTrouble = LinkTrouble(.losesLargePackets, until: .seconds(3_600))
        let broken = Schedule(try Self.shop.get(), seed: 1, of: [], course: course).live()
        #expect(broken.end == .closed(.asItWasBefore))
        #expect(broken.problems == [])
        let failures = broken.records.compactMap { record -> String? in
            guard case .failed(let step, _, let failure) = record.entry else { return nil }
            return "\(step): \(failure.reason)"
        }
        let place = "bridges/link/transfer-from-source: packets of full size are lost from"
        #expect(failures.first?.hasPrefix(place) == true, "\(failures)")
        let crossed = broken.records.contains { record in
            guard case .intent(let step, _, _) = record.entry else { return false }
            return step.text.hasPrefix("workloads/")
        }
        #expect(!crossed)

        course.linkTrouble = LinkTrouble(.losesLargePackets, until: .seconds(15))
        // Whoever sees that it has failed goes back, or tries again what is mended by then.
        let healed = try (1...12).map { seed in
            Schedule(try Self.shop.get(), seed: UInt64(seed), of: [], course: course).live()
        }
        #expect(healed.allSatisfy { $0.problems == [] })
        #expect(
            healed.contains {
                $0.end == .closed(.migrated) && $0.records.count > broken.records.count
            }
        )
    }

    /// A process is stopped right before it makes something, and wakes up when another one has taken
    /// everything back.
    private static func stops(_ mutant: Mutant?) throws -> [String] {
        var course = ScheduleCourse()
        course.rollbackAt = .seconds(4)
        return try [2, 5, 8].flatMap { number in
            let fault = NthFault(.stopBeforeCreation, number: number)
            let result = Schedule(
                try single.get(),
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
        let result = Schedule(try single.get(), fault, rollsBack: true, mutant: mutant).live()
        #expect(fault.hasHappened && result.marks.contains(.takenOver))
        return result
    }

    @Test func `a change that arrives when another driver has made it is refused by its version`()
        throws
    {
        // An Ingress that is given back, a name that is turned, and pods that go.
        for number in [5, 9, 12] {
            let result = try Self.lateChange(number, nil)
            #expect(result.problems == [], "change \(number)")
            #expect(result.marks.contains(.lateWriteRefused), "change \(number)")
            let found = try Self.lateChange(number, .sendsNoVersions).problems
            #expect(found != [], "change \(number)")
        }
    }

    /// Bugs that have a test of their own: docs/robustness.md.
    private static let elusive: Set<Mutant> = [
        .sendsAfterItsLease, .looksOnce, .overlooksTrials, .sendsNoVersions, .keeperFollowsNobody,
        .refreshesNoBridges,
    ]

    /// All nodes are replaced while nobody drives.
    private static func nodesReplaced(
        _ estate: SimulatedEstate,
        _ mutant: Mutant?
    ) -> ScheduleResult {
        var course = ScheduleCourse()
        course.replacesNodesMeanwhile = true
        return Schedule(estate, seed: 1, of: [], course: course, mutant: mutant).live()
    }

    /// What is lost while nobody drives is excused: docs/bridges.md says so.
    ///
    /// From the first step on that leads bridges anew, nothing is.
    @Test func `without keepers a driver that comes back leads bridges to the nodes that came`()
        throws
    {
        let result = Self.nodesReplaced(try Self.nodes.get(), nil)
        #expect(result.problems == [])
        #expect(result.end == .closed(.migrated))
        #expect(result.marks.isSuperset(of: [.approved, .nodeReplaced, .nodeFollowed]))
        let found = Self.nodesReplaced(try Self.nodes.get(), .refreshesNoBridges).losses.map(\.what)
        #expect(found.contains { $0.contains("nobody holds 10.") }, "\(found)")
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `nodes are replaced that nothing but the run follows, and no promise breaks`(
        seed: UInt64
    ) throws {
        let result = Schedule(try Self.nodes.get(), seed: seed).live()
        #expect(result.problems == [])
    }

    @Test func `keepers lead bridges to the nodes that came, however long somebody is waited for`()
        throws
    {
        let result = Self.nodesReplaced(try Self.keptNodes.get(), nil)
        #expect(result.problems == [])
        #expect(result.end == .closed(.migrated))
        #expect(result.marks.isSuperset(of: [.approved, .nodeReplaced]))
        let estate = try Self.keptNodes.get()
        let found = Self.nodesReplaced(estate, .keeperFollowsNobody).losses.map(\.what)
        #expect(found.contains { $0.contains("nobody holds 10.") }, "\(found)")
    }

    /// What the trial has found is mended, and the same run goes on.
    @Test func `a preparation that failed at a trial of bridges goes on once the link is mended`()
        throws
    {
        var course = ScheduleCourse()
        course.linkTrouble = LinkTrouble(.isCut, until: .seconds(60))
        let result = Schedule(try Self.shop.get(), seed: 1, of: [], course: course).live()
        let failed = result.records.compactMap { record -> String? in
            guard case .failed(let step, _, _) = record.entry else { return nil }
            return step.text
        }
        #expect(failed.contains { $0.hasSuffix("/try-from-target") }, "\(failed)")
        #expect(result.end == .closed(.migrated))
        #expect(result.problems == [])
    }

    private static let probes = Result { try SimulatedEstates.probes.made() }

    @Test func `nobody is sent where what is tried does not succeed`() throws {
        var marks: Set<Mark> = []
        var found: [String] = []
        for seed in 1...8 as ClosedRange<UInt64> {
            let estate = try Self.probes.get()
            let result = Schedule(estate, seed: seed, of: [.probes]).live()
            #expect(result.problems == [], "seed \(seed)")
            marks.formUnion(result.marks)
            found +=
                Schedule(estate, seed: seed, of: [.probes], mutant: .overlooksTrials).live()
                .problems
        }
        #expect(marks.isSuperset(of: [.trialsFailed]))
        #expect(found.contains { $0.contains("what is tried there has failed") })
    }

    /// By what goes wrong by itself, by a balancer that follows late, by a target that breaks, or by some of
    /// everything.
    ///
    /// What goes wrong with everything is tried twice first, for that finds most of them.
    @Test(arguments: Mutant.allCases.filter { !elusive.contains($0) })
    func `a bug that is put in is found`(mutant: Mutant) throws {
        let estate = try Self.estate(toFind: mutant)
        let everything = Set(FaultOptions.Kind.allCases)
        let seeds = 1...20 as ClosedRange<UInt64>
        let tries: [(kinds: Set<FaultOptions.Kind>, seed: UInt64)] =
            [([], 0), (everything, 1), (everything, 2)] + seeds.map { ([.balancer], $0) }
            + seeds.map { ([.target], $0) } + seeds.dropFirst(2).map { (everything, $0) }
        for attempt in tries {
            let schedule = Schedule(
                estate,
                seed: attempt.seed,
                of: attempt.kinds,
                mutant: mutant
            )
            if !schedule.live().problems.isEmpty { return }
        }
        Issue.record("\(mutant) lives")
    }

    /// That this look can fail at all.
    @Test func `what must not run twice is seen where it does`() throws {
        let estate = try Self.kinds.get()
        let result = Schedule(estate, seed: 0, of: [], mutant: .leavesPodsRunning).live()
        let words = "must not run twice, and runs at both sites"
        #expect(result.problems.contains { $0.contains(words) })
    }

    private static func estate(toFind mutant: Mutant) throws -> SimulatedEstate {
        switch SimulatedEstates(toFind: mutant) {
        case .kinds: try kinds.get()
        case .ways: try ways.get()
        case .slow: try slow.get()
        case .keptNodes: try keptNodes.get()
        case .nodes: try nodes.get()
        case .balancers: try balancers.get()
        case .entries: try entries.get()
        default: try shop.get()
        }
    }

    /// Connections that do not end in time are accepted by somebody, or nothing cuts them off.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `routes and workloads of all sorts cross, and no connection is cut off unasked`(
        seed: UInt64
    ) throws {
        let kinds: Set<FaultOptions.Kind> = seed == 1 ? [] : Set(FaultOptions.Kind.allCases)
        let result = Schedule(try Self.ways.get(), seed: seed, of: kinds).live()
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
            let result = Schedule(try Self.ways.get(), seed: seed, of: []).live()
            #expect(result.problems == [], "seed \(seed)")
            met.formUnion(result.marks)
        }
        #expect(met.isSuperset(of: [.connectionsEnded, .connectionsCutOff]))
    }

    /// Pods die while the driver is dead or cut off: only what is sent to one that has just gone may be lost.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `bridges to pods carry there and back, with somebody who follows them and without`(
        seed: UInt64
    ) throws {
        let kinds: Set<FaultOptions.Kind> = seed == 1 ? [] : Set(FaultOptions.Kind.allCases)
        for estate in [try Self.flat.get(), try Self.kept.get()] {
            let result = Schedule(estate, seed: seed, of: kinds).live()
            #expect(result.problems == [])
            if seed == 1 { #expect(result.end == .closed(.migrated)) }
        }
    }

    @Test(arguments: NthFault.Kind.allCases)
    func `a fault at a place in the middle breaks nothing`(kind: NthFault.Kind) throws {
        // One route has few weights.
        let fault = NthFault(kind, number: kind == .weightLate ? 3 : 12)
        let result = Schedule(try Self.single.get(), fault, rollsBack: true).live()
        #expect(fault.hasHappened)
        #expect(result.problems == [])
    }
}
