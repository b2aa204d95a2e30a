import JournalSupport
import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation
import Testing

/// How the loop behaves in time, which `decide` knows nothing of.
@Suite struct RunLoopTests {
    @Test(arguments: JournalContract.allCases)
    func `the journal in memory keeps the contract too`(_ promise: JournalContract) async throws {
        try await promise.check(JournalMemory(), run: RunID("run-1"))
    }

    @Test func `all intents of a turn are one commit`() throws {
        let history = History(Estate(workloads: 10, inFlightMax: 10))
        history.person.whenCrossed = nil
        _ = try history.live()
        let entries = history.journal.records.count
        // Ten lanes go side by side, so a commit carries many entries.
        #expect(history.journal.commits * 3 < entries, "\(history.journal.commits), \(entries)")
    }

    @Test func `fifty workloads cross, never more than ten at once`() throws {
        let history = History(Estate(workloads: 50, weights: [25, 50, 100], inFlightMax: 10))
        let exit = try history.live()
        #expect(exit == .closed(.migrated))
        #expect(history.problem(exit) == nil)
        guard case .opened(let opening) = history.journal.records.first?.entry else { return }
        var state = try RunState(opening: opening)
        var most = 0
        for record in history.journal.records.dropFirst() {
            try state.apply(record.entry)
            most = max(most, state.lanesInFlight.count)
        }
        #expect(most == 10)
    }

    @Test func `a target that fails users gives the traffic back and says why`() throws {
        let history = History(Estate(workloads: 2))
        history.person.retries = 0
        history.world.isTargetBroken = true
        let exit = try history.live()
        guard case .waiting(.stopped(let failures)) = exit else {
            Issue.record("\(String(describing: exit))")
            return
        }
        #expect(failures.map(\.step.text) == ["w0/weight-50", "w1/weight-50"])
        #expect(failures.allSatisfy { $0.failure.kind == .gate })
        #expect(failures.allSatisfy { $0.failure.reason.contains("failed at the target") })
        #expect(history.world.content.weights == history.initial.weights)
        #expect(history.world.content.replicas == history.initial.replicas)
        #expect(history.world.violations.isEmpty)
        // What the gate saw is in the journal.
        let seen = history.journal.records.contains { record in
            if case .observed(_, _, let evidence) = record.entry {
                evidence.target.failures > 0
            } else {
                false
            }
        }
        #expect(seen)
    }

    @Test func `while both sites fail alike, the gate waits and goes on when they have recovered`()
        throws
    {
        let history = History(Estate(workloads: 2))
        history.person.retries = 0
        (history.world.isSourceBroken, history.world.isTargetBroken) = (true, true)
        history.world.at(.seconds(2)) { world in
            (world.isSourceBroken, world.isTargetBroken) = (false, false)
        }
        #expect(try history.live() == .closed(.migrated))
        let hasFailed = history.journal.records.contains {
            if case .failed = $0.entry { true } else { false }
        }
        #expect(!hasFailed)
        #expect(history.simulation.now > .seconds(2))
    }

    @Test func `where both sites fail for good, a step goes back in its time and says why`() throws
    {
        let history = History(Estate(workloads: 1))
        history.person.retries = 0
        (history.world.isSourceBroken, history.world.isTargetBroken) = (true, true)
        guard case .waiting(.stopped(let failures)) = try history.live() else {
            Issue.record("\(history.exits)")
            return
        }
        let reason = failures.first?.failure.reason ?? ""
        #expect(failures.map(\.step.text) == ["w0/weight-50"])
        #expect(reason.contains("failed at the source itself"), "\(reason)")
        #expect(reason.contains("5 s have passed"), "\(reason)")
        #expect(history.world.content.weights == history.initial.weights)
    }

    @Test func `pods that do not become ready say why when the step's time is over`() throws {
        let history = History(Estate(workloads: 1))
        history.person.retries = 0
        history.world.unreadyAtTarget = "pod w0-1 waits with its container web: ImagePullBackOff"
        guard case .waiting(.stopped(let failures)) = try history.live() else {
            Issue.record("\(history.exits)")
            return
        }
        #expect(
            failures.map(\.failure.reason) == [
                "0 of 3 pods are ready: pod w0-1 waits with its container web: ImagePullBackOff, and "
                    + "5 s have passed"
            ]
        )
    }

    @Test func `an idle route is probed, and the evidence says so`() throws {
        let history = History(Estate(workloads: 1))
        history.world.requestsPerSecond = 0
        let exit = try history.live()
        #expect(exit == .closed(.migrated))
        let bases = history.journal.records.compactMap { record -> Evidence.Basis? in
            if case .observed(_, _, let evidence) = record.entry { evidence.basis } else { nil }
        }
        #expect(!bases.isEmpty)
        #expect(bases.allSatisfy { $0 == .probed })
    }

    @Test func `a route that nobody uses and nobody can probe never passes its gate`() throws {
        let history = History(Estate(workloads: 1))
        history.world.requestsPerSecond = 0
        history.world.refusesProbes = true
        history.person.retries = 0
        guard case .waiting(.stopped(let failures)) = try history.live() else {
            // The way back has a gate of its own, which the idle route does not pass either.
            guard case .waiting(.undoFailed(let failures)) = history.exits.last else {
                Issue.record("\(history.exits)")
                return
            }
            #expect(failures.first?.failure.reason.contains("20 are needed") == true)
            return
        }
        #expect(failures.first?.failure.reason.contains("20 are needed") == true)
    }

    @Test func `a stop lets the steps that run end and can be resumed`() throws {
        let history = History(Estate(workloads: 2))
        try history.open()
        let stop = StopRequest()
        history.world.at(.milliseconds(300)) { _ in stop.request() }
        #expect(history.drive(stop: stop) == .stopped)
        let state = try RunState(records: history.journal.records)
        for step in history.plan.steps {
            #expect(state.state(of: step.id).stage != .underWay, "\(step.id)")
        }
        #expect(!state.isCrossed)
        #expect(try history.live() == .closed(.migrated))
    }

    @Test func `a stop does not wait for ever`() throws {
        let history = History(Estate(workloads: 1))
        try history.open()
        history.world.requestsPerSecond = 0
        history.world.refusesProbes = true
        let stop = StopRequest()
        history.world.at(.milliseconds(300)) { _ in stop.request() }
        let settings = RunSettings(stopGrace: .seconds(1))
        #expect(history.drive(settings: settings, stop: stop) == .stopped)
        #expect(history.simulation.now < .seconds(2))
        history.world.requestsPerSecond = 200
        #expect(try history.live() == .closed(.migrated))
    }

    @Test func `a cancelled driver ends at once and can be resumed`() throws {
        let history = History(Estate(workloads: 2))
        try history.open()
        #expect(history.driveCancelled(after: .milliseconds(300)) == .stopped)
        #expect(history.simulation.now < .milliseconds(400))
        let state = try RunState(records: history.journal.records)
        #expect(!state.stepsThatMayHaveHappened.isEmpty)
        #expect(!state.isCrossed)
        #expect(try history.live() == .closed(.migrated))
        #expect(history.world.violations.isEmpty)
    }

    @Test func `a journal whose making was cut off says so`() throws {
        let history = History(Estate(workloads: 1))
        #expect(
            history.drive()
                == .journalFailed(
                    .unreadable(
                        problem: "it holds no run: its making was cut off before anything was "
                            + "changed. Remove the file and begin again"
                    )
                )
        )
    }

    @Test func `a stop that came first begins nothing`() throws {
        let history = History(Estate(workloads: 1))
        try history.open()
        let stop = StopRequest()
        stop.request()
        #expect(history.drive(stop: stop) == .stopped)
        #expect(history.world.mutations == 0)
    }

    @Test func `a pause takes effect while the loop runs, and resume goes on`() throws {
        let history = History(Estate(workloads: 2))
        try history.open()
        let journal = history.journal
        history.world.at(.milliseconds(300)) { _ in journal.put(.pause) }
        #expect(history.drive() == .waiting(.paused))
        journal.put(.resume)
        #expect(history.drive() == .waiting(.crossed))
    }

    @Test func `a driver that stays takes the next command itself`() throws {
        let history = History(Estate(workloads: 1))
        try history.open()
        let journal = history.journal
        history.world.at(.seconds(20)) { _ in journal.put(.finish) }
        #expect(history.drive(settings: RunSettings(staysWhenWaiting: true)) == .closed(.migrated))
        #expect(history.simulation.now >= .seconds(20))
    }

    @Test func `a rollback does not wait for gates that it overtakes`() throws {
        let history = History(Estate(workloads: 1))
        try history.open()
        history.world.requestsPerSecond = 0
        history.world.refusesProbes = true
        let (journal, world) = (history.journal, history.world)
        world.at(.seconds(1)) { world in
            world.requestsPerSecond = 200
            world.refusesProbes = true
            journal.put(.rollback)
        }
        let exit = history.drive()
        #expect(exit == .closed(.asItWasBefore))
        #expect(history.problem(exit) == nil)
        #expect(history.simulation.now < .seconds(5))
    }

    @Test func `a journal that cannot be written stops everything`() throws {
        let history = History(Estate(workloads: 1))
        try history.open()
        let error = JournalError.unwritable(problem: "the disk is full")
        let journal = history.journal
        history.world.at(.milliseconds(300)) { _ in journal.fail(error) }
        #expect(history.drive() == .journalFailed(error))
        let mutations = history.world.mutations
        journal.fail(nil)
        #expect(try history.live() == .closed(.migrated))
        #expect(history.world.mutations > mutations)
        #expect(history.world.violations.isEmpty)
    }

    @Test func `a site that is gone for good waits for a person, and goes on when it is back`()
        throws
    {
        let history = History(Estate(workloads: 1))
        history.person.retries = 0
        for call in 8...4_000 { history.world.faults[call] = .unavailable }
        let exit = try history.live()
        switch exit {
        case .waiting(.stopped), .waiting(.undoFailed): break
        default: Issue.record("\(String(describing: exit))")
        }
        history.world.faults = [:]
        history.person.retries = 3
        let end = try history.live()
        #expect(end == .closed(.migrated))
        #expect(history.problem(end) == nil)
    }

    @Test func `a share that was seen before a stop does not unlock the scale-down after it`()
        throws
    {
        var estate = Estate(workloads: 1)
        estate.plan.change("w0/drain") { step in
            let limits = ShareLimits(requestsMin: 20, soakMilliseconds: 500)
            step.gatesBefore = [
                .share(route: RouteID("w0"), weight: .exactly(weight: .all), limits: limits)
            ]
        }
        let history = History(estate)
        try history.open()
        let stop = StopRequest()
        let (world, journal) = (history.world, history.journal)
        for moment in 1...100 {
            world.at(.milliseconds(moment * 50)) { _ in
                let isLast = journal.records.contains { record in
                    if case .intent(StepID("w0/weight-100"), _, _) = record.entry {
                        true
                    } else {
                        false
                    }
                }
                if isLast { stop.request() }
            }
        }
        #expect(history.drive(stop: stop) == .stopped)
        let state = try RunState(records: journal.records)
        #expect(state.state(of: StepID("w0/weight-100")).stage == .done)
        #expect(!state.state(of: StepID("w0/drain")).mayHaveHappened)
        // Its file still says what it said before: a reload gives everything to the source again.
        world.content.weights[RouteID("w0")] = "w=0"
        guard case .waiting(.stopped(let failures)) = history.drive() else {
            Issue.record("\(history.exits)")
            return
        }
        #expect(failures.map(\.step.text) == ["w0/drain"])
        #expect(failures.first?.failure.reason.contains("still reached the source") == true)
        #expect(world.content.replicas[.source] == history.initial.replicas[.source])
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    @Test func `a plan that could not be taken back is not opened`() throws {
        var estate = Estate(workloads: 1)
        estate.plan.change("w0/copy") { step in
            step.isUndoable = false
            step.after = [StepID("w0/drain"), StepID("nowhere")]
        }
        estate.plan.workloadsInFlightMax = 0
        #expect(
            estate.plan.shapeProblems == [
                "it lets no workload cross at once",
                "step w0/copy comes after w0/drain, which is not before it",
                "step w0/copy comes after nowhere, which is not before it",
                "step w0/copy cannot be undone and is not part of the finish",
            ]
        )
        let history = History(estate)
        #expect(throws: HistoryError.self) { try history.open() }
        #expect(history.journal.records.isEmpty)
    }

    /// A plan whose bytes are sound and whose steps are not: whoever wrote it gave it a digest too.
    @Test(arguments: BadShape.all)
    func `a plan of a bad shape is refused with its step and the remedy`(_ shape: BadShape) {
        var estate = Estate(workloads: 1)
        shape.spoil(&estate.plan)
        let problem = shape.problem
        #expect {
            try PlanIndex(estate.plan)
        } throws: { error in
            "\(error)" == "the plan cannot be run: \(problem). Make it anew with `diolkos plan`."
        }
    }
}

/// A way to spoil the steps of a plan, and what must be said of it.
struct BadShape: Sendable, CustomTestStringConvertible {
    let problem: String
    let spoil: @Sendable (inout Plan) -> Void

    var testDescription: String { problem }

    static let all = [
        BadShape(problem: "two steps are called namespaces") { plan in
            plan.steps.insert(plan.steps[0], at: 1)
        },
        BadShape(problem: "it lets no workload cross at once") { $0.workloadsInFlightMax = 0 },
        BadShape(problem: "step w0/copy has no time") { plan in
            plan.change("w0/copy") { $0.timeoutMilliseconds = 0 }
        },
        BadShape(problem: "step w0/copy comes after w0/copy, which is not before it") { plan in
            plan.change("w0/copy") { $0.after = [StepID("w0/copy")] }
        },
        BadShape(problem: "step w0/copy is in the finish by its phase or lane only") { plan in
            plan.change("w0/copy") { $0.lane = .finish }
        },
        BadShape(problem: "step w0/copy cannot be undone and is not part of the finish") { plan in
            plan.change("w0/copy") { $0.isUndoable = false }
        },
    ]
}
