import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Makes what a copy's plan says, wave by wave, many objects at once within a wave.
///
/// Nothing is overwritten that the plan did not see: what was absent is created by POST, what was
/// present is replaced only if it is still the version that was seen. Repeated after a crash, the
/// plan made anew finds what is there and goes on.
package struct CopyRun: Sendable {
    /// How many writes may be under way; the client's own limit may lower it.
    private static let width = 64

    private let plan: CopyPlan
    private let target: KubernetesClient
    private let time: any TimeSource
    private let report: @Sendable (CopyOutcome) -> Void

    /// `report` is told of each object when it is settled, from many tasks at once.
    package init(
        _ plan: CopyPlan,
        target: KubernetesClient,
        time: any TimeSource,
        report: @escaping @Sendable (CopyOutcome) -> Void = { _ in }
    ) {
        self.plan = plan
        self.target = target
        self.time = time
        self.report = report
    }

    /// Settles every object that the plan writes; ends behind the wave in which one failed, as what
    /// comes later may need it.
    package func perform() async -> CopySummary {
        var summary = CopySummary()
        summary.unchanged = plan.items.count {
            if case .unchanged = $0.action { true } else { false }
        }
        for wave in CopyWave.allCases {
            let items = plan.items.filter { $0.wave == wave && $0.action.isWrite && !$0.isRemoval }
            await settle(items, &summary)
            if !summary.failures.isEmpty { return summary }
        }
        for wave in CopyWave.allCases.reversed() {
            await settle(plan.items.filter { $0.wave == wave && $0.isRemoval }, &summary)
            if !summary.failures.isEmpty { return summary }
        }
        return summary
    }

    private func settle(_ items: [CopyItem], _ summary: inout CopySummary) async {
        let outcomes = await BoundedWork.results(of: items, width: CopyRun.width) { item in
            let outcome = await settle(item)
            report(outcome)
            return outcome
        }
        for outcome in outcomes { summary.add(outcome) }
    }

    private func settle(_ item: CopyItem) async -> CopyOutcome {
        do {
            switch item.action {
            case .create:
                return CopyOutcome(key: item.key, result: try await create(item))
            case .update(_, let merged, _):
                _ = try await target.replace(
                    item.kind,
                    CopyMarks.stamped(merged, wanted: item.wanted, copy: plan.name),
                    options: WriteOptions(fieldManager: CopyMarks.manager)
                )
                return CopyOutcome(key: item.key, result: .updated)
            case .remove(let uid):
                let reason = await ObjectRemoval(client: target, time: time)
                    .remove(item.key, item.kind, uid: uid)
                return CopyOutcome(
                    key: item.key,
                    result: reason.map(CopyOutcome.Result.failed) ?? .removed
                )
            case .unchanged, .refused: return CopyOutcome(key: item.key, result: .unchanged)
            }
        } catch {
            return CopyOutcome(key: item.key, result: .failed("\(error)"))
        }
    }

    private func create(_ item: CopyItem) async throws(KubernetesError) -> CopyOutcome.Result {
        let object = CopyMarks.stamped(item.wanted, wanted: item.wanted, copy: plan.name)
        do {
            _ = try await target.create(
                item.kind,
                object,
                options: WriteOptions(fieldManager: CopyMarks.manager)
            )
            return .created
        } catch  where error.isAlreadyExists {
            // From an attempt whose answer was lost, or a stranger's.
            let found = try await target.get(
                item.kind,
                namespace: item.key.namespace,
                name: item.key.name
            )
            let isOurs =
                CopyMarks.isMade(found, by: plan.name)
                && found.annotations[CopyMarks.content] == CopyMarks.content(of: item.wanted)
            if isOurs { return .created }
            return .failed(
                "somebody made it since the plan was made; it was not touched. Plan again"
            )
        }
    }
}

/// What became of one object.
package struct CopyOutcome: Sendable {
    package enum Result: Sendable, Hashable {
        case created
        case updated
        case removed
        case unchanged
        case failed(String)
    }

    package let key: CopyKey
    package let result: Result
}

/// What became of all of them.
package struct CopySummary: Sendable {
    package var created = 0
    package var updated = 0
    package var removed = 0
    package var unchanged = 0
    /// Why objects could not be written, sorted by key.
    package var failures: [(key: CopyKey, reason: String)] = []

    package init() {}

    mutating func add(_ outcome: CopyOutcome) {
        switch outcome.result {
        case .created: created += 1
        case .updated: updated += 1
        case .removed: removed += 1
        case .unchanged: unchanged += 1
        case .failed(let reason): failures.append((outcome.key, reason))
        }
    }
}
