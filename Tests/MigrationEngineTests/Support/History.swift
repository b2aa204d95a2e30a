import Clocks
import JSONValues
import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation

/// One run from its opening to an end, through deaths and commands.
final class History {
    /// What a person does when the run waits.
    struct Person {
        /// What is asked for when everything has crossed.
        var whenCrossed: RunCommand? = .finish
        /// How often something that stopped is tried again before a rollback.
        var retries = 3
        /// Who approves what waits for it; nil for nobody.
        var approver: String?
    }

    static let run = RunID("run-1")

    let simulation: Scheduler
    let journal: JournalMemory
    let world: FakeWorld
    let plan: Plan
    let initial: FakeWorld.Content
    var script: Script
    var person = Person()
    var breakGlass: (any BreakGlassKeeping)?
    private(set) var exits: [RunExit] = []
    private(set) var drives = 0

    /// `journal` and `content` are where it goes on from: the beginning, unless told.
    init(
        _ estate: Estate,
        journal: JournalMemory = JournalMemory(),
        content: FakeWorld.Content? = nil,
        choices: Choices = .odometer(),
        crashes: Set<Int> = [],
        commands: [Int: RunCommand] = [:],
        stops: Set<Int> = []
    ) {
        simulation = Scheduler(choices)
        self.journal = journal
        plan = estate.plan
        initial = estate.content
        world = FakeWorld(
            simulation: simulation,
            journal: journal,
            content: content ?? estate.content,
            routes: estate.routes
        )
        script = Script(journal: journal, crashes: crashes, commands: commands, stops: stops)
    }

    /// The run's end; nil when it came to none, which no history may.
    func live() throws -> RunExit? {
        try open()
        var retries = 0
        for _ in 0..<40 {
            guard let exit = drive() else { return nil }
            switch exit {
            case .closed: return exit
            case .waiting(.crossed):
                guard let command = person.whenCrossed else { return exit }
                journal.put(command)
            case .waiting(.window), .waiting(.connections): return exit
            case .waiting(.paused): journal.put(.resume)
            case .waiting(.approval(let steps)):
                guard let approver = person.approver else { return exit }
                journal.put(.approve(Approval(steps: steps, by: approver)))
            case .waiting(.stopped), .waiting(.undoFailed), .waiting(.finishFailed):
                retries += 1
                guard retries <= person.retries else { return exit }
                journal.put(.resume)
            case .stopped, .fenced, .leaseUnreachable, .journalFailed: break
            }
        }
        return nil
    }

    func open(countedBy processes: [RouteID: String] = [:]) throws {
        guard journal.records.isEmpty else { return }
        let (journal, plan) = (journal, plan)
        let failure: String? =
            simulation.run {
                do {
                    try await RunLoop.open(
                        plan,
                        run: History.run,
                        countedBy: processes,
                        in: journal
                    )
                    return ""
                } catch {
                    return "\(error)"
                }
            }
        guard failure == "" else { throw HistoryError(problem: failure ?? "it hung") }
    }

    /// One process from its start to its end or death; nil when it hung.
    func drive(
        driver: String = "here",
        settings: RunSettings = RunSettings(),
        stop: StopRequest = StopRequest()
    ) -> RunExit? {
        drives += 1
        script.stop = stop
        let incarnation = Incarnation(script: script)
        let loop = RunLoop(environment(incarnation, driver: driver), settings: settings)
        let exit = simulation.run { await loop.run(until: stop) }
        if let exit, !incarnation.isDead { exits.append(exit) }
        return exit
    }

    /// One process whose task is cancelled.
    func driveCancelled(after delay: Duration) -> RunExit? {
        let incarnation = Incarnation(script: script)
        let loop = RunLoop(environment(incarnation, driver: "here"))
        let time = FakeTime(simulation: simulation, incarnation: incarnation)
        let exit = simulation.run {
            await withTaskGroup(of: RunExit?.self) { group in
                group.addTask { await loop.run() }
                do { try await time.sleep(for: delay) } catch { return RunExit?.none }
                group.cancelAll()
                return await group.next() ?? nil
            }
        }
        return exit ?? nil
    }

    /// Two processes at the same time; the second begins while the first drives.
    func driveTwo(_ first: String, _ second: String) -> (first: RunExit?, second: RunExit?) {
        let settings = RunSettings(leaseSeconds: 3)
        let (one, two) = (Incarnation(script: script), Incarnation(script: script))
        let here = RunLoop(environment(one, driver: first), settings: settings)
        let there = RunLoop(environment(two, driver: second), settings: settings)
        let time = FakeTime(simulation: simulation, incarnation: two)
        let exits = simulation.run {
            async let first = here.run()
            async let second = {
                do { try await time.sleep(for: .milliseconds(500)) } catch {
                    return RunExit.stopped
                }
                return await there.run()
            }()
            return (first: await first, second: await second)
        }
        return exits ?? (nil, nil)
    }

    func environment(
        _ incarnation: Incarnation,
        driver: String,
        journal base: JournalMemory? = nil
    ) -> RunEnvironment {
        RunEnvironment(
            world: MigrationWorld(
                source: FakePlatform(site: .source, world: world, incarnation: incarnation),
                target: FakePlatform(site: .target, world: world, incarnation: incarnation),
                traffic: FakeTraffic(world: world, incarnation: incarnation),
                verifier: FakeVerifier(world: world, incarnation: incarnation)
            ),
            journal: FakeJournal(base: base ?? journal, world: world, incarnation: incarnation),
            leases: LeasePair(
                source: FakeLease(site: .source, world: world, incarnation: incarnation),
                target: FakeLease(site: .target, world: world, incarnation: incarnation)
            ),
            time: FakeTime(simulation: simulation, incarnation: incarnation),
            driver: driver,
            breakGlass: breakGlass
        )
    }

    /// What is wrong with this history, whatever it met; nil when nothing is.
    func problem(_ exit: RunExit?) -> String? {
        if let violation = world.violations.first { return violation }
        guard let exit else { return "it came to no end" }
        do {
            try checkReplay()
        } catch {
            return "\(error)"
        }
        switch exit {
        case .closed(.asItWasBefore):
            if world.content != initial { return "rolled back, and not as before" }
            if !world.leases.values.allSatisfy(\.isOver) { return "leases were left behind" }
        case .closed(.migrated):
            if world.content != migrated { return "migrated, and not as planned" }
            if !world.leases.values.allSatisfy(\.isOver) { return "leases were left behind" }
        default: break
        }
        return nil
    }

    /// Each prefix of the journal decides what the journal says came next.
    func checkReplay() throws {
        let records = journal.records
        guard case .opened(let opening) = records.first?.entry else { return }
        var state = try RunState(opening: opening)
        for record in records.dropFirst() {
            let actions = decide(state)
            switch record.entry {
            case .intent(let step, _, _):
                guard actions.contains(.perform(step)) else {
                    throw HistoryError(problem: "record \(record.sequence) was not decided")
                }
            case .undoIntent(let step, _):
                guard actions.contains(.undo(step)) else {
                    throw HistoryError(problem: "record \(record.sequence) was not decided")
                }
            case .closed(let outcome):
                guard actions == [.close(outcome)] else {
                    throw HistoryError(problem: "the end was not decided")
                }
            default: break
            }
            try state.apply(record.entry)
        }
        _ = try RunState(records: records)
    }

    /// The world as the plan wants it in the end.
    private var migrated: FakeWorld.Content { content(after: plan.steps) }

    /// The world as it is once these steps are made.
    func content(after steps: some Sequence<Step>) -> FakeWorld.Content {
        var content = initial
        for step in steps {
            switch step.operation {
            case .change(let site, .create(let objects)):
                for object in objects {
                    content.objects[site, default: [:]][object.reference] = step.id.text
                }
            case .change(let site, .delete(let objects)):
                for object in objects { content.objects[site]?[object.reference] = nil }
            case .change(let site, .scale(let workload, .exactly(let count))):
                content.replicas[site, default: [:]][workload] = count
            case .change(let site, .scale(let workload, .asCounterpart(let least))):
                content.replicas[site, default: [:]][workload] =
                    max(least, initial.replicas[site.counterpart]?[workload] ?? 0)
            case .change(let site, let change):
                content.flags[site, default: []].insert("\(change)")
            case .setWeight(let route, let weight):
                content.weights[route] = "w=\(weight.percent)"
            case .store, .await, .approval: break
            }
        }
        return content
    }
}

/// What makes a history impossible to judge, or wrong.
struct HistoryError: Error, CustomStringConvertible {
    let problem: String
    var description: String { problem }
}
