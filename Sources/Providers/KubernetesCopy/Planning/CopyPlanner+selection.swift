import JSONValues
import KubernetesObjects
import MigrationModel

extension CopyPlanner {
    /// What the rule means and is not left out; what is left out is told in the plan.
    func selectedObjects(
        _ plan: inout CopyPlan
    ) throws(CopyProblem) -> [(key: CopyKey, object: JSON)] {
        let (meant, clusterWide) = try meantObjects()
        var remaining: [(key: CopyKey, object: JSON)] = []
        for (key, object) in meant {
            if let reason = reasonToLeave(key, object) {
                plan.leftOut.append(.init(key: key, reason: reason))
            } else {
                remaining.append((key, object))
            }
        }
        let places =
            rule.selection.stack == nil
            ? rule.selection.namespaces : remaining.compactMap(\.key.namespace)
        let needs = CopyNeeds(
            of: remaining.map(\.object),
            in: places,
            isPart: rule.selection.stack != nil,
            clusterWide: clusterWide.map(\.object)
        )
        for (key, object) in clusterWide where needs.include(object) {
            if let reason = reasonToLeave(key, object) {
                plan.leftOut.append(.init(key: key, reason: reason))
            } else {
                remaining.append((key, object))
            }
        }
        remaining = ties.keepingWithOwners(remaining) { key, reason in
            plan.leftOut.append(.init(key: key, reason: reason))
        }
        guard rule.scope == .foundation else { return remaining }
        for (key, _) in remaining where !FoundationScope.includes(key) {
            plan.leftOut.append(.init(key: key, reason: "only the foundation is copied"))
        }
        return remaining.filter { FoundationScope.includes($0.key) }
    }

    /// What the selection means, and the cluster-wide objects that may come along with it.
    private func meantObjects() throws(CopyProblem) -> (
        meant: [(key: CopyKey, object: JSON)], clusterWide: [(key: CopyKey, object: JSON)]
    ) {
        let selection = rule.selection
        let labels: LabelSelector
        do {
            labels = try LabelSelector(parsing: selection.labels)
        } catch {
            throw CopyProblem("the label selector `\(selection.labels)`: \(error)")
        }
        var stack: StackMembers?
        if let rule = selection.stack {
            stack = try StackMembers(rule, discovery: source.discovery)
        }
        let isPart = stack != nil || !selection.namespaces.isEmpty
        let names = Set(selection.names)
        var meant: [(key: CopyKey, object: JSON)] = []
        var clusterWide: [(key: CopyKey, object: JSON)] = []
        for (key, object) in source.objects.sorted(by: { $0.key < $1.key }) {
            let place = key.namespace ?? (key.kind == "Namespace" ? key.name : nil)
            if let place, selection.namespaces.isEmpty,
                ClusterMade.namespaces.contains(place)
            {
                continue
            }
            let isOfStack = stack?.include(key, object) ?? true
            if key.namespace == nil, isPart, stack == nil || !isOfStack {
                clusterWide.append((key, object))
                continue
            }
            if isOfStack, labels.matches(object), names.isEmpty || names.contains(key.name) {
                meant.append((key, object))
            }
        }
        if let name = selection.stack?.name, meant.isEmpty {
            throw CopyProblem(
                "nothing at the source belongs to the stack \(name): no object that was read bears "
                    + "the label \(CopyMarks.stack)=\(name), and no selector of it matches one"
            )
        }
        return (meant, clusterWide)
    }

    private func reasonToLeave(
        _ key: CopyKey,
        _ object: JSON
    ) -> String? {
        if object.labels[CopyMarks.rights] != nil { return "it is a right of Diolkos itself" }
        if let reason = ties.reason(object) {
            // Every cluster has a `default`, but not under the name that it gets.
            let isRenamed =
                key.kind == "Namespace" && rule.transforms.namespaces[key.name] != nil
            if !isRenamed { return reason }
        }
        if CopyMarks.isMoving(object) { return "a migration has begun to move it" }
        if object.deletionTimestamp != nil { return "it is being deleted at the source" }
        return rule.workloads == .stopped ? StoppedForm.obstacle(object) : nil
    }
}
