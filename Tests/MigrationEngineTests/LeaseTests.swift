import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation
import Testing

@Suite struct LeaseTests {
    private let judge = LeaseJudge(run: RunID("run-1"), driver: "here", headSequence: 10)

    private static let remedy =
        "End that run first, where its journal is; if the journal is lost, see what bears the "
        + "run's mark, then delete the Lease"

    private func lease(
        run: String = "run-1",
        driver: String = "here",
        epoch: Int = 3,
        sequence: Int = 10,
        hash: String = "h",
        isOver: Bool = false
    ) -> LeaseState {
        LeaseState(
            run: RunID(run),
            driver: driver,
            epoch: epoch,
            sequence: sequence,
            headHash: hash,
            renewedAtNanoseconds: 0,
            durationSeconds: 30,
            isOver: isOver
        )
    }

    @Test func `what a lease means is a table`() {
        let table: [(seen: LeaseState?, hash: String?, verdict: LeaseVerdict)] = [
            (nil, nil, .free),
            (lease(), "h", .free),
            (lease(driver: ""), "h", .free),
            (lease(sequence: 4), "h", .free),
            // Its driver may have died between the lease and the journal.
            (lease(epoch: 99), "h", .free),
            (lease(driver: "there"), "h", .heldUntilUnchanged(for: .seconds(30), by: "there")),
            (
                lease(sequence: 11), nil,
                .refused(
                    reason: "this journal ends at record 10, and the lease at the target knows of "
                        + "record 11: the journal lost its end or is an old copy. Find the newest "
                        + "one"
                )
            ),
            (
                lease(sequence: 4), "other",
                .refused(
                    reason: "record 4 of this journal is not the one that the lease at the target "
                        + "knows: two copies of the journal were driven. Find the one that was "
                        + "driven last"
                )
            ),
            (
                lease(run: "run-2", driver: "there"), "h",
                .refused(
                    reason: "the target is in the hands of run run-2, driven by there. "
                        + Self.remedy
                )
            ),
            (
                lease(run: "run-2", driver: ""), "h",
                .refused(
                    reason: "the target is in the hands of run run-2. " + Self.remedy
                )
            ),
            // The tombstone of another run holds nobody back, and that of this one every copy.
            (lease(run: "run-2", driver: "", isOver: true), "h", .free),
            (
                lease(driver: "", sequence: 9, isOver: true), "h",
                .refused(
                    reason: "the lease at the target says that run-1 is over since record 9, and "
                        + "this journal ends at record 10 without knowing of it: it is a copy from "
                        + "before the end, or somebody ran its break-glass script. Put it aside"
                )
            ),
        ]
        for (seen, hash, verdict) in table {
            #expect(judge.judge(seen, at: .target, hashHere: hash) == verdict)
        }
    }

    @Test func `leases stay while a run waits, with nobody's name, and say when it is over`() throws
    {
        let history = History(Estate(workloads: 1))
        history.person.whenCrossed = nil
        #expect(try history.live() == .waiting(.crossed))
        let records = history.journal.records.count
        for site in SiteRole.allCases {
            let lease = try #require(history.world.leases[site])
            #expect(lease.driver == "")
            #expect(lease.run == History.run)
            #expect(lease.sequence == records)
        }
        history.journal.put(.rollback)
        #expect(history.drive() == .closed(.asItWasBefore))
        for site in SiteRole.allCases {
            let lease = try #require(history.world.leases[site])
            #expect(lease.isOver)
            #expect(lease.driver == "")
        }
    }

    @Test(arguments: [RunCommand.finish, .rollback])
    func `a copy of the journal from before the end is refused once the run is over`(
        command: RunCommand
    ) throws {
        let history = History(Estate(workloads: 1))
        history.person.whenCrossed = command
        let end = try history.live()
        let records = history.journal.records
        let mutations = history.world.mutations
        for kept in 1..<records.count {
            let copy = try JournalMemory(copying: Array(records.prefix(kept)))
            let loop = RunLoop(
                history.environment(
                    Incarnation(script: history.script),
                    driver: "elsewhere",
                    journal: copy
                )
            )
            guard case .fenced(let reason) = history.simulation.run({ await loop.run() }) else {
                Issue.record("\(kept) records were driven after \(end)")
                return
            }
            #expect(reason.contains("is over since record \(records.count)"))
        }
        #expect(history.world.mutations == mutations)
    }

    @Test func `another run is refused while one is not over`() throws {
        let history = History(Estate(workloads: 1))
        history.person.whenCrossed = nil
        _ = try history.live()
        let mutations = history.world.mutations
        for site in SiteRole.allCases { history.world.leases[site]?.run = RunID("run-2") }
        #expect(
            history.drive()
                == .fenced(
                    reason: "the source is in the hands of run run-2. " + Self.remedy
                )
        )
        #expect(history.world.mutations == mutations)
    }

    @Test func `a journal that lost its end is refused and changes nothing`() throws {
        let history = History(Estate(workloads: 1))
        history.person.whenCrossed = nil
        _ = try history.live()
        let mutations = history.world.mutations
        for kept in 1..<history.journal.records.count {
            let old = try JournalMemory(copying: Array(history.journal.records.prefix(kept)))
            let loop = RunLoop(
                history.environment(
                    Incarnation(script: history.script),
                    driver: "here",
                    journal: old
                )
            )
            let exit = history.simulation.run { await loop.run() }
            guard case .fenced(let reason) = exit else {
                Issue.record("\(kept) records were driven: \(String(describing: exit))")
                return
            }
            #expect(reason.contains("this journal ends at record \(kept)"))
        }
        #expect(history.world.mutations == mutations)
    }

    @Test func `a second driver that another one outruns is refused`() throws {
        let history = History(Estate(workloads: 1))
        try history.open()
        // The first driver lives in the same simulation and renews its leases while it waits for
        // requests.
        history.world.requestsPerSecond = 12
        history.world.refusesProbes = true
        let exits = history.driveTwo("here", "there")
        #expect(exits.first == .waiting(.crossed))
        #expect(
            exits.second
                == .fenced(
                    reason: "here drives this run now: it renews its lease at the source"
                )
        )
        #expect(history.world.violations.isEmpty)
    }

    @Test func `a dead driver's lease is taken over by another machine once it ran out`() throws {
        let history = History(Estate(workloads: 1), crashes: [12])
        try history.open()
        _ = history.drive(driver: "there")
        #expect(history.world.leases[.source]?.driver == "there")
        let before = history.simulation.now
        #expect(history.drive(driver: "here") == .waiting(.crossed))
        #expect(history.simulation.now - before > .seconds(30))
        #expect(history.world.violations.isEmpty)
    }

    @Test func `a dead driver's lease is taken at once on the same machine`() throws {
        let history = History(Estate(workloads: 1), crashes: [12])
        try history.open()
        _ = history.drive(driver: "here")
        let before = history.simulation.now
        #expect(history.drive(driver: "here") == .waiting(.crossed))
        #expect(history.simulation.now - before < .seconds(10))
    }

    @Test func `a driver that loses its lease stops without undoing`() throws {
        let history = History(Estate(workloads: 1))
        try history.open()
        // Nothing is served, so the first weight waits; meanwhile somebody takes the lease.
        history.world.requestsPerSecond = 0
        history.world.refusesProbes = true
        history.world.at(.seconds(4)) { world in
            world.leases[.target]?.driver = "there"
        }
        guard case .fenced(let reason) = history.drive(settings: RunSettings(leaseSeconds: 3))
        else {
            Issue.record("it drove on")
            return
        }
        #expect(reason == "the lease at the target: somebody else holds it")
        let last = history.journal.records.last?.entry
        #expect(last?.stepForTest == StepID("w0/weight-50"))
        #expect(history.world.content.weights[RouteID("w0")] == "w=50")
    }

    @Test func `leases that cannot be renewed end the driving before they run out`() throws {
        let history = History(Estate(workloads: 1))
        try history.open()
        history.world.requestsPerSecond = 0
        history.world.refusesProbes = true
        history.world.at(.seconds(2)) { $0.leasesAreUnreachable = true }
        let exit = history.drive(settings: RunSettings(leaseSeconds: 6))
        // Nobody else has the run, and it does not say so.
        guard case .leaseUnreachable(let reason) = exit else {
            Issue.record("it ended as \(String(describing: exit))")
            return
        }
        #expect(!reason.contains("driver"))
        // Renewed last at two seconds at the latest, so it must have stopped within six.
        #expect(history.simulation.now <= .seconds(8))
        history.world.leasesAreUnreachable = false
        history.world.requestsPerSecond = 200
        history.world.refusesProbes = false
        #expect(try history.live() == .closed(.migrated))
        #expect(history.world.violations.isEmpty)
    }
}
