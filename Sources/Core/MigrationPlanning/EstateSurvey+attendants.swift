import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// What else gives a workload pods or takes them away, and how many of them have to stay.
    mutating func noteAttendants(_ record: WorkloadRecord) {
        for scaler in record.scaledObjects { noteScaler(scaler, of: record) }
        guard record.replicas > 0, !record.id.isCronJob, !record.id.isDaemonSet else { return }
        for budget in record.budgets { noteBudget(budget, of: record) }
    }

    /// KEDA starts again what was scaled away, so that it would run at both sites.
    private mutating func noteScaler(_ scaler: ScaledObjectRecord, of record: WorkloadRecord) {
        let name = "\(scaler.reference)"
        guard !scaler.isPaused || scaler.pausedReplicas != nil else {
            notes.find(
                "\(name) is paused and stays at the source. Once \(record.id) has crossed, copy it "
                    + "(`diolkos copy`), take its annotation off at the target, and leave it paused "
                    + "at the source."
            )
            return
        }
        let number = scaler.pausedReplicas.map {
            "autoscaling.keda.sh/paused-replicas has KEDA set it to \($0) pods"
        }
        notes.problem(
            "\(record.id)",
            "\(name) says how many pods it has: "
                + (number ?? "KEDA would start it again at the source after it was scaled to 0"),
            remedy: "pause it as long as the run goes on, with the annotation "
                + "autoscaling.keda.sh/paused: \"true\""
                + (number == nil ? "" : " in place of the other one") + ", or exclude the workload"
        )
    }

    private mutating func noteBudget(_ budget: BudgetRecord, of record: WorkloadRecord) {
        let selected = (crossing + staying).filter { $0.budgets.contains(budget) }
        let pods = selected.map(\.replicas).reduce(0, +)
        let needed = budget.needed(of: pods)
        guard needed > 0 else { return }
        let activation = file.rule(of: record.id)?.activation
        if activation == .ordinals, needed >= pods {
            notes.problem(
                "\(record.id)",
                "\(budget.reference) wants all \(pods) pods that it selects, and by ordinals one of "
                    + "them is missing at a time",
                remedy: "let the budget go without one pod, or state activation: shared"
            )
            return
        }
        // A budget for several is told once.
        guard selected.first?.id == record.id else { return }
        let meanwhile =
            activation == .exclusive
            ? "while it crosses there is none of them for a time"
            : "while it crosses, nodes cannot be drained at a site that has no more of them than that"
        notes.find(
            "\(budget.reference) wants \(needed) of the \(pods) pods that it selects. Each site counts "
                + "its own, and asks it about evictions, not about scaling: \(meanwhile)."
        )
    }
}
