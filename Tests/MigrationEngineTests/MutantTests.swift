import MigrationEngine
import MigrationModel
import Testing

/// Worlds that break a promise, to see that the histories would tell: tests of the tests.
@Suite struct MutantTests {
    private func problems(
        of bug: FakeWorld.Bug,
        whenCrossed command: RunCommand,
        crashes: Bool
    ) throws -> Set<String> {
        var found: Set<String> = []
        let clean = History(Estate(workloads: 1))
        clean.person.whenCrossed = command
        _ = try clean.live()
        for crash in crashes ? Array(1...clean.script.opportunities) : [0] {
            // The person asks at the moment of the death: without that, the next driver would make
            // the step again and hide what its undo would have missed.
            let history = History(
                Estate(workloads: 1),
                crashes: [crash],
                commands: crashes ? [crash: command] : [:]
            )
            history.person.whenCrossed = command
            history.world.bug = bug
            let exit = try history.live()
            if let problem = history.problem(exit) { found.insert(problem) }
        }
        return found
    }

    @Test func `an undo that sets a constant is found`() throws {
        let found = try problems(of: .undoSetsConstant, whenCrossed: .rollback, crashes: false)
        #expect(found == ["rolled back, and not as before"])
    }

    @Test func `an undo that does nothing after its driver died is found`() throws {
        let found = try problems(of: .undoNeedsDone, whenCrossed: .rollback, crashes: true)
        #expect(!found.isEmpty)
    }

    @Test func `an effect that comes before its intent is found`() throws {
        let found = try problems(of: .effectAtSurvey, whenCrossed: .finish, crashes: false)
        #expect(found == ["namespaces was made without an intent"])
    }

    @Test func `a weight that is moved to nobody is found`() throws {
        let found = try problems(of: .scaleDoesNothing, whenCrossed: .finish, crashes: false)
        #expect(found.contains { $0.contains("has no pod") } || found.contains("it came to no end"))
    }
}
