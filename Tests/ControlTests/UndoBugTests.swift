import Composition
import MigrationEngine
import MigrationFile
import MigrationModel
import Testing
import Twin

/// Undos that are broken on purpose, to see that the comparison would tell: a test of the tests.
@Suite struct UndoBugTests {
    @Test(arguments: UndoBug.all)
    func `an undo that is broken is told by what differs`(_ bug: UndoBug) async throws {
        try await SmallEstate.withMigration(
            time: FastTime(factor: 10),
            isTargetInhabited: true
        ) { migration in
            let before = migration.scene
            try await migration.begin(try await migration.plan())
            let crossed = try await migration.drive()
            #expect(crossed == .waiting(.crossed))
            try await expectTold(bug, by: migration, from: before)
        }
    }

    /// A Job that tries goes when it has succeeded: only in the middle there is something to leave.
    @Test func `an undo that leaves the Job of a probe is told by what differs`() async throws {
        let skip: @Sendable (SiteChange) -> Bool = {
            if case .runProbe = $0 { true } else { false }
        }
        let bug = UndoBug(
            "leaves the Job of a probe",
            .skips(.target, skip),
            tells: "target: Job shop/diolkos-probe-"
        )
        let home = WorkloadID(kind: "Deployment", namespace: "shop", name: "home")
        try await SmallEstate.withMigration(
            time: FastTime(factor: 10),
            isTargetInhabited: true,
            edit: { file in
                let image = BridgeProof.imageUsual
                let work = ProbeJob.Work.connect(host: "", port: 80, image: image)
                let job = ProbeJob(probe: "dial", work: work, timeoutMilliseconds: 5_000)
                file.probes = [SmokeRule(subject: .workload(home), job: job)]
            },
            { migration in
                let before = migration.scene
                let plan = try await migration.plan()
                try await migration.begin(plan)
                let probe = try #require(
                    plan.steps.first { step in
                        guard case .change(_, let change) = step.operation else { return false }
                        return skip(change)
                    }
                )
                for _ in plan.steps.indices {
                    if try await migration.run.state().state(of: probe.id).stage == .done { break }
                    _ = try await migration.drive(stepsMax: 1)
                }
                try await expectTold(bug, by: migration, from: before)
            }
        )
    }

    @Test func `an undo that gives no replicas back does not pass its gate`() async throws {
        let skip: @Sendable (SiteChange) -> Bool = { if case .scale = $0 { true } else { false } }
        let bug = UndoBug("leaves the source without replicas", .skips(.source, skip), tells: "")
        try await SmallEstate.withMigration(
            time: FastTime(factor: 10),
            isTargetInhabited: true,
            edit: { $0.timeouts = Timeouts(ready: .seconds(60), drain: .seconds(60)) },
            { migration in
                try await migration.begin(try await migration.plan())
                let crossed = try await migration.drive()
                #expect(crossed == .waiting(.crossed))
                let exit = try await rollBack(migration, with: bug)
                guard case .waiting(.undoFailed(let failures)) = exit else {
                    Issue.record("it ended as \(exit)")
                    return
                }
                #expect(!failures.isEmpty)
                #expect(failures.allSatisfy { $0.failure.kind == .gate }, "\(failures)")
                #expect(failures.allSatisfy { $0.failure.reason.contains("replicas ready") })
                // The balancer still sends nothing to where nothing is.
                #expect(migration.weights == ["home.example 0/100"])
            }
        )
    }

    /// Goes back with the bug: the run believes that all is well, and the comparison tells what is not.
    private func expectTold(
        _ bug: UndoBug,
        by migration: TwinMigration,
        from before: TwinMigration.Scene
    ) async throws {
        let exit = try await rollBack(migration, with: bug)
        #expect(exit == .closed(.asItWasBefore))
        let differences = try await migration.differencesAtRest(from: before)
        #expect(differences.contains { $0.contains(bug.difference) }, "\(differences)")
    }

    private func rollBack(_ migration: TwinMigration, with bug: UndoBug) async throws -> RunExit {
        try await migration.run.submit(.rollback)
        let pair = migration.twin.pair
        return try await migration.drive { bug.world($0, pair) }
    }
}
