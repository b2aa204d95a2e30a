import MigrationModel
import MigrationPorts

/// A script that puts everything back as it was, without this program: a function of the journal.
///
/// The order is that of a rollback with traffic first, a layer at a time: what no edge lies between is
/// undone side by side, then what each undo must have seen is waited for. Edges between the lanes of
/// workloads are left out: they keep calls across the link few and find trouble early, and going back
/// nothing stands on them.
package struct BreakGlass: Sendable {
    private let state: RunState
    private let words: PlainCommands
    /// Every step that may have happened and can be undone, in plan order.
    private let steps: [Step]
    private let depths: [StepID: Int]

    package init(_ state: RunState, words: PlainCommands) {
        self.state = state
        self.words = words
        steps = state.stepsThatMayHaveHappened.filter { $0.phase != .finish }
        depths = BreakGlass.depths(state.index)
    }

    /// Whether the script of the one state says all that is to be said of the other.
    package static func isSame(_ earlier: RunState, _ later: RunState) -> Bool {
        earlier.isFinishing == later.isFinishing && earlier.outcome == later.outcome
            && earlier.plan.steps.allSatisfy {
                earlier.state(of: $0.id).before == later.state(of: $0.id).before
            }
    }

    /// The whole text, to be run by bash from top to bottom.
    package var script: String {
        var lines = heading
        if let reason = nothingToDo {
            lines += ["", "echo \(ShellWord.quoted(reason))"]
            return lines.joined(separator: "\n") + "\n"
        }
        var seen: Set<String> = []
        for text in words.source.functions + words.target.functions + words.balancer.functions
            + (words.stores?.functions ?? [])
        where seen.insert(text).inserted {
            lines += ["", text]
        }
        lines += title("The run is over at both sites: no driver goes on with it.")
        for site in SiteRole.allCases { lines += words[site].endRun(state.run, of: state.plan) }
        lines += trafficSection
        for phase in [Phase.cross, .prepare] {
            let title =
                phase == .cross
                ? "Everything else that crossed goes back." : "What was prepared goes away."
            let rest = steps.filter { $0.phase == phase && !isFirst($0) }
            lines += section(title, of: rest)
        }
        lines += traces
        return lines.joined(separator: "\n") + "\n"
    }

    private var heading: [String] {
        let plan = state.plan
        return """
            #!/usr/bin/env bash
            # Puts back what run \(state.run) has changed, without diolkos: plan \
            \(state.planDigest.prefix(12)), \(steps.count) \(steps.count == 1 ? "step" : "steps")
            # that may have happened, from \(plan.source.context) to \(plan.target.context).
            #
            # First make sure that no diolkos drives this run any more: one that is alive ends within ten
            # seconds of the first lines, and could undo what they do until then. Then run all of it,
            # `bash FILE`, or copy what you need; every line may be run again. It stops at the first
            # command that fails: see what is wrong, mend it, and begin anew. Traffic goes back first, so
            # if only the target is lost, what fails after that is cleaning up. Nothing here holds a
            # secret; what the run created is deleted by its mark, so that no content of an object is
            # needed.
            set -eu
            """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private var nothingToDo: String? {
        switch state.outcome {
        case .migrated:
            return "The run is over: everything is at the target, and nothing is given back."
        case .asItWasBefore: return "The run is over: everything is as it was before."
        case nil: break
        }
        if state.isFinishing {
            return "The finish has begun: the target serves everything, and there is no way back."
        }
        return steps.isEmpty ? "Nothing has been changed." : nil
    }
}

extension BreakGlass {
    private func isFirst(_ step: Step) -> Bool {
        let first = state.index.trafficFirst
        return first.weights.contains(step.id) || first.feeders.contains(step.id)
    }

    /// The pods and names that the source needs, and then every weight at once.
    private var trafficSection: [String] {
        let first = steps.filter(isFirst)
        guard !first.isEmpty else { return [] }
        var lines = section(
            "Traffic: what the source needs before it can serve.",
            of: first.filter { !$0.movesTraffic }
        )
        let moves = first.filter(\.movesTraffic)
        guard !moves.isEmpty else { return lines }
        lines += title("Traffic: all routes back, as they were before the run.")
        let origins = state.origins
        var seen: Set<RouteID> = []
        for step in moves {
            guard case .setWeight(let route, _) = step.operation, seen.insert(route).inserted,
                let weight = origins[route]?.weight
            else { continue }
            lines += ["# \(route): \(100 - weight.weight.percent) % to the source"]
            lines += words.balancer.restore(weight, on: route)
        }
        return lines + waits(of: moves)
    }

    /// Steps in layers, the last ones first.
    private func section(_ name: String, of steps: [Step]) -> [String] {
        guard !steps.isEmpty else { return [] }
        var lines = title(name)
        for layer in layers(steps) {
            for step in layer {
                guard let before = state.state(of: step.id).before else { continue }
                let commands = undo(step, to: before)
                guard !commands.isEmpty else { continue }
                lines += ["# \(step.id): \(step.undoSummary)"] + commands
            }
            lines += waits(of: layer)
        }
        return lines
    }

    private func title(_ text: String) -> [String] { ["", "echo \(ShellWord.quoted(text))"] }

    private func undo(_ step: Step, to before: BeforeImage) -> [String] {
        switch step.operation {
        case .change(let site, let change):
            return words[site].undo(change, to: before, run: state.run)
        case .setWeight(let route, _):
            guard let weight = before.weight else { return [] }
            return words.balancer.restore(weight, on: route)
        case .store(let site, let store, let change):
            guard let was = before.reading else { return [] }
            return words.stores?.undo(change, of: store, at: site, was: was) ?? []
        case .await, .approval: return []
        }
    }

    /// What the way back of these steps must have seen: each wait once, and time last.
    private func waits(of steps: [Step]) -> [String] {
        var lines: [String] = []
        var seen: Set<String> = []
        var settled = 0
        for step in steps {
            let replicas = state.state(of: step.id).before?.replicas
            for condition in step.gatesBack {
                if case .settled(let milliseconds) = condition {
                    settled = max(settled, milliseconds)
                }
                guard let site = condition.platformSite else { continue }
                lines += words[site].wait(for: condition, replicas: replicas)
                    .filter { seen.insert($0).inserted }
            }
        }
        return lines + (settled > 0 ? ["sleep \((settled + 999) / 1_000)"] : [])
    }

    /// The longest chain of edges that lead back to a step says in which layer it is undone.
    private func layers(_ steps: [Step]) -> [[Step]] {
        let layers = Dictionary(grouping: steps.reversed()) { depths[$0.id] ?? 0 }
        return layers.keys.sorted().compactMap { layers[$0] }
    }

    /// Of every step of the plan: a chain leads also through steps of other sections.
    private static func depths(_ index: PlanIndex) -> [StepID: Int] {
        var depths: [StepID: Int] = [:]
        for step in index.plan.steps.reversed() where step.phase != .finish {
            let deepest = (index.dependents[step.id] ?? [])
                .filter { index[$0]?.lane == step.lane || step.lane == .foundation }
                .compactMap { depths[$0] }.max()
            depths[step.id] = deepest.map { $0 + 1 } ?? 0
        }
        return depths
    }

    private var traces: [String] {
        var changed: [SiteRole: Set<ObjectReference>] = [:]
        for step in steps {
            guard case .change(let site, .scale(let workload, _)) = step.operation else { continue }
            changed[site, default: []].insert(workload.reference)
        }
        let marks = SiteRole.allCases.flatMap { site in
            words[site].removeTraces(changed: (changed[site] ?? []).sorted())
        }
        let end = title(
            "Everything is as it was before. The journal knows nothing of this: put it aside before "
                + "you plan anew."
        )
        guard !marks.isEmpty else { return end }
        return title("Marks of the run that others have copied go.") + marks + end.dropFirst()
    }
}

/// Keeps what it takes to put everything back without this program.
package protocol BreakGlassKeeping: Sendable {
    /// Returns once what this state may have changed can be put back; repeating it writes nothing.
    ///
    /// A driver calls it between the commit of its intents and their effects.
    func keep(_ state: RunState) throws(JournalError)
}
