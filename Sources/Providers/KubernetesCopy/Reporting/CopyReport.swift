import KubernetesObjects
import MigrationModel

/// What a copy would do, what the target's server says of it, and what became of it.
package struct CopyReport: Sendable {
    /// How it stands with all of it.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing was done, as nothing was to be done but to look.
        case planned
        /// Somebody has to act first; nothing was done.
        case blocked
        /// Everything stands at the target.
        case copied
        /// Something could not be written.
        case failed
    }

    /// What was to be done.
    package let plan: CopyPlan
    /// What the source and the target are called.
    package let source: String
    /// What the target is called.
    package let target: String
    /// What the target's server says of each change; nil when it was not asked.
    package let verdicts: [CopyKey: TrialVerdict]?
    /// What became of each object that was to be written; nil when nothing was done.
    package let outcomes: [CopyKey: CopyOutcome.Result]?
    /// What followed, in its order.
    package private(set) var hooks: [HookResult] = []

    /// What became of a hook.
    package struct HookResult: Sendable, Hashable {
        /// How it ended.
        package enum State: String, Sendable, Hashable {
            case succeeded
            case failed
            /// One before it failed.
            case notReached
        }

        /// As the migration file has it.
        package let name: String
        /// How it ended, or that it never began.
        package let state: State
        /// Why it failed.
        package let reason: String?
    }

    /// Takes `verdicts` of a trial or the `summary` of a run; with neither, only the plan was made.
    package init(
        of plan: CopyPlan,
        from source: String,
        to target: String,
        verdicts: [CopyKey: TrialVerdict]? = nil,
        summary: CopySummary? = nil
    ) {
        self.plan = plan
        self.source = source
        self.target = target
        self.verdicts = verdicts
        outcomes = summary.map { summary in
            Dictionary(summary.outcomes.map { ($0.key, $0.result) }) { _, last in last }
        }
    }

    /// Of a copy that was made whether anything failed, and otherwise whether somebody has to act
    /// first.
    package var state: State {
        if let outcomes {
            let hasFailed = outcomes.values.contains {
                if case .failed = $0 { true } else { false }
            }
            return hasFailed ? .failed : .copied
        }
        return plan.isBlocked || refusals > 0 ? .blocked : .planned
    }

    /// How many changes the target's server would not take.
    var refusals: Int {
        (verdicts ?? [:]).values.count { if case .refused = $0.outcome { true } else { false } }
    }

    /// What became of an object of the plan, or would.
    func fate(of item: CopyItem) -> CopyTally.Fate {
        if item.action.isWrite, let outcomes { return fate(outcomes[item.key]) }
        if case .refused = verdicts?[item.key]?.outcome { return .refused }
        return switch item.action {
        case .create: .created
        case .update: .changed
        case .unchanged: .unchanged
        case .remove: .removed
        case .refused: .refused
        }
    }

    private func fate(_ outcome: CopyOutcome.Result?) -> CopyTally.Fate {
        switch outcome {
        case .created: .created
        case .updated: .changed
        case .removed: .removed
        case .unchanged: .unchanged
        case .failed: .failed
        case .waiting: .notReached
        case nil: .notReached
        }
    }

    /// Runs hooks one after the other, and remembers how they ended.
    ///
    /// - Throws: what the first that fails throws; the ones behind it are not run.
    package mutating func follow(
        with hooks: [CopyHook],
        _ run: (CopyHook) async throws -> Void
    ) async throws {
        for (index, hook) in hooks.enumerated() {
            do {
                try await run(hook)
                self.hooks.append(HookResult(name: hook.name, state: .succeeded, reason: nil))
            } catch {
                self.hooks.append(
                    HookResult(name: hook.name, state: .failed, reason: "\(error)")
                )
                self.hooks += hooks[(index + 1)...].map {
                    HookResult(name: $0.name, state: .notReached, reason: nil)
                }
                throw error
            }
        }
    }

    /// How many objects of each kind became what, those that are left out not counted.
    package var tally: CopyTally {
        var tally = CopyTally()
        for item in plan.items { tally.add(fate(of: item), of: item.key) }
        return tally
    }
}
