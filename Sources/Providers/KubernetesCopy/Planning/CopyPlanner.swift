import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Makes the plan of a copy out of what was read of both sites: pure.
struct CopyPlanner {
    /// What every cluster has of its own; copied only when it is asked for by name.
    static let systemNamespaces: Set<String> = ["kube-system", "kube-public", "kube-node-lease"]

    let rule: CopyRule
    let choices: [KindChoice]
    let source: SiteObjects
    let target: SiteObjects
    private let owners: OwnerChain

    init(_ rule: CopyRule, choices: [KindChoice], source: SiteObjects, target: SiteObjects) {
        self.rule = rule
        self.choices = choices
        self.source = source
        self.target = target
        owners = OwnerChain(Array(source.objects.values))
    }

    func make() throws(CopyProblem) -> CopyPlan {
        var plan = CopyPlan(name: rule.name, items: [], leftOut: [], findings: [])
        let selected = try selectedObjects(&plan)
        let definitions = Set(selected.map(\.object).compactMap(CopyPlanner.definedKind))
        var missing: [String: Int] = [:]
        for (key, object) in selected {
            guard let choice = choice(of: key) else { continue }
            guard choice.target != nil || definitions.contains("\(key.group)/\(key.kind)") else {
                missing[choice.source.groupResource, default: 0] += 1
                plan.leftOut.append(.init(key: key, reason: "the target does not serve its kind"))
                continue
            }
            add(object, key, as: choice.target ?? choice.source, to: &plan)
        }
        plan.findings += addRemovals(to: &plan)
        for (kind, count) in missing {
            plan.findings.append(notServed(kind, count))
        }
        for what in source.unreadable { plan.findings.append(unreadable(what, at: "source")) }
        for what in target.unreadable { plan.findings.append(unreadable(what, at: "target")) }
        plan.items.sort { ($0.wave, $0.key) < ($1.wave, $1.key) }
        plan.leftOut.sort { $0.key < $1.key }
        plan.findings.sort()
        return plan
    }

    /// `group/Kind` of what a definition defines; nil for other objects.
    private static func definedKind(_ object: JSON) -> String? {
        guard object.kind == "CustomResourceDefinition",
            let group = object.at("spec", "group")?.string,
            let kind = object.at("spec", "names", "kind")?.string
        else { return nil }
        return "\(group)/\(kind)"
    }

    // MARK: - Selection

    /// What the rule means and is not left out, sorted by key.
    func selectedObjects(
        _ plan: inout CopyPlan
    ) throws(CopyProblem) -> [(key: CopyKey, object: JSON)] {
        let labels: LabelSelector
        do {
            labels = try LabelSelector(parsing: rule.selection.labels)
        } catch {
            throw CopyProblem("the label selector `\(rule.selection.labels)`: \(error)")
        }
        let names = Set(rule.selection.names)
        let namespaces = Set(rule.selection.namespaces)
        var selected: [(key: CopyKey, object: JSON)] = []
        var clusterWide: [(key: CopyKey, object: JSON)] = []
        for (key, object) in source.objects.sorted(by: { $0.key < $1.key }) {
            let place = key.namespace ?? (key.kind == "Namespace" ? key.name : nil)
            if let place, namespaces.isEmpty, CopyPlanner.systemNamespaces.contains(place) {
                continue
            }
            if key.namespace == nil, !namespaces.isEmpty {
                clusterWide.append((key, object))
                continue
            }
            guard labels.matches(object), names.isEmpty || names.contains(key.name) else {
                continue
            }
            if let reason = reasonToLeave(object) {
                plan.leftOut.append(.init(key: key, reason: reason))
            } else {
                selected.append((key, object))
            }
        }
        let needs = CopyNeeds(
            of: selected.map(\.object),
            in: rule.selection.namespaces,
            clusterWide: clusterWide.map(\.object)
        )
        for (key, object) in clusterWide where needs.include(object) {
            if let reason = reasonToLeave(object) {
                plan.leftOut.append(.init(key: key, reason: reason))
            } else {
                selected.append((key, object))
            }
        }
        return selected
    }

    private func reasonToLeave(_ object: JSON) -> String? {
        if let reason = owners.reason(object) { return reason }
        if CopyMarks.isMoving(object) { return "a migration has begun to move it" }
        if object.deletionTimestamp != nil { return "it is being deleted at the source" }
        return rule.workloads == .stopped ? StoppedForm.obstacle(object) : nil
    }

    // MARK: - One object

    private func add(_ object: JSON, _ key: CopyKey, as kind: ResourceKind, to plan: inout CopyPlan)
    {
        var wanted = ObjectHygiene.portable(
            object,
            options: ObjectHygiene.Options(keepsLastApplied: false)
        )
        CopyMarks.clean(&wanted)
        if rule.workloads == .stopped { StoppedForm.apply(to: &wanted) }
        wanted.apiVersion = kind.apiVersion
        let (action, finding) = CopyDecision(
            copy: rule.name,
            key: key,
            wanted: wanted,
            present: target.objects[key],
            schema: SchemaCatalog.builtIn.schema(for: kind.groupVersionKind)
        ).make()
        if let finding { plan.findings.append(finding) }
        plan.items.append(CopyItem(key: key, kind: kind, wanted: wanted, action: action))
    }

    // MARK: - What is gone

    /// What the copy made and the source no longer has; too many of them are a finding instead.
    private func addRemovals(to plan: inout CopyPlan) -> [Finding] {
        guard case .upTo(let limit) = rule.pruning, source.unreadable.isEmpty else { return [] }
        let made = target.objects.filter { CopyMarks.isWritten($0.value, by: rule.name) }
        let gone = made.filter { source.objects[$0.key] == nil && !holdsData($0.value) }
        guard gone.count <= max(limit, made.count / 100), !source.objects.isEmpty || gone.isEmpty
        else {
            return [
                Finding(
                    check: "many-gone",
                    severity: .blocker,
                    objects: Array(gone.keys.sorted().prefix(10).map(\.description)),
                    reason: "\(gone.count) of \(made.count) copied objects are gone at the source",
                    remedy:
                        "If they are meant to be gone, say so with --removals-max \(gone.count); "
                        + "if not, look at the source."
                )
            ]
        }
        for (key, object) in gone {
            guard let choice = choice(of: key), let kind = choice.target, let uid = object.uid
            else { continue }
            plan.items.append(
                CopyItem(key: key, kind: kind, wanted: object, action: .remove(uid: uid))
            )
        }
        return []
    }

    private func holdsData(_ object: JSON) -> Bool {
        object.kind == "PersistentVolumeClaim" && object.at("status", "phase") == "Bound"
    }

    private func choice(of key: CopyKey) -> KindChoice? {
        choices.first { $0.source.group == key.group && $0.source.kind == key.kind }
    }

    // MARK: - Findings

    private func notServed(_ kind: String, _ count: Int) -> Finding {
        Finding(
            check: "kind-not-served",
            severity: .blocker,
            objects: [kind],
            reason: "the target serves no version of \(kind) that the source serves; "
                + "\(count) objects of it cannot be copied",
            remedy: "Install what serves it at the target, or leave the kind out of the copy."
        )
    }

    private func unreadable(_ what: String, at site: String) -> Finding {
        Finding(
            check: "unreadable",
            severity: .blocker,
            objects: [what],
            reason: "it could not be read at the \(site), so what is there is not known",
            remedy: "Give the account the right to list it, or leave the kind out of the copy."
        )
    }
}
