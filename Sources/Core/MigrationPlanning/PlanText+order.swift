import MigrationModel

extension PlanText {
    /// Why they begin in this order, and what it means for the link and the target.
    static func order(of plan: Plan) -> [String] {
        guard !plan.order.isEmpty else { return [] }
        var lines = [
            "", "Why in this order",
            "  What is called goes before what calls it, so that a request crosses the link once at most.",
        ]
        if plan.room == nil {
            lines.append(
                "  What the target's nodes have left is not known; see that there is room."
            )
        }
        let waves = Set(plan.order.map(\.wave)).sorted()
        var left = plan.room
        for wave in waves {
            let notes = plan.order.filter { $0.wave == wave }
            if waves.count > 1 { lines.append("  Wave \(wave)") }
            lines += room(for: notes, &left, isOnly: waves.count == 1)
            for note in notes {
                lines.append("  - \(note.lead): \(note.reason)")
                lines.append(
                    "    then \(note.callsAcross.counted("call")) of what crosses lead across the "
                        + "link, and \(note.podsAtTarget.counted("pod")) run at the target"
                )
                if let exceeded = note.exceeded, !exceeded.isEmpty, let requests = note.requests {
                    lines.append(
                        "    it asks for \(requests.words), and the target has too little "
                            + "\(exceeded.joined(separator: ", ")) left for it"
                    )
                }
            }
        }
        return lines
    }

    /// What a wave adds at the target, beside what its nodes have left for it.
    private static func room(
        for notes: [OrderNote],
        _ left: inout Requests?,
        isOnly: Bool
    ) -> [String] {
        guard let room = left else { return [] }
        let asked = notes.compactMap(\.requests).reduce(Requests(), +)
        let taken = notes.filter { ($0.exceeded ?? []).isEmpty }.compactMap(\.requests)
        left = room.without(taken.reduce(Requests(), +))
        let who = isOnly ? "All of them ask" : "It asks"
        return ["  \(who) for \(asked.words); the target's nodes have \(room.words) left"]
    }
}
