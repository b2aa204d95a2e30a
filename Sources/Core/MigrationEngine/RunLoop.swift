import Clocks
import MigrationModel
import MigrationPorts

/// What a driver works with.
package struct RunEnvironment: Sendable {
    /// What the steps act on.
    package let world: MigrationWorld
    /// The run's record; the driver is its only writer but for the inbox.
    package let journal: any Journal
    /// What says, at both sites, that this driver may act.
    package let leases: LeasePair
    /// What every deadline, pause and soak is measured with.
    package let time: any TimeSource
    /// Which journal at which machine this is: see `LeaseState.driver`.
    package let driver: String
    /// What keeps the way back that needs no driver; nil where nobody asks for one.
    package let breakGlass: (any BreakGlassKeeping)?
    /// The plan of the run, where somebody has prepared it; the journal says which plan it is.
    package var prepared: PreparedPlan?
    /// Where tests let the driver die; nothing else listens.
    package let crashPoints: any CrashPoints
    /// Asked by the wires of `world` before they send what changes something.
    package let fence: WriteFence
    /// Called with what happens; it must return at once.
    package let report: @Sendable (RunEvent) -> Void

    package init(
        world: MigrationWorld,
        journal: any Journal,
        leases: LeasePair,
        time: any TimeSource,
        driver: String,
        breakGlass: (any BreakGlassKeeping)? = nil,
        crashPoints: any CrashPoints = NoCrashPoints(),
        fence: WriteFence = WriteFence(),
        report: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        self.world = world
        self.journal = journal
        self.leases = leases
        self.time = time
        self.driver = driver
        self.breakGlass = breakGlass
        self.crashPoints = crashPoints
        self.fence = fence
        self.report = report
    }
}

/// How a driver behaves where nothing else says it.
package struct RunSettings: Sendable {
    /// How long a lease lasts; it is renewed at a third of it.
    package var leaseSeconds: Int
    /// How often the inbox is looked into while nothing else happens.
    package var inboxInterval: Duration
    /// How long the steps that run may go on after a stop was asked for.
    package var stopGrace: Duration
    /// How long a call of a driver takes at most, from when it is sent until it is given up.
    package var callMax: Duration
    /// How long a call to a balancer that keeps no versions takes at most.
    package var weightCallMax: Duration
    /// How long after it was given up a call may still arrive.
    package var arrivalMax: Duration
    /// Whether the driver stays for commands when the run waits for a person.
    package var staysWhenWaiting: Bool

    package init(
        leaseSeconds: Int = 30,
        inboxInterval: Duration = .milliseconds(200),
        stopGrace: Duration = .seconds(30),
        callMax: Duration = .seconds(60),
        weightCallMax: Duration = .seconds(5),
        arrivalMax: Duration = .seconds(5),
        staysWhenWaiting: Bool = false
    ) {
        self.leaseSeconds = leaseSeconds
        self.inboxInterval = inboxInterval
        self.stopGrace = stopGrace
        self.callMax = callMax
        self.weightCallMax = weightCallMax
        self.arrivalMax = arrivalMax
        self.staysWhenWaiting = staysWhenWaiting
    }
}

/// Drives one run as far as it goes: the one loop that acts on what `decide` decides.
///
/// Cancelling its task abandons what runs at once, as a crash would; a `StopRequest` lets it end.
package struct RunLoop: Sendable {
    private let environment: RunEnvironment
    private let settings: RunSettings

    package init(_ environment: RunEnvironment, settings: RunSettings = RunSettings()) {
        self.environment = environment
        self.settings = settings
    }

    /// Writes the opening of a run into an empty journal.
    ///
    /// `processes` count the routes now, as `TrafficProvider.processes` tells.
    package static func open(
        _ plan: Plan,
        run: RunID,
        countedBy processes: [RouteID: String] = [:],
        in journal: any Journal
    ) async throws {
        try await open(PreparedPlan(plan), run: run, countedBy: processes, in: journal)
    }

    /// Writes the opening of a run of a plan that was prepared before.
    package static func open(
        _ prepared: PreparedPlan,
        run: RunID,
        countedBy processes: [RouteID: String] = [:],
        in journal: any Journal
    ) async throws {
        let named = processes.map { ($0.key.text, $0.value) }
        let opening = JournalEntry.Opening(
            run: run,
            planDigest: prepared.digest,
            plan: prepared.index.plan,
            processes: named.isEmpty ? nil : Dictionary(uniqueKeysWithValues: named)
        )
        _ = try await journal.append([.opened(opening)], after: 0, epoch: 0)
    }

    /// Drives until the run is over, a person is needed, or `stop` is requested.
    package func run(until stop: StopRequest = StopRequest()) async -> RunExit {
        let exit: RunExit
        do {
            exit = try await drive(until: stop)
        } catch {
            exit = .journalFailed(error)
        }
        environment.report(.ended(exit))
        return exit
    }

    private func drive(until stop: StopRequest) async throws(JournalError) -> RunExit {
        let records = try await environment.journal.load()
        var state = try RunState(records: records, prepared: environment.prepared)
        let keeper = LeaseKeeper(
            leases: environment.leases,
            journal: environment.journal,
            time: environment.time,
            run: state.run,
            driver: environment.driver,
            durationSeconds: settings.leaseSeconds
        )
        if let outcome = state.outcome {
            await keeper.buryLeftovers()
            return .closed(outcome)
        }
        let hold: LeaseKeeper.Hold
        do {
            hold = try await keeper.acquire(headSequence: records.count, epoch: state.epoch)
        } catch {
            return error.exit
        }
        let stragglers = Stragglers(
            state,
            begin: environment.time.uptime,
            isSettled: hold.isSettled,
            settings: settings
        )
        let started = JournalEntry.driverStarted(epoch: hold.epoch, driver: environment.driver)
        _ = try await environment.journal
            .append([started], after: records.count, epoch: hold.epoch)
        let head = Head(sequence: records.count + 1)
        state.take(started)
        let permit: Permit
        do {
            permit = Permit(try await keeper.renew(epoch: hold.epoch, sequence: head.sequence))
        } catch {
            return error.exit
        }
        try environment.breakGlass?.keep(state)
        environment.report(.driverStarted(epoch: hold.epoch))
        let driver = RunDriver(
            environment: environment,
            settings: settings,
            state: state,
            head: head,
            keeper: keeper,
            permit: permit,
            stragglers: stragglers
        )
        let exit = try await drive(driver, within: permit, until: stop)
        guard exit.isClean else { return exit }
        await keeper.release(
            epoch: hold.epoch,
            sequence: head.sequence,
            isSettled: stragglers.haveArrived(at: environment.time.uptime),
            isOver: exit.isEnd
        )
        return exit
    }

    /// Lets what the driver sends pass as long as its leases last.
    private func drive(
        _ driver: RunDriver,
        within permit: Permit,
        until stop: StopRequest
    ) async throws(JournalError) -> RunExit {
        let time = environment.time
        environment.fence.open { permit.refusal(at: time) }
        defer { environment.fence.close() }
        return try await driver.drive(until: stop)
    }
}

extension RunExit {
    /// Whether the run is over.
    fileprivate var isEnd: Bool {
        if case .closed = self { true } else { false }
    }

    /// Whether the leases were this driver's to the end.
    fileprivate var isClean: Bool {
        switch self {
        case .closed, .waiting, .stopped: true
        case .fenced, .leaseUnreachable, .journalFailed: false
        }
    }
}

extension RunState {
    /// Takes in an entry that the engine itself chose.
    mutating func take(_ entry: JournalEntry) {
        do {
            try apply(entry)
        } catch {
            preconditionFailure("the engine chose an illegal entry: \(error.problem)")
        }
    }
}
