import JSONValues
import MigrationModel

/// Writes a plan for a person: what will be done in which order, and how each step is undone.
package enum PlanText {
    /// The whole plan, plain text, a line break at the end.
    package static func text(of plan: Plan, digest: String) -> String {
        var lines = header(of: plan, digest: digest)
        lines += ["", "Workloads, in the order in which they begin"]
        lines += summary(of: plan).map { "  \($0)" }
        lines += order(of: plan)
        var number = 0
        for phase in Phase.allCases {
            let steps = plan.steps.filter { $0.phase == phase }
            guard !steps.isEmpty else { continue }
            lines += ["", heading(of: phase)]
            for step in steps {
                number += 1
                lines += text(of: step, number: number)
            }
        }
        if !plan.findings.isEmpty {
            lines += ["", "What to know before saying yes"]
            lines += plan.findings.map { "  - \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A line per workload: what leads to it and in how many steps it crosses.
    package static func summary(of plan: Plan) -> [String] {
        var lanes: [Lane] = []
        var stepsOfLane: [Lane: [Step]] = [:]
        for step in plan.steps where step.phase == .cross {
            if stepsOfLane[step.lane] == nil { lanes.append(step.lane) }
            stepsOfLane[step.lane, default: []].append(step)
        }
        let rows = lanes.flatMap { lane -> [[String]] in
            let steps = stepsOfLane[lane] ?? []
            let routes = Set(steps.compactMap(\.route)).sorted().map(\.text)
            let names = Set(steps.compactMap(\.turnedName)).sorted().map(\.description)
            let workloads = Set(steps.compactMap(\.createdWorkload)).sorted()
            return workloads.enumerated().map { index, workload in
                index == 0
                    ? [
                        workload, "\(steps.count) steps",
                        names.isEmpty ? "no name" : "names \(names.joined(separator: ", "))",
                        routes.isEmpty ? "no route" : "routes \(routes.joined(separator: ", "))",
                    ]
                    : [workload, "with \(workloads[0])", "", ""]
            }
        }
        return aligned(rows)
    }

    private static func header(of plan: Plan, digest: String) -> [String] {
        let workloads = Set(plan.steps.compactMap(\.createdWorkload)).count
        let routes = Set(plan.steps.compactMap(\.route)).count
        return ["Migration \(plan.name)"]
            + aligned(
                [
                    ["  source", site(plan.source)],
                    ["  target", site(plan.target)],
                    ["  digest", digest],
                    [
                        "  size",
                        "\(workloads.counted("workload")), \(routes.counted("route")), "
                            + "\(plan.steps.count.counted("step")); at most "
                            + "\(plan.workloadsInFlightMax) cross at once",
                    ],
                ] + (plan.windows.map { [["  windows", $0.description]] } ?? [])
                    + approvals(of: plan)
            )
    }

    private static func approvals(of plan: Plan) -> [[String]] {
        let count = plan.steps.count { $0.operation == .approval }
        guard count > 0 else { return [] }
        return [["  waits", "\(count.counted("time")) for an approval (`diolkos approve`)"]]
    }

    private static func site(_ site: PlannedSite) -> String {
        "\(site.context) (\(site.version), \(site.identity))"
    }

    private static func heading(of phase: Phase) -> String {
        switch phase {
        case .prepare: "Prepare: nothing moves yet"
        case .cross: "Cross: each workload by itself, several at once"
        case .finish: "Finish: only when you say so, and from then on there is no way back"
        }
    }

    private static func text(of step: Step, number: Int) -> [String] {
        let indent = String(repeating: " ", count: 7)
        let digits = String(number)
        var lines = [
            String(repeating: " ", count: max(0, 5 - digits.count)) + "\(digits)  \(step.summary)",
            "\(indent)step   \(step.id)",
        ]
        if !step.gatesBefore.isEmpty {
            let words = step.gatesBefore.map(\.words).joined(separator: "; ")
            lines.append("\(indent)once   \(words)")
        }
        if !step.gates.isEmpty {
            lines.append("\(indent)until  \(step.gates.map(\.words).joined(separator: "; "))")
        }
        if step.accepts != nil {
            lines.append(
                "\(indent)asks   for your approval if anything still runs at the source by then"
            )
        }
        lines.append("\(indent)undo   \(step.undoSummary)")
        return lines
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() where !cell.isEmpty {
                let start = widths[..<column].reduce(0) { $0 + $1 + 2 }
                line += String(repeating: " ", count: max(0, start - line.count)) + cell
            }
            return line
        }
    }
}

extension Step {
    /// The route whose weight it moves.
    fileprivate var route: RouteID? {
        if case .setWeight(let route, _) = operation { route } else { nil }
    }

    /// The name that it turns.
    fileprivate var turnedName: ServiceName? {
        if case .change(.source, .removeSelector(let service)) = operation {
            service.service
        } else {
            nil
        }
    }

    /// The workload that it creates at the target, or waits for there.
    fileprivate var createdWorkload: String? {
        if phase == .cross, case .await = operation,
            case .ready(.target, let workload, .atLeast(count: 0))? = gates.first
        {
            return workload.description
        }
        guard phase == .cross, case .change(.target, .create(let objects)) = operation else {
            return nil
        }
        return objects.first(where: \.isWorkload)?.reference.description
    }
}

extension Condition {
    /// What must be seen, in words.
    package var words: String {
        switch self {
        case .ready(let site, let workload, .atLeast(count: 0)):
            "\(workload) is ready at the nodes of the \(site.rawValue)"
        case .ready(let site, let workload, .atLeast(let count)):
            "\(workload) has \(count) ready at the \(site.rawValue)"
        case .ready(let site, let workload, .asRequested):
            "\(workload) is ready at the \(site.rawValue)"
        case .endpoints(let site, let service, .local):
            "\(service) has ready pods of its own at the \(site.rawValue)"
        case .endpoints(let site, let service, .bridge):
            "\(service) leads across the bridge at the \(site.rawValue)"
        case .bridgedOnly(let site, let service):
            "\(service) leads to no pod of its own at the \(site.rawValue) any more"
        case .bridgesAnswer(let site, let trial) where trial.isOfLink:
            "the \(site.counterpart.rawValue) was reached when tried from the \(site.rawValue)"
        case .bridgesAnswer(let site, let trial):
            "\(trial.services.count.counted("name")) of \(trial.namespace) answered across the "
                + "bridge when tried from the \(site.rawValue)"
        case .listens(let site, _): "somebody listens at the \(site.rawValue)"
        case .linkCarries(let site, let transfer):
            "packets of full size went both ways when tried from the \(site.rawValue)"
                + (transfer.throughputMin.map { ", at least \($0) bytes a second" } ?? "")
        case .trusted(let site, let look):
            "the \(site.rawValue)'s clock goes right, its certificates count for "
                + "\(look.lengthMilliseconds / 1_000) s more"
        case .answersThroughLocalName(let site, let service, let probe):
            "\(service) answers \(probe.path) at the \(site.rawValue)"
        case .answersThroughEntry(let site, let host, let probe):
            "the \(site.rawValue)'s entry answers \(host)\(probe.path)"
        case .share(let route, .exactly, let limits)
        where limits.residualPatienceMilliseconds ?? 0 > 0:
            "nothing of \(route) runs at the source any more, or "
                + "\((limits.residualPatienceMilliseconds ?? 0) / 1_000) s have passed"
        case .share(let route, .exactly(let weight), let limits):
            "\(weight) of \(route) is seen at the target over "
                + "\(limits.soakMilliseconds) ms, within its limits"
        case .share(let route, .asBefore, _): "\(route) is served as before"
        case .gone(let site, let workload) where workload.isCronJob:
            "no Job of \(workload) runs at the \(site.rawValue)"
        case .gone(let site, let workload):
            "\(workload) has no pod left at the \(site.rawValue)"
        case .ordinalGone(let site, let workload, let ordinal):
            "\(workload.name)-\(ordinal) is not run at the \(site.rawValue)"
        case .deployedAsPlanned(let site, let workload, _):
            "nobody has deployed \(workload) anew at the \(site.rawValue)"
        case .configuredAsCopied(let site, _, let configuration):
            "\(configuration.count.counted("object")) that its pods read "
                + "\(configuration.count == 1 ? "says" : "say") at the \(site.rawValue) what was copied"
        case .keptAsMade(let site, let workload, _):
            "nobody else has changed \(workload) at the \(site.rawValue)"
        case .deploysRefused(let site, let workload, let isRefused):
            isRefused
                ? "the \(site.rawValue) refuses deployments of \(workload)"
                : "\(workload) may be deployed again at the \(site.rawValue)"
        case .store(let site, let store, let goal): goal.words(of: store, at: site)
        case .metric(let gate):
            "\(gate.name) is \(gate.bounds) for \(gate.heldMilliseconds) ms, by \(gate.query) at "
                + gate.url
        case .smoke(let probe): probe.words
        case .probeSucceeded(let site, let probe): probe.words(at: site)
        case .sameAnswers(let comparison):
            "both sites answer \(comparison.method) of \(comparison.host) alike, at "
                + comparison.paths.count.counted("path")
        case .betweenTicks(let site): "no tick is near at the \(site.rawValue)"
        case .jobsEnded(let site, let namespaces):
            "every Job of \(namespaces.joined(separator: ", ")) at the \(site.rawValue) has ended"
        case .settled(let milliseconds): "\(milliseconds) ms have passed"
        }
    }
}

extension StoreGoal {
    /// What must be seen, in words.
    fileprivate func words(of store: Store, at site: SiteRole) -> String {
        let (own, other) = (site.rawValue, site.counterpart.rawValue)
        return switch self {
        case .refusesWrites: "\(store.name) refuses writes at the \(own)"
        case .acceptsWrites: "\(store.name) accepts writes at the \(own)"
        case .follows(let behindMax):
            "\(store.name) at the \(own) follows the \(other), at most \(behindMax) behind"
        case .caughtUp: "\(store.name) at the \(own) has everything that the \(other) has"
        }
    }
}

extension SmokeProbe {
    /// What must be seen of it, in words.
    fileprivate var words: String {
        switch trial {
        case .http(let trial):
            "the probe \(name) is answered with \(trial.status) at the target's entry "
                + "(\(trial.host)\(trial.path))"
        case .command(let words): "the probe \(name) succeeds: \(words.joined(separator: " "))"
        }
    }
}

extension ProbeJob {
    /// What must be seen of it, in words.
    fileprivate func words(at site: SiteRole) -> String {
        switch work {
        case .connect(let host, let port, _):
            "the probe \(probe) connects to \(host):\(port), tried from inside the \(site.rawValue)"
        case .grpcHealth(let host, let port, let service, _):
            "the probe \(probe) is told by \(host):\(port) that "
                + (service.isEmpty ? "it" : service)
                + " serves (grpc.health.v1), tried from inside the \(site.rawValue)"
        case .program(let job):
            "the probe \(probe) succeeds: a Job at the \(site.rawValue) that runs "
                + job.value.images.joined(separator: ", ")
        }
    }
}

extension JSON {
    /// What the containers of a Job run.
    fileprivate var images: [String] {
        (self["spec"]?["template"]?["spec"]?["containers"]?.array ?? [])
            .compactMap { $0["image"]?.string }
    }
}
