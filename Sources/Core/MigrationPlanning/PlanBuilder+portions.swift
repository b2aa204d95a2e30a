import MigrationFile
import MigrationModel

extension CrossingGroup {
    /// Whether it works by itself at both sites: then its pods cross one by one, so that the work is shared
    /// all the while and never done by more pods than one too many.
    ///
    /// What an autoscaler counts is not ours to count.
    var movesPodByPod: Bool {
        names.isEmpty && routes.isEmpty
            && workloads.allSatisfy { workload in
                workload.id.kind == WorkloadID.kindUsual && workload.autoscalers.isEmpty
            }
    }
}

extension PlanBuilder {
    /// In so many portions at most: a workload of a hundred pods crosses by tens.
    private static let portionsMax = 10

    /// Whether something is to be tried at the target before the source gives up any pod.
    func isSmoked(_ group: CrossingGroup) -> Bool {
        file.probes.contains { probe in
            group.workloads.contains { probe.subject == .workload($0.id) }
        }
    }

    /// Moves the pods of a workload that nobody calls, portion by portion: first there is one more at the
    /// target, then one less at the source.
    mutating func moveByPortions(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after created: [StepID]
    ) -> [StepID] {
        let count = workload.record.replicas
        let portions = min(count, PlanBuilder.portionsMax)
        guard portions > 0 else { return created }
        var last = created
        for portion in 1...portions {
            let moved = count * portion / portions
            last = [raise(workload, group, to: moved, of: count, after: last)]
            last = [lower(workload, group, to: count - moved, of: count, after: last)]
        }
        return last
    }

    private mutating func raise(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        to moved: Int,
        of count: Int,
        after: [StepID]
    ) -> StepID {
        let change = SiteChange.scale(workload: workload.id, replicas: .portion(count: moved))
        return add(
            "\(workload.place)/target-\(moved)",
            .cross,
            group.lane,
            after: after,
            .change(site: .target, change: change),
            gatesBefore: asCopied(group),
            gates: [.ready(site: .target, workload: workload.id, replicas: .asRequested)],
            gatesBack: moved == count / min(count, PlanBuilder.portionsMax)
                ? [.gone(site: .target, workload: workload.id)] : [],
            timeout: max(file.timeouts.ready, workload.record.endMax),
            "Run \(moved) of the \(count) pods of \(workload.id) at the target",
            undo: "Run there as many as before"
        )
    }

    /// What waits to be worked on is looked at each time before, where the file names a gate for it.
    private mutating func lower(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        to left: Int,
        of count: Int,
        after: [StepID]
    ) -> StepID {
        let change = SiteChange.scale(workload: workload.id, replicas: .portion(count: left))
        let metrics = metrics(of: workload)
        return add(
            "\(workload.place)/source-\(left)",
            .cross,
            group.lane,
            after: after,
            .change(site: .source, change: change),
            gatesBefore: asCopied(group) + metrics,
            gates: left == 0 ? [.gone(site: .source, workload: workload.id)] : [],
            gatesBack: [.ready(site: .source, workload: workload.id, replicas: .asRequested)],
            timeout: timeToEmpty(workload) + timeHeld(by: metrics),
            "Run \(left) of the \(count) pods of \(workload.id) at the source",
            undo: "Run there as many as before, and wait until they are ready"
        )
    }
}
