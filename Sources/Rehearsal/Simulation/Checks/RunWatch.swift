import Clocks
import EmbeddedAPI
import EmbeddedSites
import HTTPTransport
import JSONValues
import KubernetesObjects
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
                case .done(let step, _, _), .failed(let step, _, _), .undone(let step, _),
                    .undoFailed(let step, _, _):
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

    // MARK: - Calls

    func met(_ fate: CallFate, isWrite: Bool) {
        state.withLock { state in
            state.calls += 1
            switch fate {
            case .refused(429): state.marks.insert(.tooManyRequests)
            case .refused: state.marks.insert(.serverError)
            case .answerLost: if isWrite { state.marks.insert(.unknownThatWasApplied) }
            case .lost: if isWrite { state.marks.insert(.unknownThatWasNot) }
            case .late: if isWrite { state.marks.insert(.writeArrivedLate) }
            case .answered, .notSent: break
            }
        }
    }

    /// Lets the server carry a request out, and looks at what that changed.
    func carry(
        out request: HTTPRequest,
        at site: SiteRole,
        by incarnation: Incarnation,
        isLate: Bool,
        _ server: any HTTPHandler
    ) async -> HTTPResponse {
        guard request.isWrite else { return await server.respond(to: request) }
        let cluster = world[site].cluster
        let isReplaced = state.withLock { $0.driver > incarnation.number }
        if !isLate { expectIntent(request, at: site, by: incarnation) }
        let before = cluster.revision
        let response = await server.respond(to: request)
        let hasChanged = cluster.revision != before
        state.withLock { state in
            if hasChanged { state.writes += 1 }
            state.effectsSinceWrite[incarnation.number, default: 0] += 1
            if isLate, isReplaced, response.status == 409, request.method != "POST" {
                state.marks.insert(.lateWriteRefused)
            }
        }
        if isLate, hasChanged, request.method == "POST" { mark(.lateCreation) }
        // A creation has no precondition, so one that was sent in time is made however late it comes; it
        // is the driver's to look for it (`Stragglers`), and the end is held to that. What the newest
        // driver has still open is made again by it, whatever came before.
        let mayStand = state.withLock { state in
            if isLate, request.method == "POST" { return true }
            return state.open.contains { id in
                guard case .change(site, _) = state.steps[id]?.operation else { return false }
                return true
            }
        }
        if isReplaced, hasChanged, !mayStand {
            violated(
                "process \(incarnation.number), which was replaced, changed \(request.method) "
                    + request.target
            )
        }
        return response
    }

    private func expectIntent(
        _ request: HTTPRequest,
        at site: SiteRole,
        by incarnation: Incarnation
    ) {
        func violated(_ how: String) {
            self.violated(
                "\(request.method) \(request.target) at the \(site) by process "
                    + "\(incarnation.number) \(how)"
            )
        }
        let isOpen = state.withLock { state in
            state.open.contains { id in
                guard case .change(site, _) = state.steps[id]?.operation else { return false }
                return true
            }
        }
        if !isOpen { return violated("was sent without an intent on the disk") }
        guard request.method == "POST" else { return }
        do {
            let step = try JSON.parse(request.body).at("metadata", "annotations", MarkNames.step)
            // An undo may put back what another step had made.
            let announced = state.withLock { $0.announced }
            if let step = step?.string, !announced.contains(StepID(step)) {
                violated("bears the mark of \(step), which has no intent")
            }
        } catch {
            violated("has a body that is no JSON: \(error)")
        }
    }

    func willMove(_ route: RouteID, by incarnation: Incarnation, isLate: Bool) {
        // It was sent in time, and a balancer refuses nothing: whoever asked has to look for it.
        guard !isLate else { return mark(.lateWeight) }
        expectIntent(by: incarnation, "the weight of \(route) was moved") { operation in
            if case .setWeight(route, _) = operation { true } else { false }
        }
    }

    func willAsk(_ store: Store, by incarnation: Incarnation, isLate: Bool) {
        // As with weights.
        guard !isLate else { return mark(.lateStoreChange) }
        expectIntent(by: incarnation, "a copy of \(store.name) was asked for something") {
            operation in
            if case .store(_, store, _) = operation { true } else { false }
        }
    }

    /// Of what keeps no versions.
    private func expectIntent(
        by incarnation: Incarnation,
        _ what: String,
        _ isAnnounced: (MigrationModel.Operation) -> Bool
    ) {
        let isReplaced = state.withLock { $0.driver > incarnation.number }
        guard !isReplaced else { return mark(.wokeUpReplaced) }
        let hasIntent = state.withLock { state in
            state.effectsSinceWrite[incarnation.number, default: 0] += 1
            state.writes += 1
            return state.open.contains { id in
                state.steps[id].map { isAnnounced($0.operation) } ?? false
            }
        }
        if !hasIntent { violated("\(what) without an intent on the disk") }
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
