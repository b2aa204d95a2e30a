import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Moves the pods of a StatefulSet one by one, the highest number first: each ends at the source before
    /// it starts at the target, so that no number ever runs at both sites.
    ///
    /// What leads to them follows as they go. A route gets a weight once the target has at least that share
    /// of the pods, and all of it before the last pod goes; names are turned when half of the pods are
    /// there. Both sites have pods that answer from the first number to the last.
    mutating func moveByOrdinals(_ group: CrossingGroup, after created: [StepID]) -> [StepID] {
        guard let workload = group.workloads.first(where: \.id.isStatefulSet) else {
            return created
        }
        let count = workload.record.replicas
        guard count > 0 else { return created }
        var last = created
        var weights = file.ramp.weights.filter { $0 < .all }
        for moved in 1..<max(count, 1) {
            last = moveOne(workload, group, number: moved, once: [], [], after: last)
            if moved == 1 { last = askFirst(workload, group, after: last) }
            while let weight = weights.first, weight.percent * count <= moved * 100 {
                last = move(group, to: weight, after: last)
                weights.removeFirst()
            }
            if moved == (count + 1) / 2 { last = turnNames(of: group, after: last) }
        }
        let moved = move(group, to: .all, after: last)
        let drained = drain(group, after: moved)
        last = leadEntryToNames(group, after: moved)
        last = refreshBridges(group, at: .source, "end", after: last)
        let unused = unused(group)
        return moveOne(workload, group, number: count, once: unused, drained, after: last)
    }

    /// What is asked of the target once its first pod is ready, before anybody depends on it.
    private mutating func askFirst(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after first: [StepID]
    ) -> [StepID] {
        let asked = askByLocalNames(workload, group, after: first[0])
        var proven = smoke(workload, group, after: asked)
        for daemons in group.workloads where daemons.id.isDaemonSet {
            proven.append(awaitDaemons(daemons, group, after: first))
        }
        let led = leadEntryToPods(group, after: proven)
        return ask(group, after: tryBridgesFromSource(group, after: led))
    }

    /// Ends the highest number that the source still has, and starts it at the target.
    private mutating func moveOne(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        number moved: Int,
        once unused: [Condition],
        _ drained: [StepID],
        after: [StepID]
    ) -> [StepID] {
        let ended = end(workload, group, number: moved, once: unused, drained, after: after)
        return [start(workload, group, number: moved, after: [ended])]
    }

    private mutating func end(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        number moved: Int,
        once unused: [Condition],
        _ drained: [StepID],
        after: [StepID]
    ) -> StepID {
        let (record, id) = (workload.record, workload.id)
        let left = OrdinalRange(start: record.ordinalStart, count: record.replicas - moved)
        let ordinal = left.numbers.upperBound
        let metrics = metrics(of: workload)
        return add(
            "\(workload.place)/end-\(ordinal)-at-source",
            .cross,
            group.lane,
            after: after + drained,
            .change(site: .source, change: .runOrdinals(workload: id, ordinals: left)),
            gatesBefore: asCopied(group) + metrics + unused,
            gates: [.ordinalGone(site: .source, workload: id, ordinal: ordinal)]
                + (left.count == 0 ? [.gone(site: .source, workload: id)] : []),
            gatesBack: [.ready(site: .source, workload: id, replicas: .asRequested)]
                + (left.count == 0 ? localEndpoints(workload, at: .source) : []) + [settled],
            timeout: timeToEmpty(workload) + timeHeld(by: metrics),
            accepts: accepted(drained),
            "End \(id.name)-\(ordinal) at the source, where \(left.count) of the "
                + "\(record.replicas) pods of \(id) are left",
            undo: "Start it there again, and wait until it is ready"
        )
    }

    /// The source is looked at once more right before, however long ago its pod has ended.
    private mutating func start(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        number moved: Int,
        after: [StepID]
    ) -> StepID {
        let (record, id) = (workload.record, workload.id)
        let ordinal = record.ordinalStart + record.replicas - moved
        return add(
            "\(workload.place)/start-\(ordinal)-at-target",
            .cross,
            group.lane,
            after: after,
            .change(
                site: .target,
                change: .runOrdinals(
                    workload: id,
                    ordinals: OrdinalRange(start: ordinal, count: moved)
                )
            ),
            gatesBefore: asCopied(group)
                + [.ordinalGone(site: .source, workload: id, ordinal: ordinal)],
            gates: [.ready(site: .target, workload: id, replicas: .asRequested)]
                + localEndpoints(workload, at: .target) + [settled],
            gatesBack: [.ordinalGone(site: .target, workload: id, ordinal: ordinal)],
            timeout: max(file.timeouts.ready, record.endMax),
            "Start \(id.name)-\(ordinal) at the target, where \(moved) of the "
                + "\(record.replicas) pods of \(id) run then",
            undo: "End it there, and wait until it is gone"
        )
    }
}

extension EstateSurvey {
    /// How a group crosses of which a StatefulSet is stated to cross by ordinals: as stated where that can
    /// be, else as a whole and never at both sites, with the reason.
    mutating func ordinalActivation(of group: CrossingGroup, _ set: CrossingWorkload) -> Activation
    {
        guard set.id.isStatefulSet else {
            notes.problem(
                "\(set.id)",
                "it is stated to cross by ordinals, and its pods have none",
                remedy: "state activation: shared or exclusive for it"
            )
            return .shared
        }
        if let other = group.workloads.first(where: { $0.id != set.id && !$0.id.isDaemonSet }) {
            notes.problem(
                "\(set.id)",
                "it crosses by ordinals, pod by pod, and \(other.id), with which it shares a route or "
                    + "a Service, cannot go with it",
                remedy:
                    "state the same activation for both (shared or exclusive), or give them routes "
                    + "of their own"
            )
            return .shared
        }
        guard let reason = reasonAgainstOrdinals(of: set) else {
            noteOrdinals(of: set)
            return .ordinals
        }
        guard !set.isIdle else { return .shared }
        notes.find(
            "\(set.id) crosses as a whole, and not by ordinals: \(reason). So from its last pod at the "
                + "source to its first ready one at the target it does not answer."
        )
        return .exclusive
    }

    private func reasonAgainstOrdinals(of set: CrossingWorkload) -> String? {
        switch set.record.replicas {
        case 0: return "it runs no pod"
        case 1: return "it has one pod only"
        default: break
        }
        if !set.autoscalers.isEmpty {
            return "an autoscaler says how many pods it has, and would say so at both sites"
        }
        guard target.site.numbersFromAnywhere else {
            return "the target (\(target.site.version)) numbers pods from 0 only, as every server "
                + "before 1.27 does"
        }
        return nil
    }

    private mutating func noteOrdinals(of set: CrossingWorkload) {
        let record = set.record
        let last = record.ordinalStart + record.replicas - 1
        notes.find(
            "\(set.id) crosses by ordinals: \(set.id.name)-\(last) first, \(set.id.name)-"
                + "\(record.ordinalStart) last, each ended at the source before it starts at the "
                + "target, so that it runs with one pod less meanwhile. Its members reach each other "
                + "by pod name at their own site only."
        )
    }
}

extension PlannedSite {
    /// Whether `spec.ordinals.start` counts there: beta and switched on since 1.27, for good since 1.31.
    ///
    /// Of a server that had it switched off since, the answer to the copy's creation tells.
    fileprivate var numbersFromAnywhere: Bool {
        guard let match = version.firstMatch(of: /^v?1\.([0-9]+)/), let minor = Int(match.1) else {
            return false
        }
        return minor >= 27
    }
}
