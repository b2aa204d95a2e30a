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
    let owners: OwnerChain
    /// Whether a transform that changes nothing is an error; not while a source is followed, where
    /// what it is for may go.
    var refusesUnmatched = true

    init(_ rule: CopyRule, choices: [KindChoice], source: SiteObjects, target: SiteObjects) {
        self.rule = rule
        self.choices = choices
        self.source = source
        self.target = target
        owners = OwnerChain(Array(source.objects.values))
    }

    func make() throws(CopyProblem) -> CopyPlan {
        var plan = CopyPlan(name: rule.name, items: [], leftOut: [], findings: [])
        let transformer = try CopyTransformer(rule.transforms, source: source)
        var log = TransformLog()
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
            let kind = choice.target ?? choice.source
            let wanted = try wanted(object, key, as: kind, transformer, &log)
            add(wanted, key, as: kind, at: transformer.target(of: key), to: &plan)
        }
        if refusesUnmatched { try refuseUnmatched(transformer, log, without: selected.map(\.key)) }
        try refuseCollisions(plan)
        if case .upTo(let limit) = rule.pruning, source.unreadable.isEmpty {
            let originals = Set(source.objects.keys.map(transformer.target(of:)))
            CopyPruner(copy: rule.name, limit: limit, choices: choices)
                .prune(&plan, originals: originals, target: target)
        }
        for (kind, count) in missing {
            plan.findings.append(notServed(kind, count))
        }
        for what in source.unreadable { plan.findings.append(unreadable(what, at: "source")) }
        for what in target.unreadable { plan.findings.append(unreadable(what, at: "target")) }
        plan.findings += transformer.findings(of: log)
        if let finding = stackGaps(selected, transformer) { plan.findings.append(finding) }
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

    // MARK: - One object

    private func wanted(
        _ object: JSON,
        _ key: CopyKey,
        as kind: ResourceKind,
        _ transformer: CopyTransformer,
        _ log: inout TransformLog
    ) throws(CopyProblem) -> JSON {
        var wanted = ObjectHygiene.portable(
            object,
            options: ObjectHygiene.Options(keepsLastApplied: false)
        )
        CopyMarks.clean(&wanted)
        wanted.apiVersion = kind.apiVersion
        if !transformer.isEmpty {
            try transformer.apply(to: &wanted, of: key, log: &log)
            guard CopyKey(wanted) == transformer.target(of: key) else {
                throw CopyProblem("transforms.patches make another object of \(key)")
            }
        }
        if rule.workloads == .stopped { StoppedForm.apply(to: &wanted) }
        return wanted
    }

    private func add(
        _ wanted: JSON,
        _ source: CopyKey,
        as kind: ResourceKind,
        at key: CopyKey,
        to plan: inout CopyPlan
    ) {
        let (action, finding) = CopyDecision(
            copy: rule.name,
            key: key,
            wanted: wanted,
            present: target.objects[key],
            schema: SchemaCatalog.builtIn.schema(for: kind.groupVersionKind)
        ).make()
        if let finding { plan.findings.append(finding) }
        plan.items.append(
            CopyItem(source: source, key: key, kind: kind, wanted: wanted, action: action)
        )
    }

    // MARK: - Mistakes in the transforms

    /// What is left out of a stack or a foundation may be what a transform of the whole is for.
    private func refuseUnmatched(
        _ transformer: CopyTransformer,
        _ log: TransformLog,
        without selected: [CopyKey]
    ) throws(CopyProblem) {
        var log = log
        let isPart = rule.selection.stack != nil || rule.scope == .foundation
        if isPart, !transformer.unmatched(in: log).isEmpty {
            let selected = Set(selected)
            for (key, object) in source.objects where !selected.contains(key) {
                guard owners.reason(object) == nil else { continue }
                var object = object
                do {
                    try transformer.apply(to: &object, of: key, log: &log)
                } catch {
                    // It matched, and whether it applies is told by the copy that takes the object.
                    continue
                }
            }
        }
        let unmatched = transformer.unmatched(in: log)
        guard !unmatched.isEmpty else { return }
        let list = unmatched.map { "transforms.\($0)" }.joined(separator: ", ")
        throw CopyProblem(
            "\(list): nothing that is copied is changed by it; correct it, or leave it out"
        )
    }

    private func refuseCollisions(_ plan: CopyPlan) throws(CopyProblem) {
        var sources: [CopyKey: CopyKey] = [:]
        for item in plan.items {
            guard let source = item.source,
                let other = sources.updateValue(source, forKey: item.key)
            else { continue }
            throw CopyProblem(
                "\(other) and \(source) would both become \(item.key) at the target; give "
                    + "their namespaces different names in transforms.namespaces"
            )
        }
    }

    func choice(of key: CopyKey) -> KindChoice? {
        choices.first { $0.source.group == key.group && $0.source.kind == key.kind }
    }
}
