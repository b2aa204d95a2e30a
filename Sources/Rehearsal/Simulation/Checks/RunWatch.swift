import Clocks
import EmbeddedAPI
import HTTPTransport
import JSONValues
import MigrationModel
import Synchronization

/// Moments that a batch of schedules must have met, or it proved nothing about them.
package enum Mark: String, Sendable, Hashable, CaseIterable, Comparable {
    case deathBeforeIntent
    case deathBetweenIntentAndEffect
    case deathBetweenEffectAndResult
    case deathInsideWrite
    case diskRefused
    case unknownThatWasApplied
    case unknownThatWasNot
    case writeArrivedLate
    case lateWriteRefused
    case tooManyRequests
    case serverError
    case leaseLost
    case laneWentBack
    case rollbackInTheMiddle
    case paused
    case linkCut
    case balancerRestarted
    case balancerStuck
    case podKilled
    case readinessFlapped
    case controllersRestarted
    case clockStepped
    case handEdit
    case driftFound

    package static func < (left: Mark, right: Mark) -> Bool { left.rawValue < right.rawValue }
}

/// Sees every write of every process of one run, and what must never be.
///
/// It stands in the way of the writes themselves, so nothing can be forgotten: that each has its intent on
/// the disk, that the intent is of this step and this epoch, that a process which was replaced changes
/// nothing any more.
package final class RunWatch: Sendable {
    private struct State {
        /// Steps with an intent and no result.
        var open: Set<StepID> = []
        /// Steps that ever had an intent.
        var announced: Set<StepID> = []
        var steps: [StepID: Step] = [:]
        var epoch = 0
        var driver = 0
        var violations: [String] = []
        var marks: Set<Mark> = []
        var writes = 0
        var calls = 0
        var lastWriteWasIntent: [Int: Bool] = [:]
        var effectsSinceWrite: [Int: Int] = [:]
    }

    private static let violationsMax = 20
    /// Names on each object the step that made it (PlatformKubernetes, `Marks`).
    private static let stepMark = "diolkos.dev/step"

    private let clusters: [SiteRole: EmbeddedCluster]
    private let balancer: SimulatedBalancer
    private let state: Mutex<State>

    init(_ plan: Plan, clusters: [SiteRole: EmbeddedCluster], balancer: SimulatedBalancer) {
        self.clusters = clusters
        self.balancer = balancer
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

    package func mark(_ mark: Mark) { state.withLock { _ = $0.marks.insert(mark) } }

    func violated(_ what: String) {
        state.withLock { state in
            guard state.violations.count < RunWatch.violationsMax else { return }
            state.violations.append(what)
        }
    }

    // MARK: - The journal

    func wrote(_ entries: [JournalEntry], by incarnation: Incarnation) {
        state.withLock { state in
            for entry in entries {
                switch entry {
                case .driverStarted(let epoch, _):
                    state.epoch = epoch
                    state.driver = incarnation.number
                case .intent(let step, _, _), .undoIntent(let step, _):
                    state.open.insert(step)
                    state.announced.insert(step)
                case .done(let step, _, _), .failed(let step, _, _), .undone(let step, _),
                    .undoFailed(let step, _, _):
                    state.open.remove(step)
                case .command(.rollback):
                    if !state.open.isEmpty { state.marks.insert(.rollbackInTheMiddle) }
                case .command(.pause): state.marks.insert(.paused)
                case .opened, .command, .commandRefused, .observed, .replanned, .closed: break
                }
            }
            state.effectsSinceWrite[incarnation.number] = 0
            state.lastWriteWasIntent[incarnation.number] = entries.contains(where: \.isIntent)
        }
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
        guard request.isWrite, let cluster = clusters[site] else {
            return await server.respond(to: request)
        }
        let isReplaced = state.withLock { $0.driver > incarnation.number }
        if !isLate { expectIntent(request, at: site, by: incarnation) }
        let before = cluster.revision
        let response = await server.respond(to: request)
        let hasChanged = cluster.revision != before
        state.withLock { state in
            if hasChanged { state.writes += 1 }
            state.effectsSinceWrite[incarnation.number, default: 0] += 1
            if isLate, !hasChanged { state.marks.insert(.lateWriteRefused) }
        }
        // A late creation has no fence (ARCHITECTURE.md, "Choices"): the name is free, so it is made.
        if isReplaced, hasChanged, request.method != "POST" {
            violated("a process that was replaced changed \(request.method) \(request.target)")
        }
        return response
    }

    private func expectIntent(
        _ request: HTTPRequest,
        at site: SiteRole,
        by incarnation: Incarnation
    ) {
        let what = "\(request.method) \(request.target) at the \(site)"
        let open = state.withLock { state in
            state.open.filter { id in
                guard case .change(site, _) = state.steps[id]?.operation else { return false }
                return true
            }
        }
        if open.isEmpty { return violated("\(what) was sent without an intent on the disk") }
        guard request.method == "POST" else { return }
        do {
            let step = try JSON.parse(request.body).at("metadata", "annotations", RunWatch.stepMark)
            // An undo may put back what another step had made.
            let announced = state.withLock { $0.announced }
            if let step = step?.string, !announced.contains(StepID(step)) {
                violated("\(what) bears the mark of \(step), which has no intent")
            }
        } catch {
            violated("\(what) has a body that is no JSON: \(error)")
        }
    }

    func willMove(_ route: RouteID, by incarnation: Incarnation) {
        let hasIntent = state.withLock { state in
            state.effectsSinceWrite[incarnation.number, default: 0] += 1
            state.writes += 1
            return state.open.contains { id in
                guard case .setWeight(route, _) = state.steps[id]?.operation else { return false }
                return true
            }
        }
        if !hasIntent { violated("the weight of \(route) was moved without an intent on the disk") }
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
