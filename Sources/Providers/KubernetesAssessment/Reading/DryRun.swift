import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel

/// Lets the target's server say of every object that would be copied whether it would take it.
///
/// The server admits, validates and forgets (`dryRun=All`): nothing is written. Objects are read page by
/// page, so that memory holds a few pages, whatever the size of the source.
package struct DryRun: Sendable {
    /// Requests under way at once; the client's own limit may lower it.
    private static let width = 16
    /// Where objects are tried whose own namespace is not there yet.
    private static let stand = "default"

    private let rule: CopyRule
    private let source: any ObjectSource
    private let target: KubernetesClient

    package init(_ rule: CopyRule, from source: any ObjectSource, to target: KubernetesClient) {
        self.rule = rule
        self.source = source
        self.target = target
    }

    /// One object that was tried.
    private struct Attempt: Sendable {
        let key: CopyKey
        let kind: ResourceKind
        let object: JSON
        let isElsewhere: Bool
    }

    /// What the server said, with whom it said it of.
    private struct Verdicts {
        var refused: [String: [String]] = [:]
        /// Webhooks that cannot be asked without effect.
        var untried: [String: [String]] = [:]
        var elsewhere: Set<String> = []

        mutating func add(_ outcomes: [(attempt: Attempt, refusal: Refusal?)]) {
            for (attempt, refusal) in outcomes {
                if attempt.isElsewhere, let own = attempt.key.namespace { elsewhere.insert(own) }
                switch refusal {
                case nil, .failed: break
                case .refused(let why): refused[why, default: []].append("\(attempt.key)")
                case .untried(let why): untried[why, default: []].append("\(attempt.key)")
                }
            }
        }
    }

    /// - Throws: `KubernetesError` when a site does not answer, `CopyProblem` when the rule cannot be
    ///   followed.
    package func findings() async throws -> [Finding] {
        let choices = try CopyMaking.choices(
            rule,
            source: try await source.discover(),
            target: try await target.refreshDiscovery()
        )
        let present = try await namespaces()
        var verdicts = Verdicts()
        for choice in choices {
            guard let kind = choice.target else { continue }
            let places: [String?] =
                choice.source.isNamespaced && !rule.selection.namespaces.isEmpty
                ? rule.selection.namespaces.map { $0 } : [nil]
            for place in places {
                try await run(choice.source, as: kind, in: place, present, &verdicts)
            }
        }
        return findings(verdicts)
    }

    private func namespaces() async throws -> Set<String> {
        let kind = try await target.resource(group: "", kind: "Namespace")
        return Set(try await target.list(kind).items.compactMap(\.name))
    }

    private func run(
        _ source: ResourceKind,
        as kind: ResourceKind,
        in namespace: String?,
        _ present: Set<String>,
        _ verdicts: inout Verdicts
    ) async throws(KubernetesError) {
        do {
            try await self.source.read(source, namespace: namespace) {
                (page: ObjectPage) async throws(KubernetesError) in
                verdicts.add(try await trial(of: page, kind, present))
            }
        } catch {
            // What may not be read is a finding of the reading itself.
            guard error.isUnlistable else {
                throw error
            }
        }
    }

    private func trial(
        of page: ObjectPage,
        _ kind: ResourceKind,
        _ present: Set<String>
    ) async throws(KubernetesError) -> [(attempt: Attempt, refusal: Refusal?)] {
        let owners = OwnerChain(page.items)
        let attempts = page.items.compactMap { attempt($0, kind, owners, present) }
        let refusals = await BoundedWork.results(of: attempts, width: DryRun.width) {
            await refusal(of: $0)
        }
        for case .failed(let error) in refusals { throw error }
        return zip(attempts, refusals).map { ($0, $1) }
    }

    private func attempt(
        _ object: JSON,
        _ kind: ResourceKind,
        _ owners: OwnerChain,
        _ present: Set<String>
    ) -> Attempt? {
        guard let key = CopyKey(object), owners.reason(object) == nil,
            object.deletionTimestamp == nil, isMeant(key)
        else { return nil }
        var wanted = ObjectHygiene.portable(
            object,
            options: ObjectHygiene.Options(keepsLastApplied: false)
        )
        wanted.apiVersion = kind.apiVersion
        let isElsewhere = key.namespace.map { !present.contains($0) } ?? false
        if isElsewhere {
            // A pod needs its account beside it, and so can only be tried where it belongs.
            if key.kind == "Pod" { return nil }
            wanted.namespace = DryRun.stand
        }
        return Attempt(key: key, kind: kind, object: wanted, isElsewhere: isElsewhere)
    }

    private func isMeant(_ key: CopyKey) -> Bool {
        let namespaces = rule.selection.namespaces
        if let place = key.namespace {
            return namespaces.isEmpty
                ? !AssessedEstate.systemNamespaces.contains(place) : namespaces.contains(place)
        }
        return namespaces.isEmpty || key.kind == "Namespace" && namespaces.contains(key.name)
    }

    private enum Refusal: Sendable {
        case refused(String)
        case untried(String)
        case failed(KubernetesError)
    }

    /// Nil when the server would take the object, or has one of its name already.
    private func refusal(of attempt: Attempt) async -> Refusal? {
        do {
            _ = try await target.create(
                attempt.kind,
                attempt.object,
                options: WriteOptions(isDryRun: true, fieldManager: CopyMarks.manager)
            )
            return nil
        } catch {
            guard let status = error.status, status.code < 500, status.code != 429,
                status.code != 401
            else { return .failed(error) }
            // A server may see a taken node port before it sees that the very object is there.
            if await isThere(attempt) || error.isAlreadyExists { return nil }
            let words = ServerWords.words(of: status, about: attempt.key)
            // Without the name, one reason is told once.
            let told =
                "\(attempt.key.kind): "
                + words.replacing("\"\(attempt.key.name)\"", with: "NAME")
            return ServerWords.isUntried(words) ? .untried(told) : .refused(told)
        }
    }

    /// Whether the target has an object of its name already; what cannot be told counts as no.
    private func isThere(_ attempt: Attempt) async -> Bool {
        do {
            let key = attempt.key
            return try await target.find(attempt.kind, namespace: key.namespace, name: key.name)
                != nil
        } catch { return false }
    }

    private func findings(_ verdicts: Verdicts) -> [Finding] {
        let refused = verdicts.refused.map { why, objects in
            Finding(
                check: "dry-run-refused",
                severity: .blocker,
                objects: objects,
                reason: "the target's server would not take them: \(why)",
                remedy:
                    "Change the objects, or what of the target refuses them (policy, quota, webhook)."
            )
        }
        let untried = verdicts.untried.map { why, objects in
            Finding(
                check: "dry-run-untried",
                severity: .decide,
                objects: objects,
                reason: "a webhook of the target cannot be asked without effect: \(why)",
                remedy: "Look at its rules yourself, or ask its makers for sideEffects: None."
            )
        }
        let elsewhere =
            verdicts.elsewhere.isEmpty
            ? []
            : [
                Finding(
                    check: "dry-run-elsewhere",
                    severity: .note,
                    objects: verdicts.elsewhere.map { "Namespace \($0)" },
                    reason: "they are not at the target yet, so their objects were tried in the "
                        + "namespace \(DryRun.stand): policies and quotas of their own were not asked",
                    remedy: "Make the namespaces with their labels, then assess again."
                )
            ]
        return (refused + untried + elsewhere).sorted()
    }
}
