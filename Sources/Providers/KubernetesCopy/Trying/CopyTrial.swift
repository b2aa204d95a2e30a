import JSONValues
import KubernetesAPI
import KubernetesObjects
import Synchronization

/// What the target's server says of one change that a copy would make.
package struct TrialVerdict: Sendable, Hashable {
    /// The server's answer, or why there is none.
    package enum Outcome: Sendable, Hashable {
        /// The server would do it.
        case accepted
        /// With the server's words.
        case refused(String)
        /// With what is missing for an answer.
        case notAsked(String)
    }

    /// What came of asking.
    package let outcome: Outcome
    /// What the server remarked, sorted.
    package var warnings: [String] = []
    /// Where the server's admission would make something else of it, as paths.
    package var alterations: [String] = []
    /// Whether it was tried in the stand-in, as its own namespace is not there yet: the policies and
    /// quotas of its own were not asked.
    package var isElsewhere = false
}

/// Puts every change of a plan to the target's server, which admits, validates and forgets it
/// (`dryRun=All`): nothing is written.
///
/// What needs something that the plan itself would make first cannot be asked about.
package struct CopyTrial: Sendable {
    /// How many questions may be under way; the client's own limit may lower it.
    private static let width = 64

    private let plan: CopyPlan
    private let target: KubernetesClient
    private let absences: TrialAbsences
    private let standIn: String?
    private let report: @Sendable () -> Void

    /// `report` hears of each answer, from many tasks at once.
    ///
    /// `standIn` is the namespace in which objects are tried whose own is not there yet; without it
    /// they are not asked about.
    package init(
        _ plan: CopyPlan,
        target: KubernetesClient,
        standIn: String? = nil,
        report: @escaping @Sendable () -> Void = {}
    ) {
        self.plan = plan
        self.target = target
        self.standIn = standIn
        self.report = report
        absences = TrialAbsences(plan)
    }

    /// A verdict for each change of the plan.
    ///
    /// - Throws: `KubernetesError` when the server does not answer.
    package func perform() async throws(KubernetesError) -> [CopyKey: TrialVerdict] {
        let items = plan.items.filter(\.action.isWrite)
        let answers = await BoundedWork.results(of: items, width: CopyTrial.width) { item in
            let answer = await verdict(on: item)
            report()
            return answer
        }
        var verdicts: [CopyKey: TrialVerdict] = [:]
        for (item, answer) in zip(items, answers) { verdicts[item.key] = try answer.get() }
        return verdicts
    }

    private func verdict(on item: CopyItem) async -> Result<TrialVerdict, KubernetesError> {
        if let missing = absences.reason(notToAsk: item, hasStandIn: standIn != nil) {
            return .success(TrialVerdict(outcome: .notAsked(missing)))
        }
        return await answer(on: item).map { verdict in
            var verdict = verdict
            verdict.isElsewhere = absences.lacksNamespace(item)
            return verdict
        }
    }

    private func answer(on item: CopyItem) async -> Result<TrialVerdict, KubernetesError> {
        let warnings = Mutex<Set<String>>([])
        let client = target.remarking { warning in
            warnings.withLock { _ = $0.insert(warning.text) }
        }
        do {
            let alterations = try await ask(item, client)
            return .success(
                TrialVerdict(
                    outcome: .accepted,
                    warnings: warnings.withLock { $0.sorted() },
                    alterations: alterations
                )
            )
        } catch {
            return judge(error, of: item)
        }
    }

    /// Answers where the server would make something else of the object.
    private func ask(
        _ item: CopyItem,
        _ client: KubernetesClient
    ) async throws(KubernetesError) -> [String] {
        let options = WriteOptions(isDryRun: true, fieldManager: CopyMarks.manager)
        let sent: JSON
        let answer: JSON
        switch item.action {
        case .create:
            var object = tied(CopyMarks.stamped(item.wanted, wanted: item.wanted, copy: plan.name))
            if absences.lacksNamespace(item) { object.namespace = standIn }
            sent = object
            answer = try await client.create(item.kind, sent, options: options)
        case .update(_, let merged, _):
            sent = tied(CopyMarks.stamped(merged, wanted: item.wanted, copy: plan.name))
            answer = try await client.replace(item.kind, sent, options: options)
        case .remove(let uid):
            _ = try await client.delete(
                item.kind,
                namespace: item.key.namespace,
                name: item.key.name,
                options: DeleteOptions(uid: uid, propagation: .background, isDryRun: true)
            )
            return []
        case .unchanged, .refused: return []
        }
        let differences = CopyDecision.differences(sent, answer, item.schema)
        return differences.map(\.description)
    }

    /// Without owners that have no uid yet.
    private func tied(_ object: JSON) -> JSON {
        var object = object
        object.ownerReferences = object.ownerReferences.filter { $0["uid"] != "" }
        return object
    }

    /// Refusals are verdicts; a server that does not answer is none.
    private func judge(
        _ error: KubernetesError,
        of item: CopyItem
    ) -> Result<TrialVerdict, KubernetesError> {
        guard let status = error.status, ![401, 429, 503, 504].contains(status.code) else {
            return .failure(error)
        }
        let words = ServerWords.words(of: status, about: item.key)
        // A name that is taken in the stand-in is free where the object belongs.
        let isTakenElsewhere = error.isAlreadyExists && absences.lacksNamespace(item)
        if isTakenElsewhere || item.isRemoval && error.isNotFound {
            return .success(TrialVerdict(outcome: .accepted))
        }
        if ServerWords.isUntried(words) || error.isNotFound {
            return .success(TrialVerdict(outcome: .notAsked(words)))
        }
        return .success(TrialVerdict(outcome: .refused(words)))
    }
}
