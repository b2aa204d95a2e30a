import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// What a group begins behind: all that it comes after, and whoever has to say yes.
    mutating func approved(_ group: CrossingGroup, after earlier: [StepID]) -> [StepID] {
        var earlier = earlier
        if file.approvals.waves.contains(group.wave) {
            earlier.append(approvedWave(group.wave, after: earlier))
        }
        let named = group.workloads.map(\.id).filter(file.approvals.workloads.contains)
        guard !named.isEmpty else { return earlier }
        let names = named.map(\.description).joined(separator: ", ")
        return [
            addApproval(
                "\(group.workloads[0].place)/approval",
                group.lane,
                after: earlier,
                "Wait until somebody approves that \(names) crosses"
            )
        ]
    }

    /// One step for all groups of a wave, behind what the first of them comes after.
    private mutating func approvedWave(_ wave: Int, after earlier: [StepID]) -> StepID {
        if let known = waveApprovals[wave] { return known }
        let before = leadsOfWave.keys.filter { $0 < wave }.max()
        let leads = before.flatMap { leadsOfWave[$0] } ?? []
        let id = addApproval(
            "approvals/wave-\(wave)",
            .foundation,
            after: prepared + leads.sorted().flatMap { lastSteps[$0] ?? [] },
            "Wait until somebody approves wave \(wave)"
        )
        waveApprovals[wave] = id
        return id
    }

    /// What the last weight of a route begins behind.
    mutating func approvedFully(
        _ route: CrossingRoute,
        _ group: CrossingGroup,
        after earlier: [StepID]
    ) -> [StepID] {
        guard file.approvals.fullShare else { return earlier }
        return [
            addApproval(
                "routes/\(route.id)/approval",
                group.lane,
                after: earlier,
                "Wait until somebody approves that all of \(route.id) goes to the target"
            )
        ]
    }

    /// What everything that cannot be undone begins behind; nothing where nobody asks for it.
    mutating func approvedFinish() -> [StepID] {
        guard file.approvals.irreversible else { return [] }
        return [
            add(
                "finish/approval",
                .finish,
                .finish,
                after: [],
                .approval,
                timeout: file.timeouts.change,
                "Wait until somebody approves what cannot be undone",
                undo: "Nothing to undo"
            )
        ]
    }

    mutating func addApproval(
        _ id: String,
        _ lane: Lane,
        after: [StepID],
        _ summary: String
    ) -> StepID {
        add(
            id,
            .cross,
            lane,
            after: after,
            .approval,
            timeout: file.timeouts.change,
            summary,
            undo: "Nothing to undo; it has to be approved again"
        )
    }
}
