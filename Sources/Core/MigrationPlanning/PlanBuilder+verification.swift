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
        let subject = SmokeRule.Subject.route(route.id)
        let probes = outside(subject).map { stated in
            var probe = stated
            if case .http(var trial) = probe.trial, trial.host.isEmpty {
                trial.host = route.probes.first?.host ?? ""
                probe.trial = .http(trial)
            }
            return probe
        }
        let place = "routes/\(route.id)"
        let tried =
            probes.isEmpty
            ? after : [smoke(probes, "\(place)/smoke", group, after: after, "\(route.id)")]
        return inside(subject, place, group.lead, [], group, after: tried)
    }

    /// Tries what a person wants tried once a workload is ready at the target.
    mutating func smoke(
        _ workload: CrossingWorkload,
        _ group: CrossingGroup,
        after: StepID
    ) -> [StepID] {
        let subject = SmokeRule.Subject.workload(workload.id)
        let probes = outside(subject)
        let id = "\(workload.place)/smoke"
        let tried =
            probes.isEmpty ? after : smoke(probes, id, group, after: [after], "\(workload.id)")
        return inside(
            subject,
            workload.place,
            workload.id,
            workload.names,
            group,
            after: [tried]
        )
    }

    private func outside(_ subject: SmokeRule.Subject) -> [SmokeProbe] {
        file.probes.filter { $0.subject == subject }.compactMap { rule in
            if case .outside(let probe) = rule.trial { probe } else { nil }
        }
    }

    /// Runs the Jobs that try a subject, side by side, and removes each when it has succeeded.
    private mutating func inside(
        _ subject: SmokeRule.Subject,
        _ place: String,
        _ workload: WorkloadID,
        _ names: [ServiceName],
        _ group: CrossingGroup,
        after: [StepID]
    ) -> [StepID] {
        var ended: [StepID] = []
        for rule in file.probes where rule.subject == subject {
            guard case .inside(var probe) = rule.trial else { continue }
            probe.namespace = workload.namespace
            probe.job = "diolkos-probe-\(probe.probe.prefix(40))-\(steps.count)"
            probe.work = probe.work.dialling(names.first?.localName)
            let tried = add(
                "\(place)/probe-\(probe.probe)",
                .cross,
                group.lane,
                after: after,
                .change(site: .target, change: .runProbe(probe: probe)),
                gates: [.probeSucceeded(site: .target, probe: probe)],
                timeout: file.timeouts.ready + .milliseconds(probe.timeoutMilliseconds),
                "Try by the Job \(probe.namespace)/\(probe.job) at the target: \(probe.probe)",
                undo: "Delete the Job"
            )
            ended.append(
                add(
                    "\(place)/probe-\(probe.probe)/remove",
                    .cross,
                    group.lane,
                    after: [tried],
                    .change(site: .target, change: .removeProbe(probe: probe)),
                    timeout: file.timeouts.change,
                    "Delete the Job \(probe.namespace)/\(probe.job) at the target",
                    undo: "Nothing to undo"
                )
            )
        }
        return ended.isEmpty ? after : ended
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
        let workloads = groups.flatMap(\.workloads)
        let crossing = Set(workloads.map(\.id))
        noteProbes(file.probes, routes, workloads)
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
        _ crossing: [CrossingWorkload]
    ) {
        for rule in rules {
            switch rule.subject {
            case .route(let id):
                let route = routes.first { $0.id == id }
                var lacksHost = false
                if case .outside(let probe) = rule.trial, case .http(let trial) = probe.trial,
                    trial.host.isEmpty
                {
                    lacksHost = route?.probes.isEmpty ?? false
                }
                guard route == nil || lacksHost else { continue }
                problem(
                    "probe \(rule.name)",
                    route == nil
                        ? "the route \(id) does not move" : "no Ingress that crosses has its host",
                    remedy: route == nil ? "name one that does" : "write its host"
                )
            case .workload(let id):
                guard let workload = crossing.first(where: { $0.id == id }) else {
                    noteUnknown(rule, id, crossing)
                    continue
                }
                if workload.isIdle || id.isCronJob {
                    problem(
                        "probe \(rule.name)",
                        "\(id) has no pod at the target before it is depended on",
                        remedy: "leave it out of spec.probes"
                    )
                }
                guard case .inside(let job) = rule.trial, job.work.lacksHost,
                    workload.names.count != 1
                else { continue }
                problem(
                    "probe \(rule.name)",
                    "\(id) has \(workload.names.count.counted("name")), and one of them is dialled",
                    remedy: "write its host, such as NAME-local.\(id.namespace)"
                )
            }
        }
    }

    private mutating func noteUnknown(
        _ rule: SmokeRule,
        _ id: WorkloadID,
        _ crossing: [CrossingWorkload]
    ) {
        let kinds = crossing.map(\.id).filter { $0.namespace == id.namespace && $0.name == id.name }
            .map(\.kind).sorted()
        problem(
            "probe \(rule.name)",
            kinds.count > 1
                ? "\(id.namespace)/\(id.name) is the name of a \(kinds.joined(separator: " and a "))"
                : "\(id) does not cross",
            remedy: kinds.count > 1 ? "write its kind beside workload" : "name one that does"
        )
    }
}

extension ProbeJob.Work {
    /// Whether nobody says whom it dials.
    fileprivate var lacksHost: Bool {
        switch self {
        case .connect(let host, _, _), .grpcHealth(let host, _, _, _): host.isEmpty
        case .program: false
        }
    }

    /// The same, dialling this name where nobody says another.
    fileprivate func dialling(_ name: ServiceName?) -> ProbeJob.Work {
        guard lacksHost, let name else { return self }
        let host = "\(name.name).\(name.namespace)"
        switch self {
        case .connect(_, let port, let image):
            return .connect(host: host, port: port, image: image)
        case .grpcHealth(_, let port, let service, let image):
            return .grpcHealth(host: host, port: port, service: service, image: image)
        case .program: return self
        }
    }
}
