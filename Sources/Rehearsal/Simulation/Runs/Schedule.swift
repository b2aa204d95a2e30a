import Clocks
import EmbeddedAPI
import KubernetesObjects
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
    /// How long after the end somebody may still be stopped, and what it then still tries.
    static let wakingMax = Duration.seconds(300)

    let estate: SimulatedEstate
    let world: SimulatedWorld
    let options: FaultOptions
    private let nemesis: any Nemesis
    let watch: RunWatch
    private let course: ScheduleCourse
    private let mutant: Mutant?
    /// Whether nothing goes wrong and nobody wants anything back: then it has to migrate.
    let isUndisturbed: Bool
    /// Where the run is driven from now.
    var seat: DriverSeat
    /// A process that was stopped, and whose run somebody else may have taken over.
    var stopped: DriverProcess?
    var takeoversLeft: Int
    /// Looked up once for all processes, and not for all schedules: they run side by side, and would wait
    /// for each other to count who holds it.
    private var plan: PreparedPlan?
    /// The journal as it was at some moment, carried elsewhere.
    var copy: DriverSeat?
    let accidents: Accidents
    let weightsBefore: [RouteID: Int]
    let start: Duration
    var processes = 0
    private var retries = 0

    /// `kinds` may go wrong, and `mutant` is a bug that is put in to see that it is found; who `doubts`
    /// looks anew at all that the world remembers.
    package convenience init(
        _ estate: SimulatedEstate,
        seed: UInt64,
        of kinds: Set<FaultOptions.Kind> = Set(FaultOptions.Kind.allCases),
        course: ScheduleCourse = ScheduleCourse(),
        mutant: Mutant? = nil,
        doubts: Bool = false
    ) {
        let choices = Choices(seed: seed)
        let world = estate.world(choices, seed: seed, doubts: doubts, mutant: mutant)
        var options = FaultOptions(choices, of: kinds)
        if estate.plan.hasTrials { options.drawTrials(seed, of: kinds) }
        if estate.plan.leadsToBalancers { options.drawWays(seed, of: kinds) }
        if estate.plan.movesStores { options.drawStores(seed, of: kinds) }
        options.drawManner(seed)
        course.stretch(&options, choices)
        if course.calmDuration == nil, !kinds.isEmpty {
            options.drawWindow(seed, in: estate.calmCrossing)
        }
        let nemesis = SeededNemesis(options, choices, world.time, seed: seed)
        self.init(estate, world, options, nemesis, course, mutant, isUndisturbed: kinds.isEmpty)
    }

    /// One thing goes wrong, and then somebody finishes, or wants everything back.
    package convenience init(
        _ estate: SimulatedEstate,
        _ fault: any Nemesis,
        rollsBack: Bool,
        course: ScheduleCourse = ScheduleCourse(),
        mutant: Mutant? = nil
    ) {
        let world = estate.world(Choices(seed: 0), seed: 0, mutant: mutant)
        var options = FaultOptions.none
        options.rollsBackAtTheEnd = rollsBack
        self.init(estate, world, options, fault, course, mutant, isUndisturbed: false)
    }

    private init(
        _ estate: SimulatedEstate,
        _ world: SimulatedWorld,
        _ options: FaultOptions,
        _ nemesis: any Nemesis,
        _ course: ScheduleCourse,
        _ mutant: Mutant?,
        isUndisturbed: Bool
    ) {
        self.course = course
        self.estate = estate
        self.world = world
        self.options = options
        self.nemesis = nemesis
        self.mutant = mutant
        // Who wants everything back does not migrate.
        self.isUndisturbed =
            isUndisturbed && course.rollbackAt == nil && !course.rollsBackWhenCrossed
            && course.linkTrouble == nil
        takeoversLeft = options.takeovers
        let watch = RunWatch(estate.plan, in: world)
        self.watch = watch
        world.scheduler.add(BegunTicks(world) { watch.violated($0) })
        world.scheduler.add(StoreWriters(world.stores) { watch.violated($0) })
        world.scheduler.add(
            ExclusiveRuns(estate.exclusive, byOrdinals: estate.byOrdinals, in: world) {
                watch.violated($0)
            }
        )
        seat = DriverSeat(
            name: "simulated-1",
            journal: JournalMemory { world.scheduler.now }
        )
        accidents = Accidents(world, options, watch, seat.journal)
        weightsBefore = world.balancer.requestedPercents
        start = world.scheduler.now
    }

    /// Lives it, and says what it came to.
    ///
    /// The world is over then.
    package func live() -> ScheduleResult {
        defer { world.end() }
        open()
        accidents.plot()
        if let instant = course.rollbackAt {
            let accidents = accidents
            let command = course.rollsBackTrafficFirst ? RunCommand.rollbackNow : .rollback
            world.scheduler.after(instant) { accidents.inbox.put(command) }
        }
        if let trouble = course.linkTrouble {
            let network = world.network
            network.set(trouble.kind, true)
            world.scheduler.after(trouble.until) { network.set(trouble.kind, false) }
        }
        let end = liveOn()
        if case .closed(let outcome) = end {
            letStoppedWake()
            check(outcome)
        }
        return result(end)
    }

    // MARK: - Living

    private func open() {
        let journal = seat.journal
        let problem: String?
        do {
            let isAsMade = mutant != .doesNotSettle && mutant != .forgetsKeptConnections
            let plan = try PreparedPlan(
                estate.plan.with(mutant),
                digest: isAsMade ? estate.planDigest : nil
            )
            self.plan = plan
            let process = world.balancer.process
            let processes = Dictionary(
                uniqueKeysWithValues: world.balancer.routes.map { ($0, process) }
            )
            problem = world.scheduler.run { () -> String in
                do {
                    try await RunLoop.open(
                        plan,
                        run: RunID("simulated-1"),
                        countedBy: processes,
                        in: journal
                    )
                    return ""
                } catch {
                    return "\(error)"
                }
            }
        } catch {
            problem = "\(error)"
        }
        if problem != "" { watch.violated("the run cannot be opened: \(problem ?? "it hangs")") }
    }

    /// Drives until the run is over, or nothing helps.
    private func liveOn() -> RunExit? {
        let healed = start + options.healed
        while processes < Schedule.processesMax {
            guard world.scheduler.now < healed + course.healingMax else { return nil }
            let limit = healed + course.healingMax
            carryCopyAway()
            var exit = drive(until: limit)
            if case .fenced = exit, isRefusedElsewhere { exit = giveBack(until: limit) }
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

    /// One process, from its start to its end; nil when it died, was stopped or comes to no end.
    func drive(until limit: Duration) -> RunExit? {
        processes += 1
        let process = DriverProcess(
            processes,
            at: seat,
            estate.plan.name,
            plan,
            in: world,
            nemesis,
            watch,
            mutant
        )
        plotTakeover(of: process.incarnation)
        return follow(process, until: limit)
    }

    func follow(_ process: DriverProcess, until limit: Duration) -> RunExit? {
        world.scheduler.run(until: limit) { process.needsSomebody }
        if let exit = process.exit { return exit }
        if process.incarnation.isFrozen {
            takeOver(from: process)
            return nil
        }
        if process.incarnation.isDead { watch.died(process.incarnation) }
        process.incarnation.kill()
        return nil
    }

    func pause(_ duration: Duration) {
        world.scheduler.run(until: world.scheduler.now + duration) { false }
    }

    /// What a person does when the run waits for one; false when they let it be.
    private func answer(_ reason: WaitReason) -> Bool {
        pause(.seconds(1 + world.choices.pick(10)))
        switch reason {
        case .crossed:
            seat.journal.put(options.rollsBackAtTheEnd ? .rollback : .finish)
        case .paused: seat.journal.put(.resume)
        case .window, .connections: break
        case .approval(let steps):
            watch.mark(.approved)
            if course.replacesNodesMeanwhile { replaceNodes() }
            seat.journal.put(.approve(Approval(steps: steps, by: "somebody")))
        case .stopped:
            retries += 1
            seat.journal.put(retries <= 3 ? .resume : .rollback)
        case .undoFailed, .finishFailed:
            retries += 1
            guard retries <= 12 else { return false }
            seat.journal.put(.resume)
        }
        return true
    }

    /// While somebody is waited for, all of both sites; long enough that whoever follows them has.
    private func replaceNodes() {
        for site in [world.source, world.target] {
            for number in site.nodes.nodes.indices { site.replaceNode(number) }
        }
        watch.mark(.nodeReplaced)
        pause(.seconds(60))
    }
}
