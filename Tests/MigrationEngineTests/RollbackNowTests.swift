import JournalSupport
import MigrationEngine
import MigrationModel
import Sealing
import Simulation
import Testing

/// A rollback by which all traffic goes back before anything else does.
@Suite struct RollbackNowTests {
    /// The entries of a history from its order to go back now.
    private func entriesBack(_ history: History) throws -> [JournalEntry] {
        let entries = history.journal.records.map(\.entry)
        let ordered = try #require(entries.firstIndex(of: .command(.rollbackNow)))
        return Array(entries[ordered...])
    }

    private func undoIntents(_ entries: [JournalEntry]) -> [String] {
        entries.compactMap { if case .undoIntent(let step, _) = $0 { step.text } else { nil } }
    }

    @Test func `pods come back first, then all weights at once, then everything else`() throws {
        let history = History(Estate(workloads: 3, weights: [25, 50, 100], inFlightMax: 1))
        history.person.whenCrossed = .rollbackNow
        #expect(try history.live() == .closed(.asItWasBefore))
        let entries = try entriesBack(history)
        let order = undoIntents(entries)
        #expect(order.prefix(3).allSatisfy { $0.hasSuffix("/drain") }, "\(order)")
        #expect(order.dropFirst(3).prefix(9).allSatisfy { $0.contains("/weight-") }, "\(order)")
        #expect(order.dropFirst(12).allSatisfy { !$0.contains("/weight-") }, "\(order)")
        // No cleaning up is announced before the last weight is seen to be back.
        let weightLast = try #require(
            entries.lastIndex {
                if case .undone(let step, _) = $0 { step.text.contains("/weight-") } else { false }
            }
        )
        let cleaning = try #require(
            entries.firstIndex {
                if case .undoIntent(let step, _) = $0 {
                    step.text.hasSuffix("/activate")
                } else {
                    false
                }
            }
        )
        #expect(weightLast < cleaning)
    }

    @Test func `pods stay at the target until no name leads to them any more`() throws {
        var estate = Estate(workloads: 2)
        for workload in ["w0", "w1"] {
            let last = try #require(
                estate.plan.steps.firstIndex { $0.id.text == "\(workload)/weight-100" }
            )
            var turn = estate.plan.steps[last]
            turn.id = StepID("\(workload)/turn")
            turn.after = [estate.plan.steps[last].id]
            turn.operation = .change(site: .target, change: .refreshBridges(namespaces: [workload]))
            (turn.gates, turn.gatesBack) = ([], [])
            estate.plan.steps.insert(turn, at: last + 1)
        }
        let history = History(estate)
        history.person.whenCrossed = .rollbackNow
        #expect(try history.live() == .closed(.asItWasBefore))
        let entries = try entriesBack(history)
        for workload in ["w0", "w1"] {
            let turned = try #require(
                entries.firstIndex(of: .undone(step: StepID("\(workload)/turn"), attempt: 1))
            )
            let scaled = try #require(
                entries.firstIndex(
                    of: .undoIntent(step: StepID("\(workload)/activate"), attempt: 1)
                )
            )
            #expect(turned < scaled, "\(workload)")
        }
    }

    @Test func `no route is given back while its source has no pods`() throws {
        let history = History(Estate(workloads: 1))
        history.person.whenCrossed = .rollbackNow
        let exit = try history.live()
        #expect(exit == .closed(.asItWasBefore))
        let entries = try entriesBack(history)
        let isReady = try #require(
            entries.firstIndex(of: .undone(step: StepID("w0/drain"), attempt: 1))
        )
        let given = try #require(
            entries.firstIndex(of: .undoIntent(step: StepID("w0/weight-100"), attempt: 1))
        )
        #expect(isReady < given)
        #expect(history.world.violations == [])
    }

    @Test func `a run that goes back already can be told to hurry, and only once`() throws {
        let estate = Estate(workloads: 1)
        let digest = try estate.plan.digest().hex
        var state = try RunState(
            opening: .init(run: RunID("run-1"), planDigest: digest, plan: estate.plan)
        )
        try state.apply(.driverStarted(epoch: 1, driver: "here"))
        try state.apply(.command(.rollback))
        #expect(state.refusal(of: .rollback) == "the run is going back already")
        #expect(state.refusal(of: .rollbackNow) == nil)
        try state.apply(.command(.rollbackNow))
        #expect(
            state.refusal(of: .rollbackNow) == "the run is going back already, traffic first"
        )
        #expect(state.refusal(of: .finish) == "the run is going back")
    }

    @Test func `a route that would be led to nobody goes back in the usual order`() throws {
        // Its source is emptied before its route moves, as for what must never run twice.
        let workload = WorkloadID(kind: "Deployment", namespace: "shop", name: "w0")
        let lane = Lane.workload(id: workload)
        var estate = Estate(workloads: 0)
        estate.plan.steps = [
            Estate.step(
                "empty",
                .cross,
                lane,
                after: [],
                .change(
                    site: .source,
                    change: .scale(workload: workload, replicas: .exactly(count: 0))
                )
            ),
            Estate.step(
                "weight",
                .cross,
                lane,
                after: ["empty"],
                .setWeight(route: RouteID("w0"), weight: .all)
            ),
            Estate.step("after", .cross, lane, after: ["weight"], .await),
        ]
        let digest = try estate.plan.digest().hex
        var state = try RunState(
            opening: .init(run: RunID("run-1"), planDigest: digest, plan: estate.plan)
        )
        try state.apply(.driverStarted(epoch: 1, driver: "here"))
        for id in ["empty", "weight", "after"] {
            try state.apply(.intent(step: StepID(id), attempt: 1, before: BeforeImage()))
            try state.apply(.done(step: StepID(id), attempt: 1, receipt: Receipt()))
        }
        try state.apply(.command(.rollbackNow))
        #expect(decide(state) == [.undo(StepID("after"))])
    }

    /// From the order to the last weight, at the middle of fifty crossings; printed, not judged.
    @Test(arguments: [RunCommand.rollback, .rollbackNow])
    func `fifty routes are given back`(command: RunCommand) throws {
        let history = History(
            Estate(workloads: 50, weights: [25, 50, 100], inFlightMax: 10)
        )
        let world = history.world
        world.at(.seconds(8)) { world in
            world.journal.put(command)
            world.report("\(command.rawValue) to the last weight", since: world.simulation.now) {
                $0.content.weights == history.initial.weights
            }
        }
        #expect(try history.live() == .closed(.asItWasBefore))
        #expect(world.violations == [])
    }
}

extension FakeWorld {
    /// Prints how long it took until `holds`, looked at every ten milliseconds.
    fileprivate func report(
        _ what: String,
        since start: Duration,
        until holds: @escaping (FakeWorld) -> Bool
    ) {
        at(simulation.now + .milliseconds(10)) { world in
            if holds(world) {
                print("\(what): \(world.simulation.now - start) of virtual time")
            } else {
                world.report(what, since: start, until: holds)
            }
        }
    }
}
