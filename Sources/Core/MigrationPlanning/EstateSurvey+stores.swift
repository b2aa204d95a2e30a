import MigrationFile
import MigrationModel

/// What becomes of stores.
extension EstateSurvey {
    /// The store that this group keeps; nil where it keeps none.
    mutating func store(of group: CrossingGroup) -> StoreRule? {
        guard let keeper = group.workloads.first(where: { file.store(of: $0.id) != nil }),
            let rule = file.store(of: keeper.id)
        else { return nil }
        if let reason = obstacle(to: rule, keeper, group) {
            notes.problem("\(keeper.id)", reason.text, remedy: reason.remedy)
        }
        notes.find(
            "The writer of \(rule.store.name) changes sides at once: from the moment at which "
                + "\(keeper.id) refuses writes at the source until its names lead to the target, "
                + "writes fail and have to be tried again. The source's copy follows the target's "
                + "until the finish."
        )
        if rule.store.behindMax == 0 {
            notes.find(
                "\(rule.store.name) is switched only once its copy is not behind at all, for no behindMax "
                    + "is written: where writes come all the time it may never be. Write what the copy "
                    + "gets in a second or two."
            )
        }
        return rule
    }

    private func obstacle(
        to rule: StoreRule,
        _ keeper: CrossingWorkload,
        _ group: CrossingGroup
    ) -> (text: String, remedy: String)? {
        let name = rule.store.name
        if keeper.id.isCronJob || keeper.id.isDaemonSet {
            return (
                "it is a \(keeper.id.kind), which keeps no store with one writer",
                "name the Deployment or StatefulSet that keeps \(name)"
            )
        }
        if let other = group.workloads.first(where: { $0.id != keeper.id }) {
            return (
                "it keeps the store \(name), and shares a route or a Service with \(other.id)",
                "give it a Service of its own: its names turn when its writer changes sides"
            )
        }
        if keeper.isIdle {
            return (
                "it keeps the store \(name), and has no pod that could tell anything of it",
                "scale it up, or leave the store out of spec.stores"
            )
        }
        if let activation = file.rule(of: keeper.id)?.activation {
            return (
                "it keeps the store \(name), and is stated to be \(activation.rawValue)",
                "leave activation out: its copies run at both sites, and one accepts writes"
            )
        }
        return nil
    }

    /// Stores that nobody would switch.
    mutating func noteUnknownStores() {
        let known = Set(crossing.map(\.id))
        for rule in file.stores where !known.contains(rule.store.workload) {
            notes.problem(
                "store \(rule.store.name)",
                "\(rule.store.workload) does not cross",
                remedy: "name the workload that keeps it, or leave it out of spec.stores"
            )
        }
    }
}
