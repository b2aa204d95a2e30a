import MigrationModel

/// What of a plan is undone before everything else when traffic goes back first.
///
/// A route may go back as soon as the source can serve it, whatever else of its lane still stands: its
/// pods are there again, and what leads to them by a name does. Everything else that its lane did
/// before or after changes nothing of that, for a name that is turned is answered at the other site.
package struct TrafficFirst: Sendable {
    /// The steps that give weights and may go back ahead of what stands on them.
    package let weights: Set<StepID>
    /// The steps without whose undo the source could not serve those routes.
    package let feeders: Set<StepID>
    /// The feeders of each lane.
    private let feedersOfLane: [Lane: [StepID]]

    /// Finds the lanes in which it can be so; the others go back in the usual order.
    ///
    /// Where the source is emptied before a route moves, as for what must never run twice, nobody
    /// would answer at the source before everything else has gone back. Of what crosses by ordinals the
    /// source has as large a part of the pods as the routes have of the requests there, and each pod must
    /// end at the target before it starts at the source: the usual order is the only one in which a route
    /// never leads to fewer pods than it needs. And where a writer changes sides, what writes fails until
    /// it has changed back, whichever way requests come.
    init(plan: Plan, stepsOfLane: [Lane: [Step]], dependents: [StepID: [StepID]]) {
        let entryNames = TrafficFirst.namesBehindEntries(plan)
        var weights: Set<StepID> = []
        var feeders: Set<StepID> = []
        var feedersOfLane: [Lane: [StepID]] = [:]
        for (lane, steps) in stepsOfLane {
            let moves = steps.filter(\.movesTraffic)
            guard !moves.isEmpty, !steps.contains(where: \.movesWriter) else { continue }
            let needed = TrafficFirst.needed(steps, entryNames)
            let ids = Set(needed.map(\.id))
            let inLane = Set(steps.map(\.id))
            // Nothing else of the lane may stand on what goes back early.
            let isClosed = needed.allSatisfy { step in
                (dependents[step.id] ?? []).allSatisfy { !inLane.contains($0) || ids.contains($0) }
            }
            guard isClosed else { continue }
            weights.formUnion(moves.map(\.id))
            feeders.formUnion(ids)
            feedersOfLane[lane] = needed.map(\.id)
        }
        self.weights = weights
        self.feeders = feeders
        self.feedersOfLane = feedersOfLane
    }

    /// Whether a step is undone ahead of everything else when traffic goes first.
    func contains(_ step: StepID) -> Bool { weights.contains(step) || feeders.contains(step) }

    /// The steps without whose undo the source could not serve the routes of this lane.
    func feeders(of lane: Lane) -> [StepID] { feedersOfLane[lane] ?? [] }

    private static func namesBehindEntries(_ plan: Plan) -> Set<ServiceName> {
        var names: Set<ServiceName> = []
        for step in plan.steps {
            guard
                case .change(.source, .pointEntryToLocalNames(let entry, let services)) =
                    step.operation
            else { continue }
            let namespace = entry.namespace ?? ""
            names.formUnion(services.map { ServiceName(namespace: namespace, name: $0) })
        }
        return names
    }

    /// The pods, and the names as well unless the source's entries go by local names, which always
    /// select its own pods.
    private static func needed(_ steps: [Step], _ entryNames: Set<ServiceName>) -> [Step] {
        let turned = steps.filter { $0.nameTurnedAtSource != nil }
        let goesByLocalNames = turned.contains { step in
            step.nameTurnedAtSource.map(entryNames.contains) ?? false
        }
        let emptied = Set(steps.filter(\.emptiesSource).map(\.id))
        return steps.filter { step in
            if step.emptiesSource { return true }
            // Whom those pods call may have other pods by then.
            if case .change(.source, .refreshBridges) = step.operation {
                return !emptied.isDisjoint(with: step.after)
            }
            return !goesByLocalNames && step.nameTurnedAtSource != nil
        }
    }
}

extension RunState {
    /// What the undo of a step gives back; nil exactly when nothing of the step can have happened.
    package func imageToRestore(_ step: Step) -> BeforeImage? {
        guard let before = state(of: step.id).before else { return nil }
        guard goesBackFirst(step), case .setWeight(let route, _) = step.operation else {
            return before
        }
        return routeOrigins[route] ?? before
    }

    /// Whether the step is one of those that are undone ahead of everything else.
    package func goesBackFirst(_ step: Step) -> Bool {
        isTrafficFirst && index.trafficFirst.contains(step.id)
    }

    /// Whether a share counts as soon as it is seen when the step is undone: so it is with every weight once
    /// traffic goes back first, also in lanes that keep to the usual order.
    package func goesBackHurried(_ step: Step) -> Bool {
        isTrafficFirst && (step.movesTraffic || index.trafficFirst.contains(step.id))
    }

    /// What a rollback with traffic first would undo ahead of everything else: what the source needs
    /// before it can serve, in that order, and the routes that then go back at once.
    package var stepsThatGoBackFirst: (feeders: [Step], routes: [RouteID]) {
        let happened = stepsThatMayHaveHappened
        let first = index.trafficFirst
        let routes = happened.compactMap { step -> RouteID? in
            guard first.weights.contains(step.id), case .setWeight(let route, _) = step.operation
            else { return nil }
            return route
        }
        let feeders = happened.reversed().filter { first.feeders.contains($0.id) }
        return (feeders, Set(routes).sorted())
    }

    /// What each route had before the first of its weights that may have been asked for.
    ///
    /// On the usual way back that one is undone last, so it tells what there was at the beginning.
    var origins: [RouteID: BeforeImage] {
        var origins: [RouteID: BeforeImage] = [:]
        for step in plan.steps {
            guard case .setWeight(let route, _) = step.operation, origins[route] == nil else {
                continue
            }
            origins[route] = state(of: step.id).before
        }
        return origins
    }
}

extension Step {
    /// Whether the step itself asks for a weight; one that only waits for a share drains a site.
    var movesTraffic: Bool {
        if case .setWeight = operation { true } else { false }
    }

    /// Whether a store's writer changes sides by it.
    fileprivate var movesWriter: Bool {
        if case .store = operation { true } else { false }
    }

    /// Whether it takes pods of the source away.
    fileprivate var emptiesSource: Bool {
        switch operation {
        case .change(.source, .scale), .change(.source, .runOrdinals): true
        default: false
        }
    }

    /// The name that the step turns away from the source's own pods.
    fileprivate var nameTurnedAtSource: ServiceName? {
        switch operation {
        case .change(.source, .addBridge(let service)),
            .change(.source, .removeSelector(let service)):
            service.service
        default: nil
        }
    }
}
