import Clocks
import JSONValues
import MigrationEngine
import MigrationModel
import MigrationPlanning

/// What a run waits for, what was seen of it, since when, and what a person can do: for every state.
package struct RunExplanation: Sendable {
    /// One thing that the run waits for.
    package struct Wait: Sendable, Equatable {
        /// The step that waits; nil when it is a person who is waited for.
        package let step: StepID?
        /// What must come to hold, or what somebody has to decide.
        package let what: String
        /// When it began, as the journal has it.
        package let since: String?
        /// What was seen, the newest last.
        package let saw: [String]

        package init(step: StepID?, what: String, since: String?, saw: [String]) {
            self.step = step
            self.what = what
            self.since = since
            self.saw = saw
        }
    }

    /// Something that a person can do now.
    package struct Remedy: Sendable, Equatable {
        /// To be typed as it is.
        package let command: String
        /// What comes of it.
        package let effect: String
    }

    /// In the order of the plan.
    package let waits: [Wait]
    /// The best first.
    package let remedies: [Remedy]
    /// Which process of this machine drives the run; nil when none does.
    package let driver: String?
    /// What the leases say of it.
    package let lease: LeaseLook

    /// `arguments` name the migration as the person named it; `looks` is what the sites say now of
    /// steps under way, and `now` the time of day, by which windows are open or closed.
    ///
    /// Where the leases refuse the journal, nothing is waited for and nothing can be done with it.
    package init(
        _ state: RunState,
        records: [JournalRecord],
        driver: String?,
        arguments: String,
        looks: [StepID: [String]],
        lease: LeaseLook = LeaseLook(),
        now: WallTime? = nil
    ) {
        let history = RunHistory(records)
        self.driver = driver
        self.lease = lease
        guard lease.refusal == nil else {
            (waits, remedies) = ([], [])
            return
        }
        waits = RunExplanation.waits(state, history, looks, now)
        remedies = RunExplanation.remedies(state, isDriven: driver != nil).map { word, effect in
            Remedy(command: "diolkos \(word) \(arguments)", effect: effect)
        }
    }

    /// Of a migration that has no run yet.
    package init(unbegunWith arguments: String, hasPlan: Bool) {
        driver = nil
        lease = LeaseLook()
        waits = [Wait(step: nil, what: "nothing has begun", since: nil, saw: [])]
        let plan = Remedy(
            command: "diolkos plan \(arguments)",
            effect: "looks at both sites and says what would be done; changes nothing"
        )
        let run = Remedy(command: "diolkos run \(arguments)", effect: "makes the plan")
        remedies = hasPlan ? [run, plan] : [plan]
    }
}

// MARK: - What is waited for

extension RunExplanation {
    private static func waits(
        _ state: RunState,
        _ history: RunHistory,
        _ looks: [StepID: [String]],
        _ now: WallTime?
    ) -> [Wait] {
        guard state.outcome == nil else { return [] }
        let underWay = state.plan.steps.compactMap { step -> Wait? in
            switch state.state(of: step.id).stage {
            case .underWay: wait(for: step, step.gatesBefore + step.gates, history, looks)
            case .undoing: wait(for: step, step.gatesBack, history, looks, isUndo: true)
            case .pending, .done, .failed, .undoFailed: nil
            }
        }
        let failed = failures(state).map { failure in
            Wait(
                step: failure.step,
                what: "step \(failure.step) failed, and waits for you",
                since: history.failedAt[failure.step],
                saw: [failure.failure.reason]
            )
        }
        return underWay + failed + window(state, now) + approvals(state, history)
            + person(state, history)
    }

    private static func wait(
        for step: Step,
        _ gates: [Condition],
        _ history: RunHistory,
        _ looks: [StepID: [String]],
        isUndo: Bool = false
    ) -> Wait {
        let summary = isUndo ? "going back: \(step.undoSummary)" : step.summary
        let until = gates.isEmpty ? "" : ", until \(gates.map(\.words).joined(separator: "; "))"
        return Wait(
            step: step.id,
            what: summary + until,
            since: history.begunAt[step.id],
            saw: (history.seenOf[step.id].map { [$0] } ?? []) + (looks[step.id] ?? [])
        )
    }

    /// What failed so that it is not tried again by itself.
    private static func failures(_ state: RunState) -> [LaneFailure] {
        for case .wait(let reason) in decide(state) {
            switch reason {
            case .stopped(let failures), .undoFailed(let failures), .finishFailed(let failures):
                return failures
            case .paused, .approval, .connections, .window, .crossed: return []
            }
        }
        var seen: Set<StepID> = []
        return state.index.lanes.compactMap { lane in
            switch state.state(of: lane) {
            case .forward: nil
            case .goingBack(let cause, _), .stopped(let cause):
                seen.insert(cause.step).inserted ? cause : nil
            }
        }
    }

    /// What holds all beginnings at this time of day, and until when.
    private static func window(_ state: RunState, _ now: WallTime?) -> [Wait] {
        guard let now, let windows = state.plan.windows, !state.isRollingBack, !state.isCrossed,
            !windows.isOpen(at: now)
        else { return [] }
        let opens = windows.opens(after: now).map { "it opens at \($0.rfc3339)" }
        return [
            Wait(
                step: nil,
                what: "the time of day: steps of the crossing begin \(windows)",
                since: nil,
                saw: ["now: it is closed; \(opens ?? "it does not open in the next two weeks")"]
            )
        ]
    }

    /// What begins as soon as somebody approves it, whatever else goes on meanwhile.
    private static func approvals(_ state: RunState, _ history: RunHistory) -> [Wait] {
        state.stepsAwaitingApproval.map { step in
            let running = state.cutOff(by: step)
            return Wait(
                step: step.id,
                what: "your approval: \(step.summary)",
                since: step.after.compactMap { history.doneAt[$0] }.max(),
                saw: running == 0
                    ? []
                    : [
                        "\(running) requests or connections still ran at the source when their time "
                            + "was over, and would be cut off"
                            + (state.beginsByItself(step)
                                ? "; it begins by itself when they have ended" : "")
                    ]
            )
        }
    }

    private static func person(_ state: RunState, _ history: RunHistory) -> [Wait] {
        for case .wait(let reason) in decide(state) {
            switch reason {
            case .paused:
                return [
                    Wait(
                        step: nil,
                        what: "you, for the run is paused",
                        since: history.orderedAt[.pause],
                        saw: []
                    )
                ]
            case .crossed:
                return [
                    Wait(
                        step: nil,
                        what: "you, to finish or to go back: everything has crossed, and the way "
                            + "back is open",
                        since: history.doneLast,
                        saw: []
                    )
                ]
            case .approval, .connections, .window, .stopped, .undoFailed, .finishFailed: return []
            }
        }
        return []
    }
}

// MARK: - What can be done

extension RunExplanation {
    private typealias Word = (word: String, effect: String)

    private static func remedies(_ state: RunState, isDriven: Bool) -> [Word] {
        if state.outcome != nil { return [] }
        var words: [Word] = []
        let reason = decide(state).compactMap { action -> WaitReason? in
            if case .wait(let reason) = action { reason } else { nil }
        }.first
        if !state.stepsAwaitingApproval.isEmpty {
            words.append(("approve", "lets begin what waits for an approval now"))
        }
        switch reason {
        case .approval, .connections, .window: break
        case .paused: words.append(("resume", "goes on where it stands"))
        case .crossed:
            words.append(
                ("finish", "removes what is left at the source; from then on there is no way back")
            )
        case .stopped(let failures):
            words += failures.compactMap { again($0, state) }
            words.append(("resume", "tries again what failed, once its cause is mended"))
        case .undoFailed, .finishFailed:
            words.append(("resume", "tries again what failed, once its cause is mended"))
        case nil:
            if !isDriven {
                words.append(("run", "goes on: no process of this machine drives the run"))
            } else if !state.isRollingBack, !state.isFinishing {
                words.append(("pause", "lets the steps under way end and begins no more"))
            }
        }
        return words + waysBack(state)
    }

    /// What somebody changed is taken as it is now.
    private static func again(_ failure: LaneFailure, _ state: RunState) -> Word? {
        guard failure.failure.kind == .drift, let lane = state.index[failure.step]?.lane,
            state.refusalToReplan(lane) == nil, case .workload(let id) = lane
        else { return nil }
        return (
            "plan --again \(id.namespace)/\(id.name)",
            "takes \(id) as it is deployed now; `resume` then crosses with it"
        )
    }

    private static func waysBack(_ state: RunState) -> [Word] {
        var words: [Word] = []
        if state.refusal(of: .rollback) == nil {
            words.append(("rollback", "carries everything back, through the same gates"))
        }
        if state.refusal(of: .rollbackNow) == nil {
            words.append(("rollback --now", "gives all traffic back first, and cleans up after"))
        }
        if !state.isFinishing {
            words.append(
                (
                    "break-glass",
                    "prints the plain commands that put everything back without diolkos"
                )
            )
        }
        return words
    }
}

// MARK: - As text and as JSON

extension RunExplanation {
    /// What `docs/status.md` calls `explanation`.
    package var json: JSON {
        [
            "driver": driver.map { .string($0) } ?? .null,
            "holder": lease.holder.map { .string($0) } ?? .null,
            "refusal": lease.refusal.map { .string($0) } ?? .null,
            "waits": .array(
                waits.map { wait in
                    [
                        "step": wait.step.map { .string($0.text) } ?? .null,
                        "for": .string(wait.what),
                        "since": wait.since.map { .string($0) } ?? .null,
                        "saw": .array(wait.saw.map { .string($0) }),
                    ]
                }
            ),
            "canDo": .array(
                remedies.map {
                    ["command": .string($0.command), "effect": .string($0.effect)]
                }
            ),
        ]
    }

    private var driving: String {
        if let driver { return "Driven by \(driver)." }
        return "Driven by no process of this machine"
            + (lease.holder.map { "; its leases are held by \($0)." } ?? ".")
    }

    package var text: String {
        var lines = [""]
        lines.append(driving)
        if let refusal = lease.refusal {
            lines.append("This journal is not driven on: \(refusal).")
        }
        if !waits.isEmpty { lines.append("Waits for") }
        for wait in waits {
            lines.append("  - \(wait.what)")
            if let step = wait.step { lines.append("      step   \(step)") }
            if let since = wait.since { lines.append("      since  \(since)") }
            for saw in wait.saw { lines.append("      saw    \(saw)") }
        }
        if !remedies.isEmpty { lines.append("You can") }
        let width = remedies.map(\.command.count).max() ?? 0
        for remedy in remedies {
            let gap = String(repeating: " ", count: width - remedy.command.count)
            lines.append("  \(remedy.command)\(gap)  \(remedy.effect)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// When things happened in a run, and what was seen last.
private struct RunHistory {
    private(set) var begunAt: [StepID: String] = [:]
    private(set) var doneAt: [StepID: String] = [:]
    private(set) var failedAt: [StepID: String] = [:]
    private(set) var orderedAt: [RunCommand: String] = [:]
    private(set) var seenOf: [StepID: String] = [:]
    private(set) var doneLast: String?

    init(_ records: [JournalRecord]) {
        for record in records {
            switch record.entry {
            case .intent(let step, _, _), .undoIntent(let step, _):
                begunAt[step] = record.writtenAt
                seenOf[step] = nil
            case .failed(let step, _, let failure), .undoFailed(let step, _, let failure):
                failedAt[step] = record.writtenAt
                seenOf[step] = "an attempt failed: \(failure.reason)"
            case .observed(let step, let route, let evidence):
                let share = evidence.targetShare.map { "\(Int($0.rounded())) %" } ?? "nothing"
                seenOf[step] =
                    "\(share) of \(route) at the target, "
                    + "\(evidence.target.failures) requests failed there (\(evidence.basis.rawValue))"
            case .command(let command): orderedAt[command] = record.writtenAt
            case .done(let step, _, _):
                doneAt[step] = record.writtenAt
                doneLast = record.writtenAt
            case .opened, .driverStarted, .undone, .commandRefused, .replanned, .closed: break
            }
        }
    }
}
