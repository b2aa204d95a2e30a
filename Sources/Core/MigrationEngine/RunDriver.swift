import Clocks
import MigrationModel
import MigrationPorts

/// The turns of a driver that holds the leases.
///
/// In each turn it takes in what was reported and asked for, decides, writes all of it in one
/// commit, and only then starts what the commit announced.
final class RunDriver {
    /// What the loop is told by what runs beside it.
    private enum Message: Sendable {
        case stopRequested
        case graceOver
        case leasesLost(LeaseRefusal)
        case surveyed(StepID, Survey)
        case performed(StepID, attempt: Int, StepRunner.Result)
        case undone(StepID, attempt: Int, StepRunner.Result)
        /// What shows that nothing runs any more of what the step left running; nil where something may.
        case lookedForEnd(StepID, RouteObservation?)
    }

    /// What is sent beside the reports of each step: a stop, the end of its grace, lost leases.
    private static let messagesBesideStepsMax = 3

    /// What a step of this driver does now.
    private enum Work {
        case survey
        case perform
        case undo
        /// An undo that gives traffic back at once, or lets it go back at once.
        case undoHurried
    }

    private let environment: RunEnvironment
    private let settings: RunSettings
    private let head: Head
    private let keeper: LeaseKeeper
    private let permit: Permit
    private let runner: StepRunner
    private let mailbox: Mailbox<Message>
    private var state: RunState
    private var busy: [StepID: Work] = [:]
    /// Steps of which it is looked whether what they left running has ended.
    private var watched: Set<StepID> = []
    private var isStopping = false
    private var lost: LeaseRefusal?
    /// Whether a step ended without a result in this turn.
    private var hasAbandoned = false
    private var waitReported: WaitReason?
    /// What was decided last without anything new, and after which record.
    private var decided: (sequence: Int, actions: [Action])?

    init(
        environment: RunEnvironment,
        settings: RunSettings,
        state: RunState,
        head: Head,
        keeper: LeaseKeeper,
        permit: Permit,
        stragglers: Stragglers
    ) {
        self.environment = environment
        self.settings = settings
        self.state = state
        self.head = head
        self.keeper = keeper
        self.permit = permit
        mailbox = Mailbox(
            // Of a step itself, and of what it left running.
            messagesMax: 2 * state.plan.steps.count + RunDriver.messagesBesideStepsMax
        )
        runner = StepRunner(
            world: environment.world,
            time: environment.time,
            permit: permit,
            stragglers: stragglers,
            run: state.run,
            epoch: state.epoch,
            crashPoints: environment.crashPoints,
            report: environment.report
        )
    }

    /// Turns until the run is over, waits for a person, or may not be driven on.
    func drive(until stop: StopRequest) async throws(JournalError) -> RunExit {
        let mailbox = mailbox
        stop.whenRequested { mailbox.post(.stopRequested) }
        let result: Result<RunExit, JournalError> = await withDiscardingTaskGroup { group in
            startWatchers(&group)
            var messages: [Message] = []
            var result: Result<RunExit, JournalError>?
            while result == nil {
                do {
                    if let exit = try await turn(messages, &group) {
                        result = .success(exit)
                    } else {
                        messages = await mailbox.takeAll()
                    }
                } catch let error as JournalError {
                    permit.withdraw()
                    result = .failure(error)
                } catch {
                    preconditionFailure("a turn throws journal errors only")
                }
            }
            group.cancelAll()
            return result ?? .success(.stopped)
        }
        return try result.get()
    }

    private func startWatchers(_ group: inout DiscardingTaskGroup) {
        let (time, mailbox, keeper, permit) = (environment.time, mailbox, keeper, permit)
        let (interval, epoch, head) = (settings.inboxInterval, state.epoch, head)
        group.addTask {
            do {
                while true {
                    try await time.sleep(for: interval)
                    mailbox.wake()
                }
            } catch {
                // Cancelled: the last turn shows it to a loop that has nothing else to wait for.
                mailbox.wake()
            }
        }
        group.addTask {
            if let refusal = await keeper.keep(epoch: epoch, head: head, permit: permit) {
                permit.withdraw()
                mailbox.post(.leasesLost(refusal))
            }
        }
    }

    private func turn(
        _ messages: [Message],
        _ group: inout DiscardingTaskGroup
    ) async throws(JournalError) -> RunExit? {
        var draft = TurnDraft(state: state)
        for message in messages { absorb(message, &draft, &group) }
        if Task.isCancelled {
            isStopping = true
            permit.withdraw()
        }
        if !draft.entries.isEmpty || hasAbandoned { await makeSureOfLeases() }
        hasAbandoned = false
        if let lost { return busy.isEmpty ? lost.exit : nil }
        let items = try await environment.journal.inbox()
        for item in items { draft.take(item.command) }
        let actions = decide(draft)
        if !isStopping { draft.announce(actions, except: Set(busy.keys)) }
        if busy.isEmpty, case .close(let outcome) = actions.first {
            // From then on the leases know of a record that no copy from before has.
            await renewLeases(isPatient: true)
            if let lost { return lost.exit }
            draft.add(.closed(outcome))
        }
        try await commit(draft, acknowledging: items)
        await start(draft, &group)
        lookForEnds(&group)
        abandonWhatIsOvertaken()
        guard busy.isEmpty else { return nil }
        return exit(actions)
    }

    /// What may be done now; where nothing was written since and no window can open, it is what it was.
    private func decide(_ draft: TurnDraft) -> [Action] {
        guard draft.entries.isEmpty, state.plan.windows == nil else {
            return MigrationEngine.decide(draft.state, at: environment.time.wallTime)
        }
        if let decided, decided.sequence == head.sequence { return decided.actions }
        let actions = MigrationEngine.decide(draft.state)
        decided = (head.sequence, actions)
        return actions
    }

    /// The end of the driving, when nothing runs and nothing can be begun.
    private func exit(_ actions: [Action]) -> RunExit? {
        if let outcome = state.outcome { return .closed(outcome) }
        if isStopping { return .stopped }
        guard case .wait(let reason) = actions.first else {
            waitReported = nil
            return nil
        }
        if waitReported != reason { environment.report(.waiting(reason)) }
        waitReported = reason
        // The inbox is looked into meanwhile, and the clock, or the balancer, with it.
        if reason.mayEndByItself { return nil }
        return settings.staysWhenWaiting ? nil : .waiting(reason)
    }
}

extension RunDriver {
    /// Takes in what was reported; nothing is written any more once the leases are lost.
    private func absorb(
        _ message: Message,
        _ draft: inout TurnDraft,
        _ group: inout DiscardingTaskGroup
    ) {
        switch message {
        case .stopRequested:
            guard !isStopping else { return }
            isStopping = true
            let (time, grace, mailbox) = (environment.time, settings.stopGrace, mailbox)
            group.addTask {
                do {
                    try await time.sleep(for: grace)
                    mailbox.post(.graceOver)
                } catch {
                    // Cancelled: the loop has ended within its grace.
                }
            }
        case .graceOver: permit.withdraw()
        case .leasesLost(let refusal): lost = refusal
        case .surveyed(let id, let survey):
            busy[id] = nil
            if case .abandoned = survey { hasAbandoned = true }
            draft.take(survey, of: id)
        case .performed(let id, let attempt, let result):
            busy[id] = nil
            for seen in result.observations {
                draft.add(.observed(step: id, route: seen.route, evidence: seen.evidence))
            }
            switch result.end {
            case .done(let receipt): draft.add(.done(step: id, attempt: attempt, receipt: receipt))
            case .failed(let failure):
                draft.add(.failed(step: id, attempt: attempt, failure: failure))
            case .abandoned: hasAbandoned = true
            }
        case .undone(let id, let attempt, let result):
            busy[id] = nil
            for seen in result.observations {
                draft.add(.observed(step: id, route: seen.route, evidence: seen.evidence))
            }
            switch result.end {
            case .done: draft.add(.undone(step: id, attempt: attempt))
            case .failed(let failure):
                draft.add(.undoFailed(step: id, attempt: attempt, failure: failure))
            case .abandoned: hasAbandoned = true
            }
        case .lookedForEnd(let id, let seen):
            watched.remove(id)
            guard let seen, draft.state.state(of: id).leavesCounted else { return }
            draft.add(.observed(step: id, route: seen.route, evidence: seen.evidence))
        }
    }

    /// Asks whether the run still is this driver's, when a call ended after the leases ran out, or was
    /// not sent for that.
    ///
    /// What such a call came to tells nothing of the step: where another driver has the run, its stamp
    /// is what the call met, and the result is the other one's to write. Where nobody took the run over,
    /// as while only this process slept, it goes on.
    private func makeSureOfLeases() async {
        let time = environment.time
        guard lost == nil, !permit.validity.holds(at: time) else { return }
        // A time of day that was stepped is no reason to give up at the first call that is lost.
        await renewLeases(isPatient: time.uptime < permit.validity.uptime)
    }

    private func renewLeases(isPatient: Bool) async {
        do {
            let validity = try await keeper.renew(
                epoch: state.epoch,
                sequence: head.sequence,
                isPatient: isPatient
            )
            permit.extend(validity)
        } catch {
            permit.withdraw()
            lost = error
        }
    }

    /// Puts all of a turn on the disk at once.
    private func commit(
        _ draft: TurnDraft,
        acknowledging items: [InboxItem]
    ) async throws(JournalError) {
        guard !draft.entries.isEmpty else { return }
        let crashPoints = environment.crashPoints
        for entry in draft.launches {
            if let id = entry.step { await crashPoints.reached(.beforeIntent, step: id) }
        }
        _ = try await environment.journal.append(
            draft.entries,
            after: head.sequence,
            epoch: state.epoch,
            acknowledging: items
        )
        head.sequence += draft.entries.count
        let earlier = state
        state = draft.state
        try environment.breakGlass?.keep(state)
        for entry in draft.entries {
            if entry.isResult, let id = entry.step {
                await crashPoints.reached(.afterResult, step: id)
            }
            if let event = RunEvent(entry) { environment.report(event) }
        }
        for (number, lane) in state.index.lanes.enumerated()
        where state.lanes[number] != earlier.lanes[number] {
            environment.report(.lane(lane, state.lanes[number]))
        }
    }

    /// Starts what the commit announced, and the surveys that announce nothing.
    private func start(_ draft: TurnDraft, _ group: inout DiscardingTaskGroup) async {
        let (runner, mailbox, link) = (runner, mailbox, state.linkAllowance)
        for step in draft.surveys {
            busy[step.id] = .survey
            permit.readmit(step.id)
            group.addTask { mailbox.post(.surveyed(step.id, await runner.survey(step))) }
        }
        for entry in draft.launches {
            guard let id = entry.step, let step = state.index[id],
                let before = state.imageToRestore(step)
            else { preconditionFailure("an intent of a step without a before-image") }
            await environment.crashPoints.reached(.afterIntent, step: id)
            permit.readmit(id)
            switch entry {
            case .intent(_, let attempt, _):
                busy[id] = .perform
                let processes = state.processes(for: step)
                group.addTask {
                    let result = await runner.perform(
                        step,
                        from: before,
                        link: link,
                        countedBy: processes
                    )
                    mailbox.post(.performed(id, attempt: attempt, result))
                }
            case .undoIntent(_, let attempt):
                let isHurried = state.goesBackHurried(step)
                busy[id] = isHurried ? .undoHurried : .undo
                group.addTask {
                    let result = await runner.undo(step, to: before, isHurried: isHurried)
                    mailbox.post(.undone(id, attempt: attempt, result))
                }
            default: preconditionFailure("only intents are started")
            }
        }
    }

    /// Looks whether that has ended for which alone a person would have to accept that it is cut off.
    private func lookForEnds(_ group: inout DiscardingTaskGroup) {
        guard !isStopping else { return }
        let (runner, mailbox) = (runner, mailbox)
        for step in state.stepsThatMayEnd where watched.insert(step.id).inserted {
            let processes = state.processes(for: step)
            group.addTask {
                let seen = await runner.lookForEnd(of: step, countedBy: processes)
                mailbox.post(.lookedForEnd(step.id, seen))
            }
        }
    }

    /// Tells steps that are made now to stop, when their lane or the run goes back, and undos that
    /// give a weight back, when all of it is to go back at once: those begin anew.
    ///
    /// A call that was sent is let end: an effect must not come after its undo.
    private func abandonWhatIsOvertaken() {
        guard state.isRollingBack || state.lanes.contains(where: { !$0.isForward }) else { return }
        for (id, work) in busy {
            guard let step = state.index[id] else { continue }
            switch work {
            case .perform where state.isRollingBack || state.state(of: step.lane) != .forward:
                permit.abandon(id)
            case .undo where step.movesTraffic && state.goesBackHurried(step): permit.abandon(id)
            case .survey, .perform, .undo, .undoHurried: break
            }
        }
    }
}
