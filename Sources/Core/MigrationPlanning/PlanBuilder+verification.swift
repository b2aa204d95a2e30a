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

    /// Tries what a person wants tried before the first weight of a route.
    mutating func smoke(
        _ route: CrossingRoute,
        _ group: CrossingGroup,
        after: [StepID]
    ) -> [StepID] {
        let probes = file.probes.filter { $0.subject == .route(route.id) }.map { rule in
            var probe = rule.probe
            if case .http(var trial) = probe.trial, trial.host.isEmpty {
                trial.host = route.probes.first?.host ?? ""
                probe.trial = .http(trial)
            }
            return probe
        }
        guard !probes.isEmpty else { return after }
        return [smoke(probes, "routes/\(route.id)/smoke", group, after: after, "\(route.id)")]
    }

    /// Tries what a person wants tried once a workload is ready at the target.
    mutating func smoke(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after: StepID
    ) -> StepID {
        let probes = file.probes.filter { $0.subject == .workload(workload.id) }.map(\.probe)
        guard !probes.isEmpty else { return after }
        let id = "\(workload.place)/smoke"
        return smoke(probes, id, group, after: [after], "\(workload.id)")
    }

    private mutating func smoke(
        _ probes: [SmokeProbe],
        _ id: String,
        _ group: CrossingGroup,
        after: [StepID],
        _ subject: String
    ) -> StepID {
        add(
            id,
            .cross,
            group.lane,
            after: after,
            .await,
            gates: probes.map { .smoke(probe: $0) },
            timeout: probes.reduce(file.timeouts.change) {
                $0 + .milliseconds($1.timeoutMilliseconds)
            },
            "Try \(subject) at the target: \(probes.map(\.name).joined(separator: ", "))",
            undo: "Nothing to undo"
        )
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
        noteProbes(file.probes, routes, crossing)
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

    private mutating func noteProbes(
        _ rules: [SmokeRule],
        _ routes: [CrossingRoute],
        _ crossing: Set<WorkloadID>
    ) {
        for rule in rules {
            switch rule.subject {
            case .route(let id):
                let route = routes.first { $0.id == id }
                var lacksHost = false
                if case .http(let trial) = rule.probe.trial, trial.host.isEmpty {
                    lacksHost = route?.probes.isEmpty ?? false
                }
                guard route == nil || lacksHost else { continue }
                problem(
                    "probe \(rule.probe.name)",
                    route == nil
                        ? "the route \(id) does not move" : "no Ingress that crosses has its host",
                    remedy: route == nil ? "name one that does" : "write its host"
                )
            case .workload(let id) where !crossing.contains(id):
                problem(
                    "probe \(rule.probe.name)",
                    "\(id) does not cross",
                    remedy: "name one that does"
                )
            case .workload: continue
            }
        }
    }
}
