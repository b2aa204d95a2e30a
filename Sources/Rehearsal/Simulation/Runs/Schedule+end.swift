import EmbeddedAPI
import KubernetesObjects
import MigrationEngine
import MigrationModel

/// What must hold once a run is over.
extension Schedule {
    /// Whoever was stopped wakes up, and finds out by itself that it was replaced.
    func letStoppedWake() {
        guard let stopped else { return }
        let limit = world.scheduler.now + Schedule.wakingMax
        world.scheduler.run(until: limit) { stopped.exit != nil || stopped.incarnation.isDead }
        switch stopped.exit {
        case .fenced, .leaseUnreachable: watch.mark(.wokeUpReplaced)
        case .journalFailed, .waiting, .stopped: break
        // It had ended the run before it was stopped where the copy that was carried away knows of it.
        case .closed where stopped.seat.journal.records.last == seat.journal.records.last: break
        case .closed:
            watch.violated("a process that was replaced ended the run all the same")
        case nil where stopped.incarnation.isDead: break
        case nil: watch.violated("a process that was replaced does not find out")
        }
    }

    func check(_ outcome: Outcome) {
        // Controllers have their time before anything is compared, and whoever edited by hand thought better of it.
        let edited = start + options.span + Accidents.editMax
        pause(max(.seconds(60), edited - world.scheduler.now))
        checkRepeated(outcome)
        checkCopy()
        switch outcome {
        case .asItWasBefore: checkRestored()
        case .migrated: checkMigrated()
        }
        let writer = outcome == .migrated ? SiteRole.target : .source
        for problem in world.stores.problems(writerAt: writer) { watch.violated(problem) }
    }

    private func checkRestored() {
        let edits = accidents.handEdits
        for site in SiteRole.allCases {
            let now = SiteSnapshot(world[site].cluster)
            let differences = estate.before[site]?.differences(to: now) ?? []
            let left = estate.before[site].map(now.leftWithVolumes) ?? []
            for difference in differences
            where !left.contains(where: { difference == "\($0) came" })
                && !edits.contains(where: { $0.explains(difference) })
            {
                watch.violated("rolled back, and at the \(site) \(difference)")
            }
        }
        if world.balancer.requestedPercents != weightsBefore {
            watch.violated("rolled back, and the weights are not what they were")
        }
    }

    /// Driving a run again that is over changes nothing, but for leases that could not be removed then.
    private func checkRepeated(_ outcome: Outcome) {
        let writes = watch.writes
        var exit = drive(until: world.scheduler.now + .seconds(600))
        // It may be the last call of all after which a process dies.
        if exit == nil { exit = drive(until: world.scheduler.now + .seconds(600)) }
        if exit != .closed(outcome) {
            watch.violated("driven again, it ends as \(String(describing: exit))")
        }
        if watch.writes != writes { watch.violated("driven again, it writes again") }
        for site in SiteRole.allCases {
            let leases = world[site].cluster.list(.leases, namespace: "default")
            if leases.count != 1 || leases.first?.annotations[MarkNames.ended] == nil {
                watch.violated("\(leases.count) leases at the \(site), and not one tombstone")
            }
        }
    }

    /// A copy of the journal from before the end is refused for ever, and says why.
    private func checkCopy() {
        guard let copy else { return }
        let writes = watch.writes
        let end = seat
        seat = copy
        var exit = drive(until: world.scheduler.now + .seconds(600))
        // It may be stopped, die or not be let at its lease like any other.
        switch exit {
        case nil, .leaseUnreachable: exit = drive(until: world.scheduler.now + .seconds(600))
        default: break
        }
        seat = end
        guard case .fenced(let reason) = exit, reason.contains("is over since record") else {
            return watch.violated("a copy from before the end ends as \(String(describing: exit))")
        }
        if watch.writes != writes { watch.violated("a copy from before the end writes") }
    }

    private func checkMigrated() {
        for site in SiteRole.allCases {
            let now = SiteSnapshot(world[site].cluster)
            let traces = estate.before[site].map(now.traces(since:)) ?? now.traces
            if !traces.isEmpty {
                watch.violated(
                    "migrated, and the \(site) still has \(traces.joined(separator: ", "))"
                )
            }
        }
        let edited = accidents.handEdits
        for (name, replicas) in estate.replicas
        where !edited.contains(where: { "\($0.namespace)/\($0.name)" == name }) {
            let now = world.target.replicas[name]
            if now != replicas {
                watch.violated(
                    "migrated, and \(name) has \(String(describing: now)) replicas, not \(replicas)"
                )
            }
        }
        for route in world.balancer.routes where world.balancer.activePercent(of: route) != 100 {
            watch.violated("migrated, and \(route) does not lead to the target")
        }
    }
}
