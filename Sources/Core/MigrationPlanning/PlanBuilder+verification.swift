import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// The numbers that must be right at each weight of a route.
    func metrics(of route: CrossingRoute) -> [Condition] {
        file.gates.filter { $0.isAsked(of: route.id) }.map { .metric(gate: $0.metric) }
    }

    /// The numbers that must be right before a workload's source goes to zero.
    func metrics(of workload: CrossingWorkload) -> [Condition] {
        file.gates.filter { $0.workloads.contains(workload.id) }.map { .metric(gate: $0.metric) }
    }

    /// What a step needs beside its usual time, since a number must be right for as long as it is wanted.
    func timeHeld(by conditions: [Condition]) -> Duration {
        conditions.reduce(.zero) { time, condition in
            guard case .metric(let gate) = condition else { return time }
            return time + .milliseconds(gate.heldMilliseconds)
        }
    }

    /// Puts the same questions to both sites before a route moves.
    mutating func compareAnswers(
        _ route: CrossingRoute,
        _ group: CrossingGroup,
        after: [StepID]
    ) -> [StepID] {
        let gates = file.comparisons.filter { $0.route == route.id }.map { stated in
            var comparison = stated
            comparison.host = route.probes.first?.host ?? ""
            return Condition.sameAnswers(comparison: comparison)
        }
        guard !gates.isEmpty else { return after }
        return [
            add(
                "routes/\(route.id)/compare",
                .cross,
                group.lane,
                after: after,
                .await,
                gates: gates,
                timeout: file.timeouts.change,
                "Compare what both sites answer for \(route.id)",
                undo: "Nothing to undo"
            )
        ]
    }
}

extension PlanNotes {
    /// What looks at nothing would look like a safeguard and be none.
    mutating func noteVerification(_ file: MigrationFile, among groups: [CrossingGroup]) {
        let routes = groups.flatMap(\.routes)
        let crossing = Set(groups.flatMap(\.workloads).map(\.id))
        for gate in file.gates {
            for route in gate.routes where !routes.contains(where: { $0.id == route }) {
                problem(
                    "gate \(gate.metric.name)",
                    "the route \(route) does not move",
                    remedy: "name one that does, or leave it out of spec.gates"
                )
            }
            for workload in gate.workloads where !crossing.contains(workload) {
                problem(
                    "gate \(gate.metric.name)",
                    "\(workload) does not cross",
                    remedy: "name one that does, or leave it out of spec.gates"
                )
            }
        }
        for comparison in file.comparisons {
            let route = routes.first { $0.id == comparison.route }
            guard let route else {
                problem(
                    "route \(comparison.route)",
                    "its answers are to be compared, and it does not move",
                    remedy: "leave it out of spec.compare"
                )
                continue
            }
            if route.probes.isEmpty {
                problem(
                    "route \(comparison.route)",
                    "its answers are to be compared, and no Ingress that crosses has its host",
                    remedy: "state the host of the route, or leave it out of spec.compare"
                )
            }
        }
    }
}
