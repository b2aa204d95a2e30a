import JournalSupport
import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation
import Testing

/// The order and the content of the script, in words that name the step only.
@Suite struct BreakGlassTests {
    private struct Site: PlainSite {
        let site: SiteRole
        var functions: [String] { ["# functions"] }

        func undo(_ change: SiteChange, to before: BeforeImage, run: RunID) -> [String] {
            switch change {
            case .scale(let workload, _):
                ["scale \(site.rawValue) \(workload.name) \(before.replicas ?? -1)"]
            case .create(let objects): objects.map { "delete \($0.reference.name)" }
            default: ["undo \(change)"]
            }
        }

        func wait(for condition: Condition, replicas: Int?) -> [String] {
            guard case .ready(_, let workload, _) = condition else { return [] }
            return ["wait \(site.rawValue) \(workload.name)"]
        }

        func endRun(_ run: RunID, of plan: Plan) -> [String] { ["end \(site.rawValue)"] }

        func removeTraces(changed: [ObjectReference]) -> [String] {
            ["release \(site.rawValue)"]
        }
    }

    private struct Balancer: PlainBalancer {
        var functions: [String] { [] }

        func restore(_ requested: RequestedWeight, on route: RouteID) -> [String] {
            ["weight \(route) \(requested.native)"]
        }
    }

    private func script(_ records: [JournalRecord]) throws -> [String] {
        let words = PlainCommands(
            source: Site(site: .source),
            target: Site(site: .target),
            balancer: Balancer()
        )
        return BreakGlass(try RunState(records: records), words: words).script
            .split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") && $0 != "set -eu" }
    }

    @Test func `traffic goes back before anything else, and only to a source with pods`() throws {
        let history = History(Estate(workloads: 2, weights: [50, 100]))
        history.person.whenCrossed = nil
        _ = try history.live()
        #expect(
            try script(history.journal.records) == [
                "echo 'The run is over at both sites: no driver goes on with it.'",
                "end source", "end target",
                "echo 'Traffic: what the source needs before it can serve.'",
                "scale source w1 3", "scale source w0 3", "wait source w1", "wait source w0",
                "echo 'Traffic: all routes back, as they were before the run.'",
                "weight w0 w=0", "weight w1 w=0",
                "echo 'Everything else that crossed goes back.'",
                "scale target w1 0", "scale target w0 0", "delete w1", "delete w0",
                "echo 'What was prepared goes away.'", "delete shop",
                "echo 'Marks of the run that others have copied go.'",
                "release source", "release target",
                "echo 'Everything is as it was before. The journal knows nothing of this: put it aside "
                    + "before you plan anew.'",
            ]
        )
    }

    @Test func `at every record the script undoes all that may have happened, and nothing else`()
        throws
    {
        let history = History(Estate(workloads: 2, weights: [50, 100]))
        history.person.whenCrossed = .rollback
        _ = try history.live()
        let records = history.journal.records
        var lengths: Set<Int> = []
        for count in 1...records.count {
            let state = try RunState(records: Array(records.prefix(count)))
            let lines = try script(Array(records.prefix(count)))
            lengths.insert(lines.count)
            let happened = state.stepsThatMayHaveHappened
            guard !happened.isEmpty, state.outcome == nil else {
                #expect(lines.count == 1)
                continue
            }
            let undos = lines.filter {
                ["scale", "weight", "delete"].contains($0.split(separator: " ").first ?? "")
            }
            let routes = Set(
                happened.compactMap { step -> RouteID? in
                    if case .setWeight(let route, _) = step.operation { route } else { nil }
                }
            )
            let others = happened.filter {
                if case .setWeight = $0.operation { false } else { true }
            }
            #expect(undos.count == others.count + routes.count, "record \(count): \(lines)")
        }
        #expect(lengths.count > 5)
    }

    @Test func `once the finish has begun there is nothing to give back`() throws {
        let history = History(Estate(workloads: 1))
        _ = try history.live()
        let records = history.journal.records
        let ordered = try #require(records.firstIndex { $0.entry == .command(.finish) })
        #expect(
            try script(Array(records.prefix(ordered + 1))) == [
                "echo 'The finish has begun: the target serves everything, and there is no way back.'"
            ]
        )
    }

    /// Writes down which steps it could undo, each time it is asked to.
    private final class Keeper: BreakGlassKeeping, @unchecked Sendable {
        // Safety: touched by the one thread that drains the simulation.
        var steps: Set<StepID> = []

        func keep(_ state: RunState) throws(JournalError) {
            steps = Set(state.stepsThatMayHaveHappened.map(\.id))
        }
    }

    @Test func `no step is made before the script knows of it`() throws {
        let history = History(Estate(workloads: 2))
        let keeper = Keeper()
        history.breakGlass = keeper
        var unknown: [StepID] = []
        history.world.beforeEffect = { step in
            if !keeper.steps.contains(step) { unknown.append(step) }
        }
        #expect(try history.live() == .closed(.migrated))
        #expect(unknown == [])
        #expect(!keeper.steps.isEmpty)
    }
}

@Suite struct ShellWordTests {
    @Test func `a word stays one word, whatever is in it`() {
        #expect(ShellWord.quoted("shop/orders-1.2") == "shop/orders-1.2")
        #expect(ShellWord.quoted("") == "''")
        #expect(ShellWord.quoted("$(rm -rf ~)") == "'$(rm -rf ~)'")
        #expect(ShellWord.quoted("it's") == "'it'\\''s'")
        #expect(ShellWord.command(["echo", "a b", "~"]) == "echo 'a b' '~'")
    }
}
