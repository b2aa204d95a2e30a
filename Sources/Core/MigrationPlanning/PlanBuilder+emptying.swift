import MigrationFile
import MigrationModel

/// The end of a crossing: the source is let go.
extension PlanBuilder {
    /// What must be seen before the source is let go, at the moment at which it is.
    ///
    /// The balancer tells it of a group that has routes. Of another one there is only that its names
    /// lead away from it, and that whoever follows them had time to.
    func unused(_ group: CrossingGroup) -> [Condition] {
        let names: [Condition] = group.names.compactMap { name in
            bridged(name, at: .source).isEmpty
                ? nil : .bridgedOnly(site: .source, service: name.name)
        }
        guard group.routes.isEmpty else {
            return names
                + group.routes.map { route in
                    var limits = limits(of: route)
                    // Whether anything runs on is known by then, and was seen to.
                    if file.residual != .goBack { limits.residualPatienceMilliseconds = 0 }
                    return .share(route: route.id, weight: .exactly(weight: .all), limits: limits)
                }
        }
        return names.isEmpty ? [] : names + [settled]
    }

    /// How long the source may take to let a pod go, or to have it back.
    func timeToEmpty(_ workload: CrossingWorkload) -> Duration {
        max(file.timeouts.drain, file.timeouts.ready, workload.record.endMax)
    }

    /// Scales the source to zero; nil when it has no replicas anyway.
    mutating func emptySource(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        once unused: [Condition],
        _ drained: [StepID],
        after: [StepID]
    ) -> [StepID]? {
        guard !workload.isIdle, !workload.id.isDaemonSet else { return nil }
        let metrics = metrics(of: workload)
        return [
            add(
                "\(workload.place)/source-to-zero",
                .cross,
                group.lane,
                after: after + drained,
                .change(
                    site: .source,
                    change: .scale(workload: workload.id, replicas: .exactly(count: 0))
                ),
                gatesBefore: asCopied(group) + metrics + unused,
                gates: [.gone(site: .source, workload: workload.id)],
                gatesBack: [.ready(site: .source, workload: workload.id, replicas: .asRequested)]
                    + localEndpoints(workload, at: .source) + [settled],
                timeout: timeToEmpty(workload) + timeHeld(by: metrics),
                accepts: accepted(drained),
                "Scale \(workload.id) at the source from \(workload.record.replicas) to 0",
                undo: "Give it its recorded replicas back and wait until they are ready"
            )
        ]
    }
}
