import MigrationModel
import MigrationPorts

extension RunState {
    /// Who counted each route of the step's gates when its first weight was surveyed, as the journal says.
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
                images[route]?.weight?.process.map { (route, $0) }
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
