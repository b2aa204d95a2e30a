import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Lets a CronJob be started by the target instead of the source, between two ticks.
    ///
    /// At no moment both sites start its Jobs, and each tick is begun at most once: whoever is resumed
    /// begins behind the last tick of the other one, on the way back as well.
    mutating func changeSides(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after created: [StepID]
    ) -> [StepID] {
        guard !workload.isIdle else { return created }
        let metrics = metrics(of: workload)
        let ended = Condition.gone(site: .source, workload: workload.id)
        let suspended = add(
            "\(workload.place)/suspend-at-source",
            .cross,
            group.lane,
            after: created,
            .change(site: .source, change: .suspend(workload: workload.id)),
            gatesBefore: asCopied(group) + metrics + [.betweenTicks(site: .source)],
            gates: [settled] + (group.activation == .exclusive ? [ended] : []),
            timeout: file.timeouts.drain + timeHeld(by: metrics),
            "Suspend \(workload.id) at the source between two ticks"
                + (group.activation == .exclusive ? ", and let its Jobs end" : ""),
            undo: "Resume it behind the last tick that the target has begun"
        )
        return [
            add(
                "\(workload.place)/resume-at-target",
                .cross,
                group.lane,
                after: [suspended],
                .change(site: .target, change: .resume(workload: workload.id)),
                gatesBefore: asCopied(group) + [.betweenTicks(site: .target)],
                // Nobody cuts off what has begun there, and the source is resumed between two ticks.
                gatesBack: [
                    settled, .gone(site: .target, workload: workload.id),
                    .betweenTicks(site: .source),
                ],
                timeout: file.timeouts.drain,
                "Resume \(workload.id) at the target behind the last tick that the source has begun",
                undo: "Suspend it again, and let its Jobs end"
            )
        ]
    }
}
