import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Makes what a copy's plan says, step by step, many objects at once within a step.
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
    private let patience: CopyPatience
    private let report: @Sendable (CopyEvent) -> Void

    /// `report` is told what happens while it happens, from many tasks at once.
    package init(
        _ plan: CopyPlan,
        target: KubernetesClient,
        time: any TimeSource,
        patience: CopyPatience = .command,
        report: @escaping @Sendable (CopyEvent) -> Void = { _ in }
    ) {
        self.plan = plan
        self.target = target
        self.time = time
        self.patience = patience
        self.report = report
    }

    /// Settles every object that the plan writes; ends behind the step in which one failed, as what
    /// comes later may need it.
    package func perform() async -> CopySummary {
        var summary = CopySummary()
        await settleSteps(&summary)
        summary.failures.sort { $0.key < $1.key }
        summary.waiting.sort { $0.key < $1.key }
        return summary
    }

    private func settleSteps(_ summary: inout CopySummary) async {
        summary.unchanged = plan.items.count {
            if case .unchanged = $0.action { true } else { false }
        }
        let writes = plan.items.filter { $0.action.isWrite && !$0.isRemoval }
        var uids: [CopyKey: String] = [:]
        var isServed = false
        for step in Set(writes.map(\.step)).sorted() {
            if step.wave > .definitions, !isServed {
                await waitForKinds(&summary)
                isServed = true
            }
            if !summary.failures.isEmpty { return }
            let items = writes.filter { $0.step == step }
            await settle(items, &summary, &uids)
            if !summary.failures.isEmpty { return }
        }
        if !isServed { await waitForKinds(&summary) }
        for wave in CopyWave.allCases.reversed() {
            let removals = plan.items.filter { $0.wave == wave && $0.isRemoval }
            await settle(removals, &summary, &uids)
            if !summary.failures.isEmpty { return }
        }
    }

    // MARK: - Readiness

    /// What the definitions of the plan define is served before anything else is made.
    private func waitForKinds(_ summary: inout CopySummary) async {
        let definitions = plan.items.filter { $0.wave == .definitions && $0.action.isWrite }
        let defined = definitions.filter { !$0.isRemoval }.flatMap { item in
            CopyRun.kinds(definedBy: item.wanted)
        }
        // One that an earlier copy made may not be served yet.
        let used = plan.items.filter { $0.wave == .custom && $0.action.isWrite && !$0.isRemoval }
        let kinds = Set(defined + used.map(\.kind)).sorted()
        guard !definitions.isEmpty || !used.isEmpty else { return }
        for (kind, reason) in await readiness.waitForKinds(kinds) {
            let key = CopyKey(
                group: "apiextensions.k8s.io",
                kind: "CustomResourceDefinition",
                namespace: nil,
                name: kind.groupResource
            )
            fail(key, "\(kind.groupVersionKind.version): \(reason)", &summary)
        }
    }

    static func kinds(definedBy definition: JSON) -> [ResourceKind] {
        (definition.at("spec", "versions")?.array ?? []).compactMap { version in
            guard version["served"]?.bool == true, let name = version["name"]?.string else {
                return nil
            }
            return ResourceKind(
                group: definition.at("spec", "group")?.string ?? "",
                version: name,
                kind: definition.at("spec", "names", "kind")?.string ?? "",
                plural: definition.at("spec", "names", "plural")?.string ?? "",
                isNamespaced: definition.at("spec", "scope") == "Namespaced"
            )
        }
    }

    private func fail(_ key: CopyKey, _ reason: String, _ summary: inout CopySummary) {
        tell(CopyOutcome(key: key, result: .failed(reason)), &summary)
    }

    private func tell(_ outcome: CopyOutcome, _ summary: inout CopySummary) {
        report(.settled(outcome))
        summary.add(outcome)
    }

    private var readiness: TargetReadiness {
        TargetReadiness(client: target, time: time, patience: patience) { report(.waits(for: $0)) }
    }

    // MARK: - Writing

    private func settle(
        _ items: [CopyItem],
        _ summary: inout CopySummary,
        _ uids: inout [CopyKey: String]
    ) async {
        let silent = await readiness.waitForEndpoints(
            items.reduce(into: []) { $0.formUnion($1.needs) }
        )
        var writable: [CopyItem] = []
        let waiting = Set(summary.waiting.map(\.key))
        for item in items {
            if let service = item.needs.intersection(silent).min() {
                let reason =
                    "no pod answers for Service \(service), which it needs. Start it"
                    + (patience.goesOn ? "" : ", copy again")
                tell(CopyOutcome(key: item.key, result: patience.unfinished(reason)), &summary)
            } else if let other = plan.items.first(where: {
                waiting.contains($0.key) && item.comesBehind($0)
            }) {
                let reason = "it comes behind \(other.key), which waits"
                tell(CopyOutcome(key: item.key, result: .waiting(reason)), &summary)
            } else {
                writable.append(item)
            }
        }
        let known = uids
        let results = await BoundedWork.results(of: writable, width: CopyRun.width) { item in
            let writing = ItemWriting(
                item: item,
                copy: plan.name,
                uids: known,
                target: target,
                time: time,
                patience: patience
            )
            let (outcome, uid) = await writing.perform()
            report(.settled(outcome))
            return (outcome, uid)
        }
        for (outcome, uid) in results {
            summary.add(outcome)
            if let uid { uids[outcome.key] = uid }
        }
    }
}

/// What a copy tells while it is made.
package enum CopyEvent: Sendable {
    /// An object is done with, or given up.
    case settled(CopyOutcome)
    /// Nothing is written until this holds, in words that follow "waits for"; nil when it holds.
    case waits(for: String?)
}

/// What became of one object.
package struct CopyOutcome: Sendable {
    /// How it ended.
    package enum Result: Sendable, Hashable {
        case created
        case updated
        case removed
        case unchanged
        /// Not yet: a later round of the same following comes to it.
        case waiting(String)
        case failed(String)
    }

    /// As the target has it.
    package let key: CopyKey
    /// How it ended, with the reason where it did not come to stand.
    package let result: Result
}

/// What became of all of them.
package struct CopySummary: Sendable {
    /// How many objects were made.
    package var created = 0
    /// How many were brought up to date.
    package var updated = 0
    /// How many went.
    package var removed = 0
    /// How many were as they were wanted: seen by the plan, or made meanwhile by a call whose answer was
    /// lost.
    package var unchanged = 0
    /// Why objects could not be written, sorted by key.
    package var failures: [(key: CopyKey, reason: String)] = []
    /// Of each object that was tried, in the order in which the steps ended.
    package private(set) var outcomes: [CopyOutcome] = []
    /// What objects wait for, sorted by key; only of a round of a following.
    package var waiting: [(key: CopyKey, reason: String)] = []

    /// Nothing was done yet.
    package init() {}

    mutating func add(_ outcome: CopyOutcome) {
        outcomes.append(outcome)
        switch outcome.result {
        case .created: created += 1
        case .updated: updated += 1
        case .removed: removed += 1
        case .unchanged: unchanged += 1
        case .waiting(let reason): waiting.append((outcome.key, reason))
        case .failed(let reason): failures.append((outcome.key, reason))
        }
    }
}

extension CopyItem {
    /// Whether it has to wait while another one waits: its owner, or a webhook that is asked about
    /// it, as far as groups tell.
    fileprivate func comesBehind(_ other: CopyItem) -> Bool {
        if isRemoval { return false }
        if owners.contains(other.key) { return true }
        let rules = (other.wanted["webhooks"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }
        let groups = rules.flatMap { $0["apiGroups"]?.array ?? [] }.compactMap(\.string)
        return groups.contains("*") || groups.contains(key.group)
    }
}
