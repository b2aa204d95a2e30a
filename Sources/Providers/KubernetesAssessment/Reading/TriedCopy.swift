import KubernetesAPI
import KubernetesCopy
import MigrationModel

/// Plans the copy that would be made, and lets the target's server say of every change whether it would
/// take it (`dryRun=All`): nothing is written.
package struct TriedCopy: Sendable {
    /// Where objects are tried whose own namespace is not there yet.
    private static let standIn = "default"

    private let rule: CopyRule
    private let source: any ObjectSource
    private let target: ClusterSource
    private let isPart: Bool

    /// `isPart` says that less is looked at than the rule was written for, so that a transform may find
    /// nothing to change.
    package init(
        _ rule: CopyRule,
        from source: any ObjectSource,
        to target: ClusterSource,
        isPart: Bool = false
    ) {
        self.rule = rule
        self.source = source
        self.target = target
        self.isPart = isPart
    }

    /// What would stop the copy before it begins, and what the server says of it; sorted.
    ///
    /// - Throws: `KubernetesError` when a site does not answer.
    package func findings() async throws -> [Finding] {
        let plan: CopyPlan
        do {
            plan = try await CopyMaking(
                rule,
                from: source,
                to: target,
                refusesUnmatched: !isPart
            ).make()
        } catch let problem as CopyProblem {
            return [unplanned(problem)]
        }
        let verdicts = try await CopyTrial(
            plan,
            target: target.client,
            standIn: TriedCopy.standIn
        ).perform()
        // What a copy has to decide or to note, the checks of an assessment say by themselves.
        let obstacles = plan.findings.filter { $0.severity == .blocker }
        return (obstacles + findings(on: verdicts)).sorted()
    }

    private func unplanned(_ problem: CopyProblem) -> Finding {
        Finding(
            check: "dry-run-unplanned",
            severity: .blocker,
            objects: [rule.name],
            reason: "no copy can be planned: \(problem)",
            remedy: "Correct what spec.copy of the migration file says."
        )
    }

    private func findings(on verdicts: [CopyKey: TrialVerdict]) -> [Finding] {
        var refused: [String: [String]] = [:]
        var untried: [String: [String]] = [:]
        var notAsked: [String: [String]] = [:]
        var elsewhere: Set<String> = []
        for (key, verdict) in verdicts {
            if verdict.isElsewhere, let namespace = key.namespace { elsewhere.insert(namespace) }
            switch verdict.outcome {
            case .accepted: break
            case .refused(let words): refused[told(words, of: key), default: []].append("\(key)")
            case .notAsked(let words) where ServerWords.isUntried(words):
                untried[told(words, of: key), default: []].append("\(key)")
            case .notAsked(let words):
                notAsked[told(words, of: key), default: []].append("\(key)")
            }
        }
        return refused.map(refusal) + untried.map(silence) + notAsked.map(absence)
            + (elsewhere.isEmpty ? [] : [replacement(of: elsewhere)])
    }

    /// Without the name, one reason is told once.
    private func told(_ words: String, of key: CopyKey) -> String {
        "\(key.kind): " + words.replacing("\"\(key.name)\"", with: "NAME")
    }

    private func refusal(_ words: String, of objects: [String]) -> Finding {
        Finding(
            check: "dry-run-refused",
            severity: .blocker,
            objects: objects,
            reason: "the target's server would not take them: \(words)",
            remedy:
                "Change the objects, or what of the target refuses them (policy, quota, webhook)."
        )
    }

    private func silence(_ words: String, of objects: [String]) -> Finding {
        Finding(
            check: "dry-run-untried",
            severity: .decide,
            objects: objects,
            reason: "a webhook of the target cannot be asked without effect: \(words)",
            remedy: "Look at its rules yourself, or ask its makers for sideEffects: None."
        )
    }

    private func absence(_ words: String, of objects: [String]) -> Finding {
        Finding(
            check: "dry-run-not-asked",
            severity: .note,
            objects: objects,
            reason: "the target's server cannot be asked about them yet: \(words)",
            remedy: "Copy what they need first, then assess again."
        )
    }

    private func replacement(of namespaces: Set<String>) -> Finding {
        Finding(
            check: "dry-run-elsewhere",
            severity: .note,
            objects: namespaces.map { "Namespace \($0)" },
            reason: "they are not at the target yet, so their objects were tried in the namespace "
                + "\(TriedCopy.standIn): policies and quotas of their own were not asked",
            remedy: "Make the namespaces with their labels, then assess again."
        )
    }
}
