import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// The lane of one group, from its first object at the target to its last pod at the source.
    mutating func cross(_ group: CrossingGroup) {
        let earlier = approvedRoom(
            group,
            after: approved(group, after: prepared + predecessors(of: group))
        )
        if let store = group.store {
            note(switchStore(store, group, after: earlier), asLastOf: group)
            return
        }
        let frozen = refuseDeploys(group, after: earlier)
        // What changes sides between two ticks is led nowhere by name.
        let fresh = group.lead.isCronJob ? frozen : refreshed(group, after: frozen)
        let created = createAll(of: group, after: fresh)
        var last: [StepID]
        switch group.activation {
        case _ where group.workloads.contains(where: \.id.isCronJob):
            last = group.workloads.flatMap { changeSides($0, group, after: created) }
        case .shared where group.movesPodByPod && !isSmoked(group):
            last = group.workloads.flatMap { moveByPortions($0, group, after: created) }
        case .shared:
            let active = leadEntryToPods(group, after: activate(group, created))
            // A site that is switched whole calls itself, and not the source, when it is asked.
            let turned = group.isWholeSite ? turnNamesAtTarget(of: group, after: active) : active
            let proven = tryBridgesFromSource(group, after: turned)
            let moved = ramp(group, file.ramp.weights, after: proven)
            let ended =
                group.isWholeSite
                ? turnNamesAtSource(of: group, after: moved) : turnNames(of: group, after: moved)
            last = refreshBridges(
                group,
                at: .source,
                "end",
                after: leadEntryToNames(group, after: ended)
            )
            let (unused, drained) = (unused(group), drain(group, after: moved))
            last = group.workloads.map {
                emptySource($0, group, once: unused, drained, after: last) ?? last
            }.flatMap { $0 }
        case .ordinals: last = moveByOrdinals(group, after: created)
        case .exclusive:
            let empty = group.workloads.map {
                emptySource($0, group, once: [], [], after: created) ?? created
            }.flatMap { $0 }
            let proven = tryBridgesFromSource(
                group,
                after: leadEntryToPods(group, after: activate(group, empty))
            )
            let turned = turnNames(of: group, after: proven)
            last = ramp(group, [.all], after: leadEntryToNames(group, after: turned))
        }
        note(last, asLastOf: group)
    }

    private mutating func note(_ last: [StepID], asLastOf group: CrossingGroup) {
        lastSteps[group.lead] = Set(refreshForWayBack(group, after: last)).sorted()
        leadsOfWave[group.wave, default: []].append(group.lead)
    }

    /// Looks at the bridges of both sites before anything of the group crosses.
    mutating func refreshed(_ group: CrossingGroup, after: [StepID]) -> [StepID] {
        SiteRole.allCases.flatMap { refreshBridges(group, at: $0, "begin", after: after) }
    }

    private func predecessors(of group: CrossingGroup) -> [StepID] {
        let before = leadsOfWave.keys.filter { $0 < group.wave }.max()
        let leads = Set(group.after + (before.flatMap { leadsOfWave[$0] } ?? []))
        return leads.sorted().flatMap { lastSteps[$0] ?? [] }
    }

    /// Makes the group's workloads at the target, without pods; what runs at every node is there already.
    mutating func createAll(of group: CrossingGroup, after: [StepID]) -> [StepID] {
        let made = group.workloads.filter { !$0.id.isDaemonSet }
            .map { create($0, group, after: after) }
        return refuseChanges(group, after: made.isEmpty ? after : made)
    }

    private mutating func create(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after: [StepID]
    ) -> StepID {
        add(
            "\(workload.place)/create",
            .cross,
            group.lane,
            after: after,
            .change(site: .target, change: .create(objects: workload.create)),
            timeout: file.timeouts.change,
            workload.createSummary,
            undo: workload.create.undoSummary
        )
    }

    /// Brings the target's pods up and asks them, before any user does.
    mutating func activate(_ group: CrossingGroup, _ created: [StepID]) -> [StepID] {
        var proven: [StepID] = []
        for workload in group.workloads {
            guard !workload.isIdle else {
                proven += created
                continue
            }
            var last =
                workload.id.isDaemonSet
                ? awaitDaemons(workload, group, after: created)
                : scaleUp(workload, group, after: created)
            if !workload.autoscalers.isEmpty {
                last = add(
                    "\(workload.place)/autoscaler",
                    .cross,
                    group.lane,
                    after: [last],
                    .change(site: .target, change: .create(objects: workload.autoscalers)),
                    timeout: file.timeouts.change,
                    workload.autoscalers.summary(
                        ofNew: { _ in "Create the autoscaler of \(workload.id) at the target" },
                        ofTaken: { _ in "Take over the autoscaler of \(workload.id) at the target" }
                    ),
                    undo: workload.autoscalers.undoSummary
                )
            }
            last = askByLocalNames(workload, group, after: last)
            proven += smoke(workload, group, after: last)
        }
        return proven
    }

    /// Asks what is ready at the target, where it is known what its names can be asked.
    mutating func askByLocalNames(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after last: StepID
    ) -> StepID {
        guard !workload.probes.isEmpty else { return last }
        return add(
            "\(workload.place)/probe",
            .cross,
            group.lane,
            after: [last],
            .await,
            gates: workload.probes.map {
                .answersThroughLocalName(
                    site: .target,
                    service: $0.name,
                    probe: ProbeShape(path: $0.path)
                )
            },
            timeout: file.timeouts.change,
            "Ask \(workload.id) at the target through its local names",
            undo: "Nothing to undo"
        )
    }

    /// It was copied with the foundation, and runs at both sites.
    mutating func awaitDaemons(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after: [StepID]
    ) -> StepID {
        add(
            "\(workload.place)/ready",
            .cross,
            group.lane,
            after: after,
            .await,
            gatesBefore: asCopied(group),
            gates: [.ready(site: .target, workload: workload.id, replicas: .atLeast(count: 0))]
                + localEndpoints(workload, at: .target) + [settled],
            timeout: file.timeouts.ready,
            "Wait until \(workload.id) is ready at every node of the target that it is meant for",
            undo: "Nothing to undo"
        )
    }

    private mutating func scaleUp(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after: [StepID]
    ) -> StepID {
        let count = workload.record.replicas
        // The source of an exclusive one has no pod left to count.
        let replicas: Replicas =
            group.activation == .exclusive ? .exactly(count: count) : .asCounterpart(min: count)
        return add(
            "\(workload.place)/scale-up",
            .cross,
            group.lane,
            after: after,
            .change(
                site: .target,
                change: .scale(workload: workload.id, replicas: replicas)
            ),
            gatesBefore: asCopied(group),
            gates: [.ready(site: .target, workload: workload.id, replicas: .asRequested)]
                + localEndpoints(workload, at: .target) + [settled],
            gatesBack: [.gone(site: .target, workload: workload.id)],
            timeout: max(file.timeouts.ready, workload.record.endMax),
            "Scale \(workload.id) at the target up to \(count), or as many as the source has",
            undo: "Scale it back and wait until its pods are gone"
        )
    }

    func localEndpoints(_ workload: CrossingWorkload, at site: SiteRole) -> [Condition] {
        workload.names.map { .endpoints(site: site, service: $0.localName, kind: .local) }
    }
}

extension CrossingWorkload {
    /// What becomes of it and of what exists for it, in words.
    fileprivate var createSummary: String {
        let others = create.dropFirst()
        let made = others.filter { $0.present == nil }.map(\.reference.description)
        let taken = others.filter { $0.present != nil }.map(\.reference.description)
        let isTaken = create.first?.present != nil
        var summary = isTaken ? "Take over \(id)" : "Create \(id)"
        summary += " at the target \(id.isCronJob ? "suspended" : "with 0 replicas")"
        if !made.isEmpty { summary += ", and \(made.joined(separator: ", "))" }
        if !taken.isEmpty {
            summary += ", and \(isTaken ? "" : "take over ")\(taken.joined(separator: ", "))"
        }
        return summary
    }
}
