import MigrationModel

extension CrossingOrder {
    /// Why each group has its place, and what leads across the link once it has crossed.
    func notes(_ room: RoomPlan) -> [OrderNote] {
        var crossed: Set<WorkloadID> = []
        var pods = 0
        return groups.map { group in
            let reason = CrossingOrder.reason(of: group, crossed)
            crossed.insert(group.lead)
            pods += group.workloads.map(\.record.replicas).reduce(0, +)
            return OrderNote(
                lead: group.lead,
                wave: group.wave,
                reason: reason,
                callsAcross: callsAcross(crossed),
                podsAtTarget: pods,
                requests: room[group.lead]?.requests,
                exceeded: room[group.lead]?.exceeded
            )
        }
    }

    private func callsAcross(_ crossed: Set<WorkloadID>) -> Int {
        groups.map { group in
            group.calls.count { crossed.contains($0) != crossed.contains(group.lead) }
        }.reduce(0, +)
    }

    /// What was stated comes first, then what is called and what is not.
    private static func reason(of group: CrossingGroup, _ crossed: Set<WorkloadID>) -> String {
        var reasons: [String] = []
        if group.wave > 1 { reasons.append("it is stated to be of wave \(group.wave)") }
        if !group.after.isEmpty {
            reasons.append("it is stated to come after \(list(group.after))")
        }
        let missing = group.calls.filter { !crossed.contains($0) }
        if group.calls.isEmpty {
            reasons.append("it calls nothing that crosses")
        } else if missing.isEmpty {
            reasons.append("all that it calls has crossed before: \(list(group.calls))")
        } else {
            reasons.append(
                "it calls \(list(missing)), which come later: so many fewer than of any other that "
                    + "could begin here, or they call each other"
            )
        }
        if !group.routes.isEmpty { reasons.append("users reach it, so it goes last of those") }
        return reasons.joined(separator: "; ")
    }

    private static func list(_ workloads: [WorkloadID]) -> String {
        let shown = workloads.sorted().prefix(4).map { "\($0.namespace)/\($0.name)" }
        let rest = workloads.count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
