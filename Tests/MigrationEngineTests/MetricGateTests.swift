import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation
import Testing

/// A number that must be right for a while before a crossing goes on.
@Suite struct MetricGateTests {
    private let gate = MetricGate(
        name: "lag",
        url: "http://prometheus.example",
        query: "lag",
        max: 100,
        heldMilliseconds: 3_000
    )

    /// The last step waits for the number.
    private func history(timeout: Int = 20_000) -> History {
        var estate = Estate(workloads: 1, weights: [100])
        for index in estate.plan.steps.indices
        where estate.plan.steps[index].id.text == "w0/drain" {
            estate.plan.steps[index].gatesBefore = [.metric(gate: gate)]
            estate.plan.steps[index].timeoutMilliseconds = timeout
        }
        let history = History(estate)
        history.person.retries = 0
        return history
    }

    private func failure(_ exit: RunExit?) -> StepFailure? {
        guard case .waiting(.stopped(let failures)) = exit else { return nil }
        return failures.first?.failure
    }

    @Test func `a number that is right for as long as is wanted lets the step begin`() throws {
        let history = history()
        #expect(try history.live() == .closed(.migrated))
        #expect(history.simulation.now > .seconds(3))
    }

    @Test func `one that is wrong for as long is a breach, and what it was is in the journal`()
        throws
    {
        let history = history()
        history.world.measured = .broken(seen: "lag: 900, and at most 100 is wanted")
        let failure = try #require(failure(try history.live()))
        #expect(failure.kind == .gate)
        #expect(failure.reason == "lag: 900, and at most 100 is wanted, for 3.0 seconds")
        let isWritten = history.journal.records.contains {
            if case .failed(_, _, failure) = $0.entry { true } else { false }
        }
        #expect(isWritten)
        #expect(history.world.content.weights == history.initial.weights)
    }

    @Test func `one that is wrong for a moment is waited for`() throws {
        let history = history()
        history.world.measured = .broken(seen: "lag: 900, and at most 100 is wanted")
        history.world.at(.seconds(3)) { $0.measured = .holds }
        #expect(try history.live() == .closed(.migrated))
        #expect(history.simulation.now > .seconds(6))
    }

    @Test func `what gives no number never passes, and fails in its time`() throws {
        let history = history(timeout: 8_000)
        history.world.measured = .waiting(seen: "lag: the query gives nothing")
        let failure = try #require(failure(try history.live()))
        #expect(failure.reason == "lag: the query gives nothing, and 8 s have passed")
    }

    /// The only weight waits for a share that soaks for long, and for the number.
    private func ramp(soak: Int) -> History {
        var estate = Estate(workloads: 1, weights: [100])
        for index in estate.plan.steps.indices {
            guard case .setWeight = estate.plan.steps[index].operation,
                case .share(let route, let weight, var limits)? = estate.plan.steps[index].gates
                    .first
            else { continue }
            limits.soakMilliseconds = soak
            estate.plan.steps[index].gates = [
                .share(route: route, weight: weight, limits: limits), .metric(gate: gate),
            ]
            estate.plan.steps[index].timeoutMilliseconds = 120_000
        }
        let history = History(estate)
        history.person.retries = 0
        return history
    }

    @Test func `a number that gets wrong while a share soaks ends the soak at once`() throws {
        let history = ramp(soak: 60_000)
        history.world.at(.seconds(20)) { $0.measured = .broken(seen: "lag: 900") }
        let failure = try #require(failure(try history.live()))
        #expect(failure.reason == "lag: 900, for 3.0 seconds")
        #expect(history.simulation.now < .seconds(40))
        #expect(history.world.content.weights == history.initial.weights)
        let isWritten = history.journal.records.contains {
            if case .observed = $0.entry { true } else { false }
        }
        #expect(isWritten, "what was served by then is evidence too")
    }

    @Test func `a number that is right passes with the soak, and not before`() throws {
        let history = ramp(soak: 30_000)
        #expect(try history.live() == .closed(.migrated))
        #expect(history.simulation.now > .seconds(30))
        // It has held all the while, so nobody waits for it once more.
        #expect(history.simulation.now < .seconds(36))
    }
}
