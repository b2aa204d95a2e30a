import MigrationModel

/// Whether the target's nodes have room for what moves, wave by wave.
struct CapacityCheck: AssessmentCheck {
    let name = "capacity"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let plan = CapacityPlan(estate)
        guard plan.isRoomKnown else { return [] }
        guard !plan.nodes.isEmpty else {
            return finding(
                .blocker,
                plan.waves.isEmpty ? [] : [estate.target.name],
                "the target has no ready node that takes any pod: nothing that moves would run",
                remedy: "Add nodes before anything moves."
            )
        }
        return waves(plan) + largest(plan)
    }

    private func waves(_ plan: CapacityPlan) -> [Finding] {
        guard let full = plan.waves.first(where: { !$0.exceeded.isEmpty }) else { return [] }
        let before = plan.waves.prefix { $0.exceeded.isEmpty }.last.map {
            "up to and with \($0.name) everything fits; "
        }
        return finding(
            .blocker,
            full.workloads,
            "\(before ?? "")with \(full.name) all that has moved asks for \(full.cumulative.words); the "
                + "target's \(plan.nodes.count) open nodes have \(plan.allocatable.words), of which "
                + "\(plan.taken.words) are taken: not enough \(full.exceeded.joined(separator: ", "))",
            remedy:
                "Add nodes before this wave, lower the requests in the copy, or scale down in between."
        )
    }

    private func largest(_ plan: CapacityPlan) -> [Finding] {
        let tooLarge = plan.workloads.filter { workload in
            guard let wanted = workload.pods?.requests else { return false }
            return !plan.nodes.contains { wanted.exceeding($0.allocatable).isEmpty }
        }
        return finding(
            .blocker,
            tooLarge,
            "one pod of theirs asks for more than any open node of the target has",
            remedy:
                "Add larger nodes (or nodes with the devices), or lower the requests in the copy."
        )
    }
}
