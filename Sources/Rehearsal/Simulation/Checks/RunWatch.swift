import Clocks
import EmbeddedSites
import MigrationModel
import Synchronization

/// Sees every write of every process of one run, and what must never be.
///
/// It stands in the way of the writes themselves, so nothing can be forgotten: that each has its intent on
/// the disk, that the intent is of this step and this epoch, that a process which was replaced changes
/// nothing any more.
package final class RunWatch: Sendable {
    struct State {
        /// Steps with an intent and no result.
        var open: Set<StepID> = []
        /// Steps that ever had an intent.
        var announced: Set<StepID> = []
        /// When a step was last made or undone for good.
        var concluded: [StepID: Duration] = [:]
        var steps: [StepID: Step] = [:]
        var epoch = 0
        var driver = 0
        /// The name under which it drives.
        var seat = ""
        /// Steps that a person has approved, ever.
        var approved: Set<StepID> = []
        var violations: [String] = []
        var marks: Set<Mark> = []
        var writes = 0
        /// Nodes of the other site that had gone when a step began to lead bridges anew.
        var nodesGone: [StepID: Set<TwinAddress>] = [:]
        /// When a pod last died or flapped.
        var podsFellAt = Duration.seconds(-3_600)
        var calls = 0
        var lastWriteWasIntent: [Int: Bool] = [:]
        var effectsSinceWrite: [Int: Int] = [:]

        func isChange(_ step: StepID, at site: SiteRole) -> Bool {
            if case .change(site, _) = steps[step]?.operation { true } else { false }
        }

        /// Whether it takes away what served a trial, which the way back does without.
        func isNeverGivenBack(_ step: StepID) -> Bool {
            switch steps[step]?.operation {
            case .change(_, .stopListening), .change(_, .removeProbe): true
            default: false
            }
        }

        mutating func note(_ violation: String) {
            guard violations.count < RunWatch.violationsMax else { return }
            violations.append(violation)
        }
    }

    private static let violationsMax = 20

    let world: SimulatedWorld
    let state: Mutex<State>

    init(_ plan: Plan, in world: SimulatedWorld) {
        self.world = world
        let steps = plan.steps.map { ($0.id, $0) }
        state = Mutex(State(steps: Dictionary(uniqueKeysWithValues: steps)))
    }

    /// What was seen that must never be, at most twenty.
    package var violations: [String] { state.withLock { $0.violations } }

    /// What this run has met.
    package var marks: Set<Mark> { state.withLock { $0.marks } }

    /// How many writes of all processes were carried out.
    package var writes: Int { state.withLock { $0.writes } }

    /// How many calls were made.
    package var calls: Int { state.withLock { $0.calls } }

    package func mark(_ mark: Mark) {
        let now = world.time.uptime
        state.withLock { state in
            state.marks.insert(mark)
            if [.podKilled, .readinessFlapped, .nodeReplaced].contains(mark) {
                state.podsFellAt = now
            }
        }
    }

    func violated(_ what: String) {
        state.withLock { $0.note(what) }
    }

    // MARK: - The journal

    func wrote(_ entries: [JournalEntry], by incarnation: Incarnation) {
        let now = world.time.uptime
        state.withLock { state in
            // Whoever was replaced has a journal of its own, which nobody reads any more.
            guard incarnation.number >= state.driver else {
                state.marks.insert(.wokeUpReplaced)
                return
            }
            for entry in entries {
                switch entry {
                case .driverStarted(let epoch, let driver):
                    state.epoch = epoch
                    state.driver = incarnation.number
                    if state.seat != "", state.seat != driver { state.marks.insert(.takenOver) }
                    state.seat = driver
                case .intent(let step, _, _):
                    if let cut = cutOff(by: state.steps[step]) {
                        if state.approved.contains(step) {
                            state.marks.insert(.connectionsCutOff)
                        } else {
                            state.note(
                                "\(step) cuts off what runs of \(cut), and nobody accepted it"
                            )
                        }
                    }
                    state.open.insert(step)
                    state.announced.insert(step)
                    if let gone = nodesGone(for: state.steps[step]) {
                        state.nodesGone[step] = gone
                    }
                case .undoIntent(let step, _):
                    state.open.insert(step)
                    state.announced.insert(step)
                case .command(.approve(let approval)):
                    state.approved.formUnion(approval.steps)
                case .done(let step, _, _), .undone(let step, _):
                    state.open.remove(step)
                    state.concluded[step] = now
                case .failed(let step, _, _), .undoFailed(let step, _, _):
                    state.open.remove(step)
                case .command(.rollbackNow):
                    state.marks.insert(.rollbackTrafficFirst)
                case .command(.rollback):
                    if !state.open.isEmpty { state.marks.insert(.rollbackInTheMiddle) }
                case .command(.pause): state.marks.insert(.paused)
                case .observed(let step, _, let evidence):
                    if !state.open.contains(step), evidence.source.isCountLost != true {
                        state.marks.insert(.connectionsEnded)
                    }
                case .opened, .command, .commandRefused, .replanned, .closed: break
                }
            }
            state.effectsSinceWrite[incarnation.number] = 0
            state.lastWriteWasIntent[incarnation.number] = entries.contains(where: \.isIntent)
        }
        checkDone(entries)
    }

    /// A route of which something still runs where this step ends the pods; nil where a step asks nobody.
    private func cutOff(by step: Step?) -> RouteID? {
        guard let step, step.accepts != nil else { return nil }
        return step.gatesBefore.lazy.compactMap { gate -> RouteID? in
            guard case .share(let route, _, _) = gate else { return nil }
            return route
        }.first { world.balancer.stillRuns($0, at: .source) }
    }

    /// Where a process died, told by what it had done last.
    func died(_ incarnation: Incarnation) {
        state.withLock { state in
            let hasIntent = state.lastWriteWasIntent[incarnation.number] ?? false
            let effects = state.effectsSinceWrite[incarnation.number] ?? 0
            switch (hasIntent, effects) {
            case (true, 0): state.marks.insert(.deathBetweenIntentAndEffect)
            case (_, 0): state.marks.insert(.deathBeforeIntent)
            default: state.marks.insert(.deathBetweenEffectAndResult)
            }
        }
    }
}

extension JournalEntry {
    /// Whether it announces an effect.
    fileprivate var isIntent: Bool {
        switch self {
        case .intent, .undoIntent: true
        default: false
        }
    }
}
