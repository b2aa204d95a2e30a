import EmbeddedAPI
import HTTPTransport
import JSONValues
import MigrationModel
import Synchronization

/// What every call comes to, and whether it may.
extension RunWatch {
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

    /// What a request is sent for: one of the steps that are open then.
    struct Purpose: Sendable {
        let steps: Set<StepID>
        let sentAt: Duration
    }

    /// What is sent to a site now is sent for this.
    func purpose(at site: SiteRole) -> Purpose {
        let steps = state.withLock { state in state.open.filter { state.isChange($0, at: site) } }
        return Purpose(steps: steps, sentAt: world.time.uptime)
    }

    /// Lets the server carry a request out, and looks at what that changed.
    func carry(
        out request: HTTPRequest,
        at site: SiteRole,
        by incarnation: Incarnation,
        for purpose: Purpose,
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
        // driver has still open is made again by it, whatever came before; so is what had no result since. And
        // what only tidies up is wanted whichever way the run has gone.
        let mayStand = state.withLock { state in
            if isLate, request.method == "POST" { return true }
            return state.open.contains { state.isChange($0, at: site) }
                || purpose.steps.contains { id in
                    let concluded = state.concluded[id] ?? .zero
                    return concluded <= purpose.sentAt || state.isNeverGivenBack(id)
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
        if purpose(at: site).steps.isEmpty {
            return violated("was sent without an intent on the disk")
        }
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
