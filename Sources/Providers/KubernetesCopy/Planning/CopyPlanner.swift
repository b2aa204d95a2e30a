import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Makes the plan of a copy out of what was read of both sites: pure.
struct CopyPlanner {
    let rule: CopyRule
    let choices: [KindChoice]
    let source: SiteObjects
    let target: SiteObjects
    let owners: OwnerChain
    let ties: OwnerTies
    /// Whether a transform that changes nothing is an error; not while a source is followed, where
    /// what it is for may go.
    var refusesUnmatched = true
    private let details: DetailRules

    init(_ rule: CopyRule, choices: [KindChoice], source: SiteObjects, target: SiteObjects) {
        self.rule = rule
        self.choices = choices
        self.source = source
        self.target = target
        owners = OwnerChain(Array(source.objects.values))
        ties = OwnerTies(source, owners: owners)
        details = DetailRules(rule, source: source, target: target)
    }

    func make() throws(CopyProblem) -> CopyPlan {
        var plan = CopyPlan(name: rule.name, items: [], leftOut: [], findings: [])
        let transformer = try CopyTransformer(rule.transforms, source: source)
        var log = TransformLog()
        let selected = try selectedObjects(&plan).filter { !stays($0.key, $0.object, &plan) }
        let links = OwnerLinks(selected, ties: ties, target: target, as: transformer.target) {
            choice(of: $0).map { $0.target ?? $0.source }
        }
        let schemas = CustomSchemas(of: kinds(of: selected), at: [source, target])
        let definitions = Set(selected.compactMap(\.object.definedGroupKind))
        let bridged = target.bridgedServices
        var missing: [String: Int] = [:]
        for (key, object) in selected {
            guard let choice = choice(of: key) else { continue }
            guard choice.target != nil || definitions.contains(key.kindName) else {
                missing[choice.source.groupResource, default: 0] += 1
                plan.leftOut.append(.init(key: key, reason: "the target does not serve its kind"))
                continue
            }
            let kind = choice.target ?? choice.source
            let place = transformer.target(of: key)
            let present = target.objects[place]
            if present.map(CopyMarks.isMoving) == true || bridged.contains(place) {
                plan.leftOut.append(
                    .init(key: key, reason: "a migration works on it at the target")
                )
                continue
            }
            let wanted = try wanted(object, key, as: kind, present, transformer, &log, &plan)
            add(wanted, object, key, as: kind, links, transformer, schemas, to: &plan)
        }
        if refusesUnmatched { try refuseUnmatched(transformer, log, without: selected.map(\.key)) }
        try refuseCollisions(plan)
        if rule.pruning != .none, source.unreadable.isEmpty {
            let originals = Set(source.objects.keys.map(transformer.target(of:)))
            CopyPruner(copy: rule.name, pruning: rule.pruning, choices: choices)
                .prune(&plan, originals: originals, target: target)
        }
        for (kind, count) in missing {
            plan.findings.append(notServed(kind, count))
        }
        plan.findings += UnreadableFindings.all(of: source, at: "source")
        plan.findings += UnreadableFindings.all(of: target, at: "target")
        plan.findings += transformer.findings(of: log)
        if let finding = stackGaps(selected, transformer) { plan.findings.append(finding) }
        plan.items.sort { ($0.step, $0.key) < ($1.step, $1.key) }
        plan.leftOut.sort { $0.key < $1.key }
        plan.findings = Finding.merged(plan.findings).sorted()
        return plan
    }

    /// As the target serves them.
    private func kinds(
        of selected: [(key: CopyKey, object: JSON)]
    ) -> Set<GroupVersionKind> {
        let used = Set(selected.map(\.key.kindName))
        let kinds = choices.map { ($0.target ?? $0.source).groupVersionKind }
        return Set(kinds.filter { used.contains($0.groupKind) })
    }

    /// Whether a rule keeps an object at the source, which the plan then tells.
    private func stays(_ key: CopyKey, _ object: JSON, _ plan: inout CopyPlan) -> Bool {
        guard let staying = details.staying(object, key) else { return false }
        plan.leftOut.append(.init(key: key, reason: staying.reason))
        if let finding = staying.finding { plan.findings.append(finding) }
        return true
    }

    // MARK: - One object

    private func wanted(
        _ object: JSON,
        _ key: CopyKey,
        as kind: ResourceKind,
        _ present: JSON?,
        _ transformer: CopyTransformer,
        _ log: inout TransformLog,
        _ plan: inout CopyPlan
    ) throws(CopyProblem) -> JSON {
        var wanted = ObjectHygiene.portable(
            object,
            options: ObjectHygiene.Options(keepsLastApplied: false)
        )
        CopyMarks.clean(&wanted)
        // A patch has the last word.
        plan.findings += details.shape(&wanted, of: object, key, present: present)
        wanted.apiVersion = kind.apiVersion
        if !transformer.isEmpty {
            try transformer.apply(to: &wanted, of: key, log: &log)
            guard CopyKey(wanted) == transformer.target(of: key) else {
                throw CopyProblem("transforms.patches make another object of \(key)")
            }
        }
        guard rule.workloads == .stopped else { return wanted }
        let running = wanted
        StoppedForm.apply(to: &wanted, present: present)
        if wanted != running, let finding = StoppedForm.finding(of: wanted, key) {
            plan.findings.append(finding)
        }
        return wanted
    }

    private func add(
        _ text: JSON,
        _ original: JSON,
        _ source: CopyKey,
        as kind: ResourceKind,
        _ links: OwnerLinks,
        _ transformer: CopyTransformer,
        _ schemas: CustomSchemas,
        to plan: inout CopyPlan
    ) {
        let key = transformer.target(of: source)
        let schema = schemas.schema(for: kind)
        var wanted = text
        wanted.ownerReferences = links[source].map(\.reference)
        let present = target.objects[key]
        var (action, finding) = CopyDecision(
            copy: rule.name,
            key: key,
            wanted: wanted,
            present: present,
            schema: schema
        ).make()
        if let finding { plan.findings.append(finding) }
        let lastRun = LastRun(of: original, present: present, copy: rule.name)
        let first = FirstReplicas(
            details.start(wanted, of: original, source),
            present: present,
            copy: rule.name
        )
        if case .unchanged = action, let present, let change = lastRun?.change ?? first.change {
            action = .update(present: present, merged: present, changes: [change])
        }
        if case .unchanged = action { wanted = .null }
        plan.items.append(
            CopyItem(
                source: source,
                key: key,
                kind: kind,
                wanted: wanted,
                action: action,
                owners: links[source].map { transformer.target(of: $0.owner) },
                step: links.step(of: source),
                needs: details.needs(original),
                start: first.count,
                lastRun: lastRun?.time,
                schema: schema
            )
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
