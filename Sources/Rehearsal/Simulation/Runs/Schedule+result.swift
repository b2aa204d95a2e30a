import MigrationEngine
import MigrationModel

/// What a schedule tells of its life.
extension Schedule {
    func result(_ end: RunExit?) -> ScheduleResult {
        if world.answersKept > 0 { watch.mark(.addressKept) }
        if world.connectionsKept > 0 { watch.mark(.connectionKept) }
        var problems = watch.violations
        let losses = world.failures.failures.map {
            PossibleLoss(what: $0.what, at: $0.at - start)
        }
        for site in [world.source, world.target] {
            problems += site.nodes.problems.map { "a node of the \(site.role): \($0)" }
        }
        switch end {
        case .closed(let outcome):
            if isUndisturbed, outcome != .migrated {
                problems.append("nothing went wrong, and it is \(outcome.words)")
            }
        case .waiting(let reason): problems.append("it waits for somebody: \(reason)")
        case let other:
            problems.append(
                "it comes to no end: \(String(describing: other)) after \(processes) processes"
            )
        }
        return ScheduleResult(
            end: end,
            brokenPromises: problems,
            losses: losses,
            marks: watch.marks,
            duration: world.scheduler.now - start,
            processes: processes,
            calls: watch.calls,
            writes: watch.writes,
            jobs: world.scheduler.jobs,
            options: options,
            timeline: seat.journal.timedRecords.map {
                TimedRecord(at: $0.at - start, record: $0.record)
            }
        )
    }
}
