import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation
import Testing

/// Every death, every fault, every command at every moment of small migrations.
///
/// The fakes notice effects without an intent, writes of dead or overtaken drivers, and routes that
/// lead to nobody; each history must end, and end as it says.
@Suite struct ExhaustiveTests {
    private let small = Estate(workloads: 1)

    /// How many moments an undisturbed history of this kind has.
    private func moments(_ estate: Estate, person: History.Person = .init()) throws -> Int {
        let history = History(estate)
        history.person = person
        let exit = try history.live()
        try #require(history.problem(exit) == nil)
        return history.script.opportunities
    }

    @Test func `an undisturbed run migrates, and repeating it changes nothing`() throws {
        let history = History(small)
        let exit = try history.live()
        #expect(exit == .closed(.migrated))
        #expect(history.problem(exit) == nil)
        let mutations = history.world.mutations
        #expect(history.drive() == .closed(.migrated))
        #expect(history.world.mutations == mutations)
    }

    @Test func `a rollback of everything gives back what was there`() throws {
        let history = History(small)
        history.person.whenCrossed = .rollback
        let exit = try history.live()
        #expect(exit == .closed(.asItWasBefore))
        #expect(history.problem(exit) == nil)
    }

    @Test(arguments: [RunCommand.finish, .rollback, .rollbackNow])
    func `a death at any moment changes nothing of the end`(command: RunCommand) async throws {
        var places: [String: Int] = [:]
        var person = History.Person()
        person.whenCrossed = command
        let end: RunExit = .closed(command == .finish ? .migrated : .asItWasBefore)
        for crash in 1...(try moments(small, person: person)) {
            await Task.yield()
            let history = History(small, crashes: [crash])
            history.person = person
            let exit = try history.live()
            #expect(exit == end, "death at \(crash)")
            #expect(history.problem(exit) == nil, "death at \(crash)")
            for place in history.script.deaths { places[place, default: 0] += 1 }
        }
        // The test means nothing unless each kind of place was met.
        for place in ["before an effect", "after an effect", "before a commit", "after a commit"] {
            #expect(places[place, default: 0] >= 5, "\(place): \(places)")
        }
    }

    @Test(arguments: [RunCommand.finish, .rollback, .rollbackNow])
    func `two deaths at any two moments change nothing of the end`(command: RunCommand) async throws
    {
        var person = History.Person()
        person.whenCrossed = command
        let end: RunExit = .closed(command == .finish ? .migrated : .asItWasBefore)
        let estate = Estate(workloads: 1, weights: [100])
        let count = try moments(estate, person: person)
        var histories = 0
        for first in 1...count {
            // After a death the next driver repeats something, so there are a few moments more.
            for second in stride(from: first + 1 + first % 3, through: count + 4, by: 3) {
                await Task.yield()
                let history = History(estate, crashes: [first, second])
                history.person = person
                let exit = try history.live()
                histories += 1
                guard exit == end, history.problem(exit) == nil else {
                    Issue.record("deaths at \(first), \(second): \(history.problem(exit) ?? "")")
                    return
                }
            }
        }
        #expect(histories > 200)
    }

    /// As an init system asks, or a person with Ctrl-C.
    @Test(arguments: [RunCommand.finish, .rollback, .rollbackNow])
    func `a driver that is told to end in any step ends it, and the next one goes on behind it`(
        command: RunCommand
    ) async throws {
        var person = History.Person()
        person.whenCrossed = command
        let clean = History(small)
        clean.person = person
        let end = try clean.live()
        var stopped: Set<StepID> = []
        for first in 1...clean.script.opportunities {
            // Each alone, and with another one soon after it.
            for second in [0, first + 3] {
                await Task.yield()
                let history = History(small, stops: [first, second])
                history.person = person
                #expect(try history.live() == end, "told to end at \(first), \(second)")
                #expect(history.problem(end) == nil, "told to end at \(first), \(second)")
                // What was under way came to its end, and nobody had to look whether it had.
                let records = history.journal.records
                for (index, record) in records.enumerated() {
                    guard case .driverStarted = record.entry else { continue }
                    let doubtful = records.prefix(index).stepsUnderWay
                    #expect(doubtful == [], "told to end at \(first), \(second)")
                }
                #expect(history.world.mutations == clean.world.mutations)
                stopped.formUnion(history.script.stepsStopped)
            }
        }
        #expect(stopped == Set(clean.journal.records.compactMap(\.entry.step)))
    }

    @Test(arguments: RunCommand.words)
    func `a command at any moment, and a death at any other, end well`(
        command: RunCommand
    ) async throws {
        let estate = Estate(workloads: 1, weights: [100])
        let count = try moments(estate)
        var outcomes: [Outcome: Int] = [:]
        for asked in 1...count {
            for crash in stride(from: 1 + asked % 3, through: count + 4, by: 3) {
                await Task.yield()
                let history = History(estate, crashes: [crash], commands: [asked: command])
                let exit = try history.live()
                guard history.problem(exit) == nil, case .closed(let outcome) = exit else {
                    let problem = history.problem(exit) ?? String(describing: exit)
                    Issue.record("\(command.rawValue) at \(asked), death at \(crash): \(problem)")
                    return
                }
                outcomes[outcome, default: 0] += 1
            }
        }
        #expect(outcomes[.migrated, default: 0] > 0)
        let goesBack = command == .rollback || command == .rollbackNow
        #expect((outcomes[.asItWasBefore, default: 0] > 0) == goesBack)
    }

    @Test(arguments: [RunCommand.rollback, .rollbackNow])
    func `a rollback at every moment gives back what was there`(command: RunCommand) async throws {
        let estate = Estate(workloads: 2)
        let history = History(estate)
        history.person.whenCrossed = nil
        #expect(try history.live() == .waiting(.crossed))
        var undone: Set<Int> = []
        for asked in 1...history.script.opportunities {
            await Task.yield()
            let history = History(estate, commands: [asked: command])
            let exit = try history.live()
            #expect(exit == .closed(.asItWasBefore), "asked at \(asked)")
            #expect(history.problem(exit) == nil, "asked at \(asked)")
            undone.insert(
                history.journal.records.count {
                    if case .undone = $0.entry { true } else { false }
                }
            )
        }
        // From nothing to everything was undone.
        #expect(undone.isSuperset(of: 1...11), "\(undone.sorted())")
    }

    @Test(arguments: Fault.allCases)
    func `a fault at any call ends in a migration or waits for a person`(fault: Fault) async throws
    {
        let clean = History(small)
        _ = try clean.live()
        var waits = 0
        for call in 1...clean.world.calls {
            await Task.yield()
            let history = History(small)
            history.world.faults = [call: fault]
            let exit = try history.live()
            #expect(exit == .closed(.migrated), "\(fault) at call \(call)")
            #expect(history.problem(exit) == nil, "\(fault) at call \(call)")
            let failed = history.exits.contains {
                if case .waiting(.stopped) = $0 { true } else { false }
            }
            if failed { waits += 1 }
        }
        switch fault {
        case .rejected, .drift: #expect(waits > clean.world.calls / 2)
        case .unavailable, .unknownApplied, .unknownNotApplied: #expect(waits == 0)
        }
    }

    /// The second order may come while steps of the first are under way, and after any death.
    @Test func `a rollback that is hurried at any moment, and dies at any, gives all back`()
        async throws
    {
        let estate = Estate(workloads: 1)
        let clean = History(estate)
        clean.person.whenCrossed = .rollback
        _ = try clean.live()
        var hurried = 0
        let begun = clean.script.opportunities / 2
        for asked in begun...clean.script.opportunities {
            for crash in [0, asked - 3, asked + 1, asked + 4, asked + 9] {
                await Task.yield()
                let history = History(estate, crashes: [crash], commands: [asked: .rollbackNow])
                history.person.whenCrossed = .rollback
                let exit = try history.live()
                guard exit == .closed(.asItWasBefore), history.problem(exit) == nil else {
                    let problem = history.problem(exit) ?? String(describing: exit)
                    Issue.record("hurried at \(asked), death at \(crash): \(problem)")
                    return
                }
                let commands = history.journal.records.compactMap { record -> RunCommand? in
                    if case .command(let command) = record.entry { command } else { nil }
                }
                if commands == [.rollback, .rollbackNow] { hurried += 1 }
            }
        }
        #expect(hurried > 20, "\(hurried) histories had both orders")
    }

    @Test(arguments: Fault.allCases, [RunCommand.rollback, .rollbackNow])
    func `a fault at any call of a rollback still gives everything back`(
        fault: Fault,
        command: RunCommand
    ) async throws {
        var person = History.Person()
        person.whenCrossed = command
        let clean = History(small)
        clean.person = person
        _ = try clean.live()
        for call in 1...clean.world.calls {
            await Task.yield()
            let history = History(small)
            history.person = person
            history.world.faults = [call: fault]
            let exit = try history.live()
            #expect(exit == .closed(.asItWasBefore), "\(fault) at call \(call)")
            #expect(history.problem(exit) == nil, "\(fault) at call \(call)")
        }
    }

    @Test(arguments: [2, 3], [RunCommand.finish, .rollback, .rollbackNow])
    func `every action and undo made twice or thrice changes nothing`(
        times: Int,
        command: RunCommand
    ) throws {
        let once = History(small)
        once.person.whenCrossed = command
        _ = try once.live()
        let history = History(small)
        history.person.whenCrossed = command
        history.world.answersLost = times - 1
        let exit = try history.live()
        #expect(history.problem(exit) == nil)
        #expect(exit == .closed(command == .finish ? .migrated : .asItWasBefore))
        // More where what was created is taken away: that is looked for again, as answers were lost.
        #expect(history.world.mutations >= times * once.world.mutations)
    }

    /// As after a journal that was put back from a copy, where the world is two steps ahead of it.
    @Test func `every action made again after its successor changes nothing`() throws {
        let estate = Estate(workloads: 2, inFlightMax: 1)
        let clean = History(estate)
        #expect(try clean.live() == .closed(.migrated))
        for (index, step) in estate.plan.steps.enumerated().dropLast() {
            let begin = clean.journal.records.firstIndex { record in
                if case .intent(step.id, _, _) = record.entry { true } else { false }
            }
            let count = try #require(begin) + 1
            let history = History(
                estate,
                journal: try JournalMemory(copying: Array(clean.journal.records.prefix(count))),
                content: clean.content(after: estate.plan.steps.prefix(index + 2))
            )
            let exit = try history.live()
            #expect(exit == .closed(.migrated), "\(step.id)")
            #expect(history.problem(exit) == nil, "\(step.id)")
        }
    }

    @Test(arguments: 1...150)
    func `any order of three workloads with faults, deaths and commands ends well`(
        seed: Int
    ) throws {
        let draw = Choices(seed: UInt64(seed))
        let estate = Estate(workloads: 3, inFlightMax: 1 + draw.pick(3))
        let crashes = Set((0..<draw.pick(6)).map { _ in 1 + draw.pick(140) })
        var commands: [Int: RunCommand] = [:]
        for _ in 0..<draw.pick(4) {
            commands[1 + draw.pick(140)] = RunCommand.words[draw.pick(RunCommand.words.count)]
        }
        let history = History(
            estate,
            choices: Choices(seed: UInt64(seed) &* 7_919),
            crashes: crashes,
            commands: commands
        )
        for _ in 0..<draw.pick(5) {
            let fault = Fault.allCases[draw.pick(Fault.allCases.count)]
            history.world.faults[1 + draw.pick(300)] = fault
        }
        history.person.retries = 20
        let exit = try history.live()
        let isClosed = if case .closed = exit { true } else { false }
        #expect(isClosed, "crashes \(crashes.sorted()), commands \(commands)")
        #expect(history.problem(exit) == nil, "crashes \(crashes.sorted()), commands \(commands)")
    }
}
