import JSONValues
import MigrationEngine
import MigrationModel

/// Where a run stands, for people and for machines.
package struct StatusReport: Sendable {
    private let state: RunState
    private let records: [JournalRecord]

    package init(_ state: RunState, records: [JournalRecord]) {
        self.state = state
        self.records = records
    }

    /// `docs/status.md` says what stands where; members are added, never taken away or changed.
    package var json: JSON {
        [
            "apiVersion": "diolkos.dev/v1alpha1", "kind": "RunStatus",
            "run": .string(state.run.text),
            "migration": .string(state.plan.name),
            "planDigest": .string(state.planDigest),
            "state": .string(word),
            "waitsFor": waitReason.map { .string($0.description) } ?? .null,
            "steps": [
                "total": .int(steps.count), "done": .int(count(.done)),
                "failed": .int(count(.failed)), "underWay": .int(count(.underWay)),
            ],
            "workloads": .array(
                workloads.map { workload in
                    [
                        "workload": .string(workload.id.description),
                        "done": .int(workload.done), "total": .int(workload.total),
                        "failure": workload.failure.map { .string($0) } ?? .null,
                    ]
                }
            ),
            "routes": .array(
                routes.map { route in
                    [
                        "route": .string(route.id.text),
                        "observedShare": route.share.map { .int(Int($0.rounded())) } ?? .null,
                        "basis": .string(route.basis.rawValue),
                    ]
                }
            ),
            "link": .array(
                links.map { link in
                    var json: JSON = [
                        "from": .string(link.from.rawValue), "step": .string(link.step.text),
                        "measuredAt": .string(link.at),
                    ]
                    for (key, value) in link.measured.object ?? [:] { json[key] = value }
                    return json
                }
            ),
            "lastRecord": [
                "sequence": .int(records.last?.sequence ?? 0),
                "writtenAt": .string(records.last?.writtenAt ?? ""),
            ],
        ]
    }

    package var text: String {
        var lines = [
            "Migration \(state.plan.name): \(word)",
            "  from \(state.plan.source.context) to \(state.plan.target.context), "
                + "run \(state.run), plan \(state.planDigest.prefix(12))",
            "  steps: \(count(.done)) of \(steps.count) done, \(count(.underWay)) under way, "
                + "\(count(.failed)) failed",
        ]
        if let waitReason { lines.append("  waits for you: \(waitReason)") }
        if !workloads.isEmpty { lines.append("") }
        let width = workloads.map { $0.id.description.count }.max() ?? 0
        for workload in workloads {
            let name = workload.id.description.padded(to: width)
            let failure = workload.failure.map { "  \($0)" } ?? ""
            lines.append("  \(name)  \(bar(workload.done, workload.total))\(failure)")
        }
        if !routes.isEmpty { lines.append("") }
        let routeWidth = routes.map { $0.id.text.count }.max() ?? 0
        for route in routes {
            let share = route.share.map { "\(Int($0.rounded())) % at the target" } ?? "no requests"
            lines.append(
                "  \(route.id.text.padded(to: routeWidth))  \(share) (\(route.basis.rawValue))"
            )
        }
        if !links.isEmpty { lines.append("") }
        for link in links { lines.append("  \(link.words)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The trials before anything moved, each with what it measured last; in the order of the plan.
    private var links: [LinkMeasured] {
        var found: [StepID: LinkMeasured] = [:]
        for record in records {
            guard case .done(let id, _, let receipt) = record.entry,
                let measured = receipt.measured,
                let step = state.plan.steps.first(where: { $0.id == id }), step.phase == .prepare,
                let site = step.linkTriedFrom
            else { continue }
            found[id] = LinkMeasured(from: site, step: id, at: record.writtenAt, measured: measured)
        }
        return state.plan.steps.compactMap { found[$0.id] }
    }

    // MARK: - What is told

    private enum Kind {
        case done
        case underWay
        case failed
        case other
    }

    private var steps: [Step] { state.plan.steps }

    private var waitReason: WaitReason? {
        for action in decide(state) {
            if case .wait(let reason) = action { return reason }
        }
        return nil
    }

    private var word: String {
        switch state.outcome {
        case .migrated: return "migrated"
        case .asItWasBefore: return "as it was before"
        case nil: break
        }
        if state.isPaused { return "paused" }
        if state.isRollingBack { return "going back" }
        if state.isFinishing { return "finishing" }
        if state.isCrossed { return "crossed" }
        return waitReason == nil ? "crossing" : "waiting for you"
    }

    private func kind(of step: Step) -> Kind {
        switch state.state(of: step.id).stage {
        case .done: .done
        case .underWay, .undoing: .underWay
        case .failed, .undoFailed: .failed
        case .pending: .other
        }
    }

    private func count(_ kind: Kind) -> Int { steps.filter { self.kind(of: $0) == kind }.count }

    private struct Workload {
        let id: WorkloadID
        var done = 0
        var total = 0
        var failure: String?
    }

    private var workloads: [Workload] {
        var workloads: [WorkloadID: Workload] = [:]
        for step in steps {
            guard case .workload(let id) = step.lane else { continue }
            var workload = workloads[id] ?? Workload(id: id)
            workload.total += 1
            switch state.state(of: step.id).stage {
            case .done: workload.done += 1
            case .failed(let failure, _), .undoFailed(let failure, _):
                workload.failure = failure.reason
            case .pending, .underWay, .undoing: break
            }
            workloads[id] = workload
        }
        return workloads.values.sorted { $0.id < $1.id }
    }

    private struct Route {
        let id: RouteID
        var share: Double?
        var basis: Evidence.Basis
    }

    /// What was last observed of each route.
    private var routes: [Route] {
        var routes: [RouteID: Route] = [:]
        for record in records {
            guard case .observed(_, let route, let evidence) = record.entry else { continue }
            routes[route] = Route(
                id: route,
                share: evidence.targetShare,
                basis: evidence.basis
            )
        }
        return routes.values.sorted { $0.id < $1.id }
    }

    private func bar(_ done: Int, _ total: Int) -> String {
        let width = 20
        let filled = total == 0 ? 0 : done * width / total
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled) + "] \(done)/\(total)"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

extension Step {
    /// The site from which what it measures is told of the link; nil where it tries none.
    fileprivate var linkTriedFrom: SiteRole? {
        switch operation {
        case .change(let site, .tryBridges), .change(let site, .tryTransfer): site
        case .await: if case .trusted(let site, _)? = gates.first { site } else { nil }
        default: nil
        }
    }
}

/// What a trial of bridges measured of the link.
private struct LinkMeasured {
    let from: SiteRole
    let step: StepID
    let at: String
    let measured: JSON

    /// For people.
    var words: String {
        let rates = [
            ("bytesPerSecondSent", "sent"), ("bytesPerSecondFetched", "fetched"),
        ].compactMap { key, word in
            measured[key]?.int.map { "at least \($0 / 1_000) kB/s \(word)" }
        }
        let told = (measured["told"]?.array ?? []).compactMap(\.string)
        if let lead = measured["clockLeadMilliseconds"]?.int {
            return (["clock of the \(from.rawValue): \(lead) ms ahead of this machine's"] + told)
                .joined(separator: "\n  ")
        }
        if !told.isEmpty { return told.joined(separator: "\n  ") }
        if let why = measured["notMeasured"]?.string {
            return "link from the \(from.rawValue): throughput not measured: \(why)"
        }
        if !rates.isEmpty {
            return "link from the \(from.rawValue): \(rates.joined(separator: ", "))"
        }
        let reached = measured["reached"]?.int ?? 0
        let least = measured["millisecondsLeast"]?.int
        let most = measured["millisecondsMost"]?.int
        let took =
            least.flatMap { least in most.map { ", connected in \(least) to \($0) ms" } } ?? ""
        let middle = measured["millisecondsMiddle"]?.int.map { " (\($0) in the middle)" } ?? ""
        return "link from the \(from.rawValue): \(reached) places reached\(took)\(middle)"
    }
}
