import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// Long connections that have not ended when their time was over, and of which a person is asked.
@Suite struct ConnectionsTests {
    private static let ending = StepID("w0/end-connections")
    private static let emptying = StepID("w0/drain")

    /// What runs at the source gets two seconds to end; then somebody has to accept that it is cut off.
    private var estate: Estate {
        var estate = Estate(workloads: 1)
        guard let index = estate.plan.steps.firstIndex(where: { $0.id == Self.emptying })
        else { return estate }
        var limits = ShareLimits(requestsMin: 0, soakMilliseconds: 0)
        limits.residualPatienceMilliseconds = 2_000
        let step = Estate.step(
            Self.ending.text,
            .cross,
            estate.plan.steps[index].lane,
            after: estate.plan.steps[index].after.map(\.text),
            .await,
            gates: [.share(route: RouteID("w0"), weight: .exactly(weight: .all), limits: limits)]
        )
        estate.plan.steps[index].after = [step.id]
        estate.plan.steps[index].accepts = [step.id]
        estate.plan.steps.insert(step, at: index)
        return estate
    }

    private func history() throws -> History {
        let history = History(estate)
        try history.open()
        history.world.connectionsAtSource = 2
        history.world.process = "1"
        return history
    }

    private func sawEnd(_ history: History) -> [Evidence] {
        let records = history.journal.records
        let done = records.firstIndex {
            if case .done(Self.ending, _, _) = $0.entry { true } else { false }
        }
        guard let done else { return [] }
        return records[done...].compactMap { record in
            if case .observed(Self.ending, _, let evidence) = record.entry { evidence } else { nil }
        }
    }

    @Test func `a run goes on by itself when they end, and the journal says so`() throws {
        let history = try history()
        history.world.at(.seconds(60)) { $0.connectionsAtSource = 0 }
        #expect(history.drive() == .waiting(.crossed))
        #expect(history.simulation.now > .seconds(60))
        #expect(history.simulation.now < .seconds(70))
        let state = try RunState(records: history.journal.records)
        #expect(state.approvals == [:])
        #expect(state.state(of: Self.emptying).stage == .done)
        #expect(sawEnd(history).map(\.source.residualConnections) == [0])
        history.journal.put(.finish)
        #expect(history.drive() == .closed(.migrated))
        #expect(history.problem(.closed(.migrated)) == nil)
    }

    @Test func `nothing is cut off while they run, and who accepts that is heard`() throws {
        let history = try history()
        let journal = history.journal
        var reason: WaitReason?
        history.world.at(.seconds(60)) { _ in
            do {
                let state = try RunState(records: journal.records)
                for case .wait(let seen) in decide(state) { reason = seen }
            } catch {
                Issue.record(error)
            }
            journal.put(.approve(Approval(steps: [Self.emptying], by: "ada")))
        }
        #expect(history.drive() == .waiting(.crossed))
        #expect(history.simulation.now >= .seconds(60))
        #expect(reason == .connections(steps: [Self.emptying], left: [Self.ending]))
        #expect(sawEnd(history) == [])
    }

    @Test func `a driver that begins anew goes on looking`() throws {
        let history = try history()
        let stop = StopRequest()
        history.world.at(.seconds(30)) { _ in stop.request() }
        #expect(history.drive(stop: stop) == .stopped)
        history.world.connectionsAtSource = 0
        #expect(history.drive() == .waiting(.crossed))
        #expect(sawEnd(history).count == 1)
    }

    @Test func `where nobody counts them, only a person can say that they may be cut off`() throws {
        let history = try history()
        history.world.countsConnections = false
        #expect(history.drive() == .waiting(.approval([Self.emptying])))
    }

    /// Calls that once the run has come to a step.
    private func whenAt(
        _ history: History,
        _ step: StepID,
        _ body: @escaping (FakeWorld) -> Void
    ) {
        let journal = history.journal
        var isDone = false
        for tenths in 1...600 {
            history.world.at(.milliseconds(100 * tenths)) { world in
                let hasBegun = journal.records.contains {
                    if case .intent(step, _, _) = $0.entry { true } else { false }
                }
                guard hasBegun, !isDone else { return }
                isDone = true
                body(world)
            }
        }
    }

    /// What is open stays with the process that was replaced, and the next one knows nothing of it.
    private static func reload(_ world: FakeWorld) {
        world.process = "2"
        world.connectionsAtSource = 0
    }

    @Test func `what was open when the balancer was reloaded is not taken for gone`() throws {
        let history = try history()
        whenAt(history, Self.ending, Self.reload)
        #expect(history.drive() == .waiting(.approval([Self.emptying])))
        let ended = try RunState(records: history.journal.records).state(of: Self.ending)
        #expect(ended.stillRunning > 0)
        #expect(ended.isCountLost)
        history.journal.put(.approve(Approval(steps: [Self.emptying], by: "ada")))
        #expect(history.drive() == .waiting(.crossed))
    }

    @Test func `nor is it by a driver that begins after the reload`() throws {
        let history = try history()
        let stop = StopRequest()
        whenAt(history, Self.ending) { _ in stop.request() }
        #expect(history.drive(stop: stop) == .stopped)
        Self.reload(history.world)
        #expect(history.drive() == .waiting(.approval([Self.emptying])))
    }

    @Test func `nor where it was counted before, and waited for`() throws {
        let history = try history()
        history.world.at(.seconds(60), Self.reload)
        #expect(history.drive() == .waiting(.approval([Self.emptying])))
        #expect(history.simulation.now > .seconds(60))
        #expect(sawEnd(history).map(\.source.isCountLost) == [true])
        #expect(try RunState(records: history.journal.records).stepsThatMayEnd.isEmpty)
    }

    @Test func `nor what it was reloaded from before the route's first weight`() throws {
        let (known, unknown) = (History(estate), History(estate))
        for history in [known, unknown] { Self.reload(history.world) }
        try known.open(countedBy: [RouteID("w0"): "1"])
        #expect(known.drive() == .waiting(.approval([Self.emptying])))
        let ended = try RunState(records: known.journal.records).state(of: Self.ending)
        #expect(ended.isCountLost)
        // Where the balancer could not be asked when the run was opened, the first weight is what is known.
        try unknown.open()
        #expect(unknown.drive() == .waiting(.crossed))
    }

    /// `spec.residual: goBack`: nothing is cut off, and nobody is asked.
    @Test func `where nothing may be cut off the lane goes back after a reload`() throws {
        var estate = Estate(workloads: 1)
        let index = try #require(estate.plan.steps.firstIndex { $0.id == Self.emptying })
        estate.plan.steps[index].gatesBefore = [
            .share(
                route: RouteID("w0"),
                weight: .exactly(weight: .all),
                limits: ShareLimits(requestsMin: 0, soakMilliseconds: 0)
            )
        ]
        let history = History(estate)
        try history.open()
        history.world.process = "1"
        history.world.connectionsAtSource = 2
        whenAt(history, Self.emptying, Self.reload)
        guard case .waiting(.stopped(let failures)) = history.drive() else {
            Issue.record("it does not go back")
            return
        }
        #expect(failures.map(\.step) == [Self.emptying])
        let reason = try #require(failures.first?.failure.reason)
        #expect(reason.contains("the balancer was reloaded or restarted"))
        // What the process before has at the target is not waited for.
        #expect(history.world.content.weights[RouteID("w0")] == "w=0")
    }

    @Test func `a journal cannot say that they ended while they run`() throws {
        let history = try history()
        let stop = StopRequest()
        history.world.at(.seconds(30)) { _ in stop.request() }
        #expect(history.drive(stop: stop) == .stopped)
        var state = try RunState(records: history.journal.records)
        func evidence(_ connections: Int, presumed: Bool? = nil) -> Evidence {
            Evidence(
                basis: .counted,
                windowMilliseconds: 1_000,
                source: SiteTraffic(
                    requests: 0,
                    failures: 0,
                    residualConnections: connections,
                    isResidualPresumed: presumed
                ),
                target: SiteTraffic(requests: 10, failures: 0, residualConnections: 1)
            )
        }
        for (route, evidence) in [
            ("w0", evidence(1)), ("w0", evidence(0, presumed: true)), ("w1", evidence(0)),
        ] {
            #expect(throws: IllegalEntry.self) {
                try state.apply(
                    .observed(step: Self.ending, route: RouteID(route), evidence: evidence)
                )
            }
        }
        try state.apply(
            .observed(step: Self.ending, route: RouteID("w0"), evidence: evidence(0))
        )
        #expect(decide(state) == [.perform(Self.emptying)])
    }
}
