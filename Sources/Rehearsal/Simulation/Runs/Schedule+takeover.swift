import MigrationEngine
import MigrationModel

/// Processes that are stopped, and copies of the journal with which somebody goes on elsewhere.
extension Schedule {
    /// Somebody copies the journal, as it was before the first process or later on.
    func carryCopyAway() {
        if case .closed = seat.journal.records.last?.entry { return }
        guard copy == nil || processes % 3 == 0 else { return }
        copy = seat.copied(to: "simulated-copy")
    }

    /// Lets the process be stopped at a drawn moment, for longer than its leases last.
    func plotTakeover(of incarnation: Incarnation) {
        guard takeoversLeft > 0 else { return }
        takeoversLeft -= 1
        let (choices, scheduler) = (world.choices, world.scheduler)
        let (stopsClocks, watch) = (options.stopsClocks, watch)
        scheduler.after(choices.duration(in: options.quiet...options.span)) {
            let end = scheduler.now + choices.duration(in: .seconds(35)...(.seconds(120)))
            guard stopsClocks else { return incarnation.freeze(until: end) }
            watch.mark(.clockStopped)
            incarnation.freezeWithClock(until: end)
        }
    }

    /// Somebody carries the journal to another machine and begins there.
    func takeOver(from process: DriverProcess) {
        seat = process.seat.copied(to: "simulated-\(processes + 1)")
        stopped = process
        accidents.inbox = seat.journal
    }

    /// Whether a machine that took over has never driven; one that has waits for its own leases too, and what
    /// it has written down is nowhere else.
    var isRefusedElsewhere: Bool {
        guard stopped != nil else { return false }
        return !seat.journal.records.contains { record in
            if case .driverStarted(_, seat.name) = record.entry { true } else { false }
        }
    }

    /// The process that was stopped woke up in time and still has the leases: the other machine was refused,
    /// and may not go on from its copy.
    func giveBack(until limit: Duration) -> RunExit? {
        guard let process = stopped else { return nil }
        stopped = nil
        seat = process.seat
        accidents.inbox = seat.journal
        return process.exit ?? follow(process, until: limit)
    }
}
