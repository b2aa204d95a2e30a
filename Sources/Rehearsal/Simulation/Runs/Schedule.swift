import Clocks
import EmbeddedAPI
import MigrationEngine
import MigrationModel
import MigrationPorts
import Synchronization

/// One migration from its opening to an end, through everything that a seed lets go wrong.
///
/// Two phases: first things go wrong, and every promise is looked at after every event; then everything
/// heals, and the run must come to an end within a bound.
package final class Schedule {
    /// How often a process may be started, in all.
    private static let processesMax = 60
    private static let driver = "simulated"

    private let estate: SimulatedEstate
    private let world: SimulatedWorld
    private let options: FaultOptions
    private let nemesis: any Nemesis
    private let watch: RunWatch
    private let journal: JournalMemory
    private let course: ScheduleCourse
    private let accidents: Accidents
    private let weightsBefore: [RouteID: Int]
    private let start: Duration
    private var processes = 0
    private var retries = 0

    package init(
        _ estate: SimulatedEstate,
        seed: UInt64,
        of kinds: Set<FaultOptions.Kind>,
        course: ScheduleCourse = ScheduleCourse()
    ) {
        let choices = Choices(seed: seed)
        self.estate = estate
        self.course = course
        let world = estate.world(choices, seed: seed)
        self.world = world
        journal = JournalMemory { world.scheduler.now }
        var options = FaultOptions(choices, of: kinds)
        course.stretch(&options, choices)
        self.options = options
        nemesis = SeededNemesis(options, choices, world.time)
        watch = RunWatch(
            estate.plan,
            clusters: [.source: world.source.cluster, .target: world.target.cluster],
            balancer: world.balancer
        )
        accidents = Accidents(world, options, watch, journal, estate.plan)
        weightsBefore = world.balancer.requestedPercents
        start = world.scheduler.now
    }

    /// Lives it, and says what it came to.
    package func live() -> ScheduleResult {
        open()
        accidents.plot()
        if let instant = course.rollbackAt {
            let journal = journal
            world.scheduler.after(instant) { journal.put(.rollback) }
        }
        let end = liveOn()
        if case .closed(let outcome) = end { check(outcome) }
        return result(end)
    }

    // MARK: - Living

    private func open() {
        let (journal, plan) = (journal, estate.plan)
        let problem = world.scheduler.run { () -> String in
            do {
                try await RunLoop.open(plan, run: RunID("simulated-1"), in: journal)
                return ""
            } catch {
                return "\(error)"
            }
        }
        if problem != "" { watch.violated("the run cannot be opened: \(problem ?? "it hangs")") }
    }

    /// Drives until the run is over, or nothing helps.
    private func liveOn() -> RunExit? {
        let healed = start + options.span
        while processes < Schedule.processesMax {
            guard world.scheduler.now < healed + course.healingMax else { return nil }
            let exit = drive(until: healed + course.healingMax)
            switch exit {
            case nil: pause(.seconds(1 + world.choices.pick(20)))
            case .closed: return exit
            case .waiting(let reason):
                if !answer(reason) { return exit }
            case .stopped: break
            case .fenced(let reason), .leaseUnreachable(let reason):
                watch.mark(.leaseLost)
                if processes == Schedule.processesMax - 1 { watch.violated(reason) }
                pause(.seconds(5))
            case .journalFailed: pause(.seconds(5))
            }
        }
        return nil
    }

    /// One process, from its start to its end; nil when it died or never came to an end.
    private func drive(until limit: Duration) -> RunExit? {
        processes += 1
        let (number, nemesis) = (processes, nemesis)
        let incarnation = Incarnation(number, on: world.scheduler) { nemesis.dies(number, at: $0) }
        let access = DriverAccess(world, incarnation, nemesis, watch: watch)
        let watch = watch
        let loop = RunLoop(
            access.environment(
                journal: journal,
                migration: estate.plan.name,
                driver: Schedule.driver,
                watch: watch
            ) { event in
                if case .lane(_, .goingBack) = event { watch.mark(.laneWentBack) }
                if case .stepFailed(_, _, let failure) = event, failure.kind == .drift {
                    watch.mark(.driftFound)
                }
            }
        )
        let exit = Mutex<RunExit?>(nil)
        world.scheduler.start {
            let ended = await loop.run()
            exit.withLock { $0 = ended }
        }
        world.scheduler.run(until: limit) { exit.withLock { $0 != nil } || incarnation.isDead }
        if let ended = exit.withLock({ $0 }) { return ended }
        if incarnation.isDead { watch.died(incarnation) }
        incarnation.kill()
        return nil
    }

    private func pause(_ duration: Duration) {
        world.scheduler.run(until: world.scheduler.now + duration) { false }
    }

    /// What a person does when the run waits for one; false when they let it be.
    private func answer(_ reason: WaitReason) -> Bool {
        pause(.seconds(1 + world.choices.pick(10)))
        switch reason {
        case .crossed: journal.put(options.rollsBackAtTheEnd ? .rollback : .finish)
        case .paused: journal.put(.resume)
        case .stopped:
            retries += 1
            journal.put(retries <= 3 ? .resume : .rollback)
        case .undoFailed, .finishFailed:
            retries += 1
            guard retries <= 12 else { return false }
            journal.put(.resume)
        }
        return true
    }

    // MARK: - The end

    private func check(_ outcome: Outcome) {
        // Controllers have their time before anything is compared.
        pause(.seconds(60))
        checkRepeated(outcome)
        switch outcome {
        case .asItWasBefore: checkRestored()
        case .migrated: checkMigrated()
        }
    }

    private func checkRestored() {
        let edits = accidents.handEdits
        for site in SiteRole.allCases {
            let now = SiteSnapshot(world[site].cluster)
            let differences = estate.before[site]?.differences(to: now) ?? []
            for difference in differences where !edits.contains(where: { $0.explains(difference) })
            {
                watch.violated("rolled back, and at the \(site) \(difference)")
            }
        }
        if world.balancer.requestedPercents != weightsBefore {
            watch.violated("rolled back, and the weights are not what they were")
        }
    }

    /// Driving a run again that is over changes nothing, but for leases that could not be removed then.
    private func checkRepeated(_ outcome: Outcome) {
        let writes = watch.writes
        let exit = drive(until: world.scheduler.now + .seconds(600))
        if exit != .closed(outcome) {
            watch.violated("driven again, it ends as \(String(describing: exit))")
        }
        if watch.writes != writes { watch.violated("driven again, it writes again") }
        for site in SiteRole.allCases {
            let leases = world[site].cluster.list(.leases, namespace: "default")
            if !leases.isEmpty { watch.violated("a lease is left behind at the \(site)") }
        }
    }

    private func checkMigrated() {
        for route in world.balancer.routes where world.balancer.activePercent(of: route) != 100 {
            watch.violated("migrated, and \(route) does not lead to the target")
        }
    }

    private func result(_ end: RunExit?) -> ScheduleResult {
        var problems = watch.violations
        let losses = world.failures.failures.map {
            PossibleLoss(what: $0.what, at: $0.at - start)
        }
        for site in [world.source, world.target] {
            problems += site.nodes.problems.map { "a node of the \(site.role): \($0)" }
        }
        switch end {
        case .closed: break
        case .waiting(let reason): problems.append("it waits for somebody: \(reason)")
        case let other:
            problems.append(
                "it comes to no end: \(String(describing: other)) after \(processes) processes"
            )
        }
        return ScheduleResult(
            end: end,
            brokenPromises: problems,
            losses: losses,
            marks: watch.marks,
            duration: world.scheduler.now - start,
            processes: processes,
            calls: watch.calls,
            writes: watch.writes,
            jobs: world.scheduler.jobs,
            options: options,
            timeline: journal.timedRecords.map {
                TimedRecord(at: $0.at - start, record: $0.record)
            }
        )
    }
}

/// What one schedule came to.
package struct ScheduleResult: Sendable {
    /// How the last process ended; nil when it came to no end.
    package let end: RunExit?
    /// Every promise that was broken, in words, but for requests.
    package let brokenPromises: [String]
    /// Every way in which a request could be lost.
    package let losses: [PossibleLoss]
    /// The moments that it met.
    package let marks: Set<Mark>
    /// How long it took, in virtual time.
    package let duration: Duration
    /// How many processes drove, one after the other.
    package let processes: Int
    /// How many calls they made, to both sites and the balancer.
    package let calls: Int
    /// How many of them changed something.
    package let writes: Int
    /// How many jobs the scheduler ran: what it cost.
    package let jobs: Int
    /// What went wrong in it.
    package let options: FaultOptions
    /// The journal at the end, with the time at which each record was written.
    package let timeline: [TimedRecord]

    /// The journal at the end.
    package var records: [JournalRecord] { timeline.map(\.record) }

    /// Everything that must not be, in words; none in a schedule that is well.
    package var problems: [String] { losses.map(\.description) + brokenPromises }
}
