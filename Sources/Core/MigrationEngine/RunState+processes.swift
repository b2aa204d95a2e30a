import MigrationModel
import MigrationPorts

extension TrafficProvider {
    /// Which process counts each route of a plan; nothing of one that cannot be read now, and then its first
    /// weight tells.
    ///
    /// A balancer that does not answer is asked no more: it would keep a run from its beginning.
    package func processes(of plan: Plan) async -> [RouteID: String] {
        var processes: [RouteID: String] = [:]
        for route in plan.routes {
            do {
                processes[route] = try await requestedWeight(of: route).process
            } catch {
                guard case .rejected = error else { break }
            }
        }
        return processes
    }
}

extension Plan {
    /// The routes that its steps move, sorted.
    fileprivate var routes: [RouteID] {
        let moved = steps.compactMap { step -> RouteID? in
            if case .setWeight(let route, _) = step.operation { route } else { nil }
        }
        return Set(moved).sorted()
    }
}

extension RunState {
    /// Who counted each route of the step's gates when the run was opened, or, where nobody could tell then, when
    /// its first weight was surveyed; as the journal says.
    ///
    /// Whatever is in flight since then was counted by that process. Nothing of a route whose balancer misses
    /// nothing when it is reloaded.
    func processes(for step: Step) -> [RouteID: String] {
        let routes = (step.gatesBefore + step.gates).compactMap { gate -> RouteID? in
            if case .share(let route, _, _) = gate { route } else { nil }
        }
        guard !routes.isEmpty else { return [:] }
        var images: [RouteID: BeforeImage] = [:]
        for id in index.stepsOfLane[step.lane] ?? [] {
            guard case .setWeight(let route, _)? = index[id]?.operation, images[route] == nil
            else { continue }
            images[route] = state(of: id).before
        }
        return Dictionary(
            routes.compactMap { route in
                let first = processesAtOpening[route.text] ?? images[route]?.weight?.process
                return first.map { (route, $0) }
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
