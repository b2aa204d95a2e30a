import JSONValues
import MigrationEngine
import MigrationModel
import Sealing
import Testing

/// `decide` and the fold below it, as tables of entries and what follows from them.
@Suite struct DecideTests {
    private let failure = StepFailure(kind: .gate, reason: "no pod is ready")

    private func state(
        _ estate: Estate,
        _ entries: [JournalEntry] = []
    ) throws -> RunState {
        let digest = try estate.plan.digest().hex
        var state = try RunState(
            opening: .init(run: RunID("run-1"), planDigest: digest, plan: estate.plan)
        )
        try state.apply(.driverStarted(epoch: 1, driver: "here"))
        for entry in entries { try state.apply(entry) }
        return state
    }

    private func made(_ steps: String...) -> [JournalEntry] {
        steps.flatMap { [begun($0), done($0)] }
    }

    private func begun(_ step: String, attempt: Int = 1) -> JournalEntry {
        .intent(step: StepID(step), attempt: attempt, before: BeforeImage())
    }

    private func done(_ step: String, attempt: Int = 1) -> JournalEntry {
        .done(step: StepID(step), attempt: attempt, receipt: Receipt())
    }

    private func failed(_ step: String, attempt: Int = 1) -> JournalEntry {
        .failed(step: StepID(step), attempt: attempt, failure: failure)
    }

    private func undone(_ steps: String...) -> [JournalEntry] {
        steps.flatMap {
            [
                JournalEntry.undoIntent(step: StepID($0), attempt: 1),
                .undone(step: StepID($0), attempt: 1),
            ]
        }
    }

    private func performs(_ steps: String...) -> [Action] { steps.map { .perform(StepID($0)) } }

    private func undos(_ steps: String...) -> [Action] { steps.map { .undo(StepID($0)) } }

    private let wholeLane = ["namespaces", "w0/copy", "w0/activate", "w0/weight-100", "w0/drain"]

    private func crossed() -> [JournalEntry] { wholeLane.flatMap { made($0) } }

    @Test func `preparing comes before crossing`() throws {
        let estate = Estate(workloads: 2)
        #expect(decide(try state(estate)) == performs("namespaces"))
        #expect(decide(try state(estate, [begun("namespaces")])) == performs("namespaces"))
        let ready = try state(estate, made("namespaces"))
        #expect(decide(ready) == performs("w0/copy", "w1/copy"))
    }

    @Test func `what a lane prepares for itself holds up others only until one crosses`() throws {
        var estate = Estate(workloads: 2)
        for index in estate.plan.steps.indices where estate.plan.steps[index].id.text == "w1/copy" {
            estate.plan.steps[index].phase = .prepare
        }
        var all = made("namespaces")
        #expect(decide(try state(estate, all)) == performs("w1/copy"))
        all += made("w1/copy")
        #expect(decide(try state(estate, all)) == performs("w0/copy", "w1/activate"))
        all += [begun("w1/activate"), failed("w1/activate")]
        // Beside what another lane may still do.
        all += made("w0/copy")
        all += undone("w1/activate", "w1/copy")
        #expect(decide(try state(estate, all)) == performs("w0/activate"))
        // Tried again, it prepares anew, and nobody who crosses waits for that.
        all.append(.command(.resume))
        #expect(decide(try state(estate, all)) == performs("w0/activate", "w1/copy"))
        // While nothing has moved, what cannot be prepared holds up all, and a person decides.
        all = made("namespaces") + [begun("w1/copy"), failed("w1/copy")]
        #expect(decide(try state(estate, all)) == undos("w1/copy"))
        all += undone("w1/copy")
        let cause = LaneFailure(step: StepID("w1/copy"), failure: failure)
        #expect(decide(try state(estate, all)) == [.wait(.stopped([cause]))])
        all.append(.command(.resume))
        #expect(decide(try state(estate, all)) == performs("w1/copy"))
    }

    @Test func `a way back that is paused waits for that, whatever had stopped before`() throws {
        let estate = Estate(workloads: 1)
        var all = made("namespaces", "w0/copy") + [begun("w0/activate"), failed("w0/activate")]
        all += undone("w0/activate", "w0/copy")
        let cause = LaneFailure(step: StepID("w0/activate"), failure: failure)
        #expect(decide(try state(estate, all)) == [.wait(.stopped([cause]))])
        all += [.command(.rollback), .command(.pause)]
        #expect(decide(try state(estate, all)) == [.wait(.paused)])
        all.append(.command(.resume))
        #expect(decide(try state(estate, all)) == undos("namespaces"))
    }

    @Test func `no more lanes cross at once than the plan allows`() throws {
        let estate = Estate(workloads: 4, inFlightMax: 2)
        var all = made("namespaces")
        #expect(decide(try state(estate, all)) == performs("w0/copy", "w1/copy"))
        all += made("w1/copy")
        // Lane w1 is in flight from its first intent, so only one other may begin.
        #expect(decide(try state(estate, all)) == performs("w0/copy", "w1/activate"))
        all += made("w0/copy", "w1/activate", "w1/weight-50", "w1/weight-100")
        #expect(decide(try state(estate, all)) == performs("w0/activate", "w1/drain"))
        all += made("w1/drain")
        #expect(decide(try state(estate, all)) == performs("w0/activate", "w2/copy"))
    }

    @Test func `a step that was announced is made again before anything is begun`() throws {
        let estate = Estate(workloads: 2)
        let state = try state(estate, made("namespaces") + [begun("w1/copy")])
        #expect(decide(state) == performs("w1/copy", "w0/copy"))
    }

    @Test func `a failed step takes its lane back and leaves others alone`() throws {
        let estate = Estate(workloads: 2)
        var all =
            made("namespaces", "w0/copy", "w0/activate", "w1/copy")
            + [begun("w0/weight-50"), failed("w0/weight-50")]
        // The failed step itself is undone too: it may have happened.
        #expect(
            decide(try state(estate, all)) == undos("w0/weight-50") + performs("w1/activate")
        )
        all += undone("w0/weight-50", "w0/activate")
        #expect(decide(try state(estate, all)) == undos("w0/copy") + performs("w1/activate"))
        all += undone("w0/copy")
        let back = try state(estate, all)
        #expect(decide(back) == performs("w1/activate"))
        let cause = LaneFailure(step: StepID("w0/weight-50"), failure: failure)
        #expect(back.state(of: estate.lane("w0")) == .stopped(because: cause))
        all += made("w1/activate", "w1/weight-50", "w1/weight-100", "w1/drain")
        #expect(decide(try state(estate, all)) == [.wait(.stopped([cause]))])
        // The lane is tried again from its beginning when a person says so.
        all.append(.command(.resume))
        #expect(decide(try state(estate, all)) == performs("w0/copy"))
    }

    @Test func `a lane goes back though the run is paused`() throws {
        let estate = Estate(workloads: 2)
        let all =
            made("namespaces", "w1/copy")
            + [.command(.pause), begun("w0/copy"), failed("w0/copy")]
        #expect(decide(try state(estate, all)) == undos("w0/copy"))
    }

    @Test func `a resume during the way back tries again at its end`() throws {
        let estate = Estate(workloads: 1)
        let all =
            made("namespaces") + [begun("w0/copy"), failed("w0/copy"), .command(.resume)]
        #expect(decide(try state(estate, all)) == undos("w0/copy"))
        #expect(decide(try state(estate, all + undone("w0/copy"))) == performs("w0/copy"))
    }

    @Test func `lanes that stand on a failed lane go back with it and before it`() throws {
        var estate = Estate(workloads: 2)
        estate.plan.change("w1/copy") { $0.after.append(StepID("w0/copy")) }
        let all =
            made("namespaces", "w0/copy", "w1/copy")
            + [begun("w0/activate"), failed("w0/activate")]
        #expect(decide(try state(estate, all)) == undos("w1/copy", "w0/activate"))
        let next = all + undone("w0/activate")
        // `w0/copy` waits for what stands on it.
        #expect(decide(try state(estate, next)) == undos("w1/copy"))
        let last = next + undone("w1/copy")
        #expect(decide(try state(estate, last)) == undos("w0/copy"))
        let stopped = try state(estate, last + undone("w0/copy"))
        let cause = LaneFailure(step: StepID("w0/activate"), failure: failure)
        #expect(decide(stopped) == [.wait(.stopped([cause]))])
    }

    @Test func `a lane that needs a stopped one does not begin`() throws {
        var estate = Estate(workloads: 2)
        estate.plan.change("w1/copy") { $0.after.append(StepID("w0/drain")) }
        let all =
            made("namespaces") + [begun("w0/copy"), failed("w0/copy")] + undone("w0/copy")
        let cause = LaneFailure(step: StepID("w0/copy"), failure: failure)
        #expect(decide(try state(estate, all)) == [.wait(.stopped([cause]))])
    }

    @Test func `lanes that wait for one beyond the bound do not wait for ever`() throws {
        var estate = Estate(workloads: 2, inFlightMax: 1)
        estate.plan.change("w0/activate") { step in
            step.after.append(StepID("w1/copy"))
        }
        estate.plan.move("w1/copy", before: "w0/activate")
        let all = made("namespaces", "w0/copy")
        #expect(decide(try state(estate, all)) == performs("w1/copy"))
    }

    @Test func `an unreachable world is tried three times`() throws {
        let estate = Estate(workloads: 1)
        let gone = StepFailure(kind: .unavailable, reason: "no answer")
        var all = made("namespaces")
        for attempt in 1...3 {
            #expect(decide(try state(estate, all)) == performs("w0/copy"))
            all.append(begun("w0/copy", attempt: attempt))
            all.append(.failed(step: StepID("w0/copy"), attempt: attempt, failure: gone))
        }
        #expect(decide(try state(estate, all)) == undos("w0/copy"))
        for attempt in 1...3 {
            #expect(decide(try state(estate, all)) == undos("w0/copy"))
            all.append(.undoIntent(step: StepID("w0/copy"), attempt: attempt))
            all.append(.undoFailed(step: StepID("w0/copy"), attempt: attempt, failure: gone))
        }
        let stuck = LaneFailure(step: StepID("w0/copy"), failure: gone)
        #expect(decide(try state(estate, all)) == [.wait(.undoFailed([stuck]))])
        all.append(.command(.resume))
        #expect(decide(try state(estate, all)) == undos("w0/copy"))
    }

    @Test func `a survey that failed leaves nothing to undo`() throws {
        let estate = Estate(workloads: 1)
        let all = made("namespaces") + [failed("w0/copy")]
        let cause = LaneFailure(step: StepID("w0/copy"), failure: failure)
        #expect(decide(try state(estate, all)) == [.wait(.stopped([cause]))])
        let again = all + [.command(.resume)]
        #expect(decide(try state(estate, again)) == performs("w0/copy"))
        _ = try state(estate, again + [begun("w0/copy", attempt: 2)])
    }

    @Test func `a pause begins nothing and lets steps end`() throws {
        let estate = Estate(workloads: 2)
        let all = made("namespaces") + [begun("w0/copy"), .command(.pause)]
        #expect(decide(try state(estate, all)) == performs("w0/copy"))
        let paused = all + [done("w0/copy")]
        #expect(decide(try state(estate, paused)) == [.wait(.paused)])
        let resumed = paused + [.command(.resume)]
        #expect(decide(try state(estate, resumed)) == performs("w0/activate", "w1/copy"))
    }

    @Test func `finishing waits for a person, and a rollback is open until then`() throws {
        let estate = Estate(workloads: 1, weights: [100])
        #expect(decide(try state(estate, crossed())) == [.wait(.crossed)])
        let finishing = try state(estate, crossed() + [.command(.finish)])
        #expect(decide(finishing) == performs("finish/w0"))
        #expect(
            finishing.refusal(of: .rollback)
                == "the finish has begun, and from then on there is no way back"
        )
        let over = try state(estate, crossed() + [.command(.finish)] + made("finish/w0"))
        #expect(decide(over) == [.close(.migrated)])
        let stuck = try state(
            estate,
            crossed() + [.command(.finish), begun("finish/w0"), failed("finish/w0")]
        )
        let cause = LaneFailure(step: StepID("finish/w0"), failure: failure)
        #expect(decide(stuck) == [.wait(.finishFailed([cause]))])
        var again = stuck
        try again.apply(.command(.resume))
        #expect(decide(again) == performs("finish/w0"))
    }

    @Test func `a rollback undoes whatever may have happened, last things first`() throws {
        let estate = Estate(workloads: 2, weights: [100])
        var all =
            made("namespaces", "w0/copy", "w0/activate", "w1/copy")
            + [begun("w0/weight-100"), .command(.rollback)]
        #expect(decide(try state(estate, all)) == undos("w1/copy", "w0/weight-100"))
        all += undone("w1/copy", "w0/weight-100", "w0/activate")
        // What was prepared is undone only when nothing that crossed is left.
        #expect(decide(try state(estate, all)) == undos("w0/copy"))
        all += undone("w0/copy")
        #expect(decide(try state(estate, all)) == undos("namespaces"))
        all += undone("namespaces")
        #expect(decide(try state(estate, all)) == [.close(.asItWasBefore)])
        all.append(.closed(.asItWasBefore))
        #expect(decide(try state(estate, all)).isEmpty)
    }

    @Test func `a rollback undoes side by side, within the bound`() throws {
        let estate = Estate(workloads: 4, weights: [100], inFlightMax: 3)
        let copies = (0..<4).flatMap { made("w\($0)/copy") }
        let all = made("namespaces") + copies + [.command(.rollback)]
        #expect(decide(try state(estate, all)) == undos("w3/copy", "w2/copy", "w1/copy"))
    }

    @Test func `a rollback that is paused ends what it began`() throws {
        let estate = Estate(workloads: 2)
        let all =
            made("namespaces", "w0/copy", "w1/copy")
            + [
                .command(.rollback), .undoIntent(step: StepID("w0/copy"), attempt: 1),
                .command(.pause),
            ]
        #expect(decide(try state(estate, all)) == undos("w0/copy"))
        let ended = all + [.undone(step: StepID("w0/copy"), attempt: 1)]
        #expect(decide(try state(estate, ended)) == [.wait(.paused)])
    }

    @Test func `commands that cannot be had say why`() throws {
        let estate = Estate(workloads: 1, weights: [100])
        let fresh = try state(estate)
        #expect(fresh.refusal(of: .pause) == nil)
        #expect(fresh.refusal(of: .rollback) == nil)
        #expect(fresh.refusal(of: .resume) == "the run is not paused and waits for nobody")
        #expect(
            fresh.refusal(of: .finish)
                == "not everything has crossed yet: step namespaces is not done"
        )
        let paused = try state(estate, [.command(.pause)])
        #expect(paused.refusal(of: .pause) == "the run is paused already")
        let back = try state(estate, [.command(.rollback)])
        #expect(back.refusal(of: .rollback) == "the run is going back already")
        #expect(back.refusal(of: .finish) == "the run is going back")
        let over = try state(estate, [.command(.rollback), .closed(.asItWasBefore)])
        for command in RunCommand.words {
            #expect(
                over.refusal(of: command) == "the run is over: as it was before"
            )
        }
    }

    @Test func `entries that no run can have written are refused`() throws {
        let estate = Estate(workloads: 1, weights: [100])
        let cases: [(entries: [JournalEntry], problem: String)] = [
            ([begun("nowhere")], "no step is called nowhere"),
            ([begun("w0/copy")], "step w0/copy is begun though its turn has not come"),
            ([begun("namespaces", attempt: 2)], "attempt 2 of namespaces follows 0"),
            ([done("namespaces")], "namespaces has a result of attempt 1, which did not run"),
            (
                made("namespaces") + [done("namespaces")],
                "namespaces has a result of attempt 1, which did not run"
            ),
            (
                made("namespaces") + [begun("namespaces", attempt: 2)],
                "step namespaces is begun though its turn has not come"
            ),
            (
                [
                    begun("namespaces"),
                    .intent(
                        step: StepID("namespaces"),
                        attempt: 2,
                        before: BeforeImage(clear: .object(["other": .bool(true)]))
                    ),
                ], "step namespaces is repeated with another before-image"
            ),
            ([failed("namespaces", attempt: 2)], "attempt 2 of namespaces fails and did not run"),
            (
                [.undoIntent(step: StepID("namespaces"), attempt: 1)],
                "step namespaces is undone though its turn has not come"
            ),
            (
                made("namespaces") + [.undoIntent(step: StepID("namespaces"), attempt: 1)],
                "step namespaces is undone though its turn has not come"
            ),
            (
                made("namespaces", "w0/copy")
                    + [.command(.rollback), .undoIntent(step: StepID("namespaces"), attempt: 1)],
                "step namespaces is undone though its turn has not come"
            ),
            (
                [.undone(step: StepID("namespaces"), attempt: 1)],
                "namespaces has a result of attempt 1, which did not run"
            ),
            (
                [.command(.finish)],
                "finish could not be had: not everything has crossed yet: "
                    + "step namespaces is not done"
            ),
            (
                crossed() + [begun("finish/w0")],
                "step finish/w0 is begun though its turn has not come"
            ),
            ([.closed(.migrated)], "the run is closed and is not migrated"),
            (
                [begun("namespaces"), .command(.rollback), .closed(.asItWasBefore)],
                "the run is closed and is not as it was before"
            ),
            (
                [.command(.rollback), .closed(.asItWasBefore), .command(.pause)],
                "the run was over: as it was before"
            ),
            ([.driverStarted(epoch: 1, driver: "b")], "epoch 1 does not follow 1"),
            (
                [
                    JournalEntry.observed(
                        step: StepID("namespaces"),
                        route: RouteID("w0"),
                        evidence: Evidence(
                            basis: .counted,
                            windowMilliseconds: 1,
                            source: SiteTraffic(requests: 0, failures: 0, residualConnections: 0),
                            target: SiteTraffic(requests: 0, failures: 0, residualConnections: 0)
                        )
                    )
                ], "step namespaces was observed while it did not run"
            ),
        ]
        for (entries, problem) in cases {
            let error = #expect(throws: IllegalEntry.self) { try state(estate, entries) }
            #expect(error?.problem == problem)
        }
    }
}

extension Estate {
    func lane(_ name: String) -> Lane {
        .workload(id: WorkloadID(kind: "Deployment", namespace: "shop", name: name))
    }
}

extension Plan {
    mutating func change(_ step: String, _ body: (inout Step) -> Void) {
        for index in steps.indices where steps[index].id.text == step { body(&steps[index]) }
    }

    mutating func move(_ step: String, before other: String) {
        guard let from = steps.firstIndex(where: { $0.id.text == step }) else { return }
        let moved = steps.remove(at: from)
        guard let to = steps.firstIndex(where: { $0.id.text == other }) else { return }
        steps.insert(moved, at: to)
    }
}
