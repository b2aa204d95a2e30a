import MigrationEngine
import MigrationModel
import Synchronization

/// A place from which a run can be driven: a machine, and the journal that lies there.
struct DriverSeat: Sendable {
    let name: String
    let journal: JournalMemory

    /// Another machine, to which somebody carried the journal as it is now.
    func copied(to name: String) -> DriverSeat {
        DriverSeat(name: name, journal: JournalMemory(copying: journal))
    }
}

/// One process that drives, from its start until it ends, dies or is stopped.
final class DriverProcess: Sendable {
    let seat: DriverSeat
    let incarnation: Incarnation
    private let ended: Mutex<RunExit?>

    /// Starts it; it drives as its world's scheduler goes on.
    init(
        _ number: Int,
        at seat: DriverSeat,
        _ migration: String,
        _ plan: PreparedPlan?,
        in world: SimulatedWorld,
        _ nemesis: any Nemesis,
        _ watch: RunWatch,
        _ mutant: Mutant?
    ) {
        self.seat = seat
        let incarnation = Incarnation(
            number,
            on: world.scheduler,
            dies: { nemesis.dies(number, at: $0) },
            stops: { nemesis.stops(number, at: $0) }
        )
        self.incarnation = incarnation
        ended = Mutex(nil)
        let access = DriverAccess(
            world,
            incarnation,
            nemesis,
            watch: watch,
            mutant: mutant
        )
        var settings = RunSettings()
        if mutant == .looksOnce { (settings.callMax, settings.arrivalMax) = (.zero, .zero) }
        let loop = RunLoop(
            access.environment(
                journal: seat.journal,
                migration: migration,
                driver: seat.name,
                prepared: plan,
                watch: watch
            ) { event in
                if case .lane(_, .goingBack) = event { watch.mark(.laneWentBack) }
                if case .stepWaits(_, let seen) = event, seen.contains("at the source itself") {
                    watch.mark(.waitedForSource)
                }
                if case .waiting(.connections(let steps, _)) = event {
                    DriverProcess.maybeAccept(steps, at: seat, in: world)
                }
                if case .stepFailed(_, _, let failure) = event, failure.kind == .drift {
                    watch.mark(.driftFound)
                }
            }
            .with(mutant),
            settings: settings
        )
        world.scheduler.start { [self] in
            let exit = await loop.run()
            ended.withLock { $0 = exit }
        }
    }

    /// Three of four people have no patience with connections that do not end.
    private static func maybeAccept(
        _ steps: [StepID],
        at seat: DriverSeat,
        in world: SimulatedWorld
    ) {
        guard world.choices.pick(4) != 0 else { return }
        world.scheduler.after(world.choices.duration(in: .seconds(1)...(.seconds(4)))) {
            seat.journal.put(.approve(Approval(steps: steps, by: "somebody")))
        }
    }

    /// How it ended; nil while it runs, and for ever when it died.
    var exit: RunExit? { ended.withLock { $0 } }

    /// Whether there is something to do for somebody else: it ended, died, or was stopped.
    var needsSomebody: Bool { exit != nil || incarnation.isDead || incarnation.isFrozen }
}
