import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// For how long bridges to pods go without anybody who looks after them, at most.
    ///
    /// Pods are replaced all the time: by autoscalers, by nodes that are drained, by deployments.
    private static let unkeptMax = Duration.seconds(600)

    /// Why bridges to pods cannot be left to the run alone; nil where they can, or lead elsewhere.
    ///
    /// Only the steps of a run look at them, so no step may be far from the one before: because somebody
    /// is waited for, or because it takes long.
    var unkept: PlanProblem? {
        guard SiteRole.allCases.contains(where: leadsToPods), !estate.names.isEmpty, !isKept
        else { return nil }
        let reasons = reasonsToKeep
        guard !reasons.isEmpty else { return nil }
        return PlanProblem(
            "spec.bridges.mode",
            "bridges to pods are kept up to date by the steps of the run only, and "
                + reasons.joined(separator: "; and "),
            remedy:
                "write spec.bridges.keeper, or another mode, or take away what makes it last: "
                + "for connections that do not end, write spec.residual: accept or goBack"
        )
    }

    private var reasonsToKeep: [String] {
        var reasons: [String] = []
        let crossing = steps.filter { $0.phase != .finish }
        if crossing.contains(where: { $0.operation == .approval }) {
            reasons.append("it waits for approvals")
        }
        if crossing.contains(where: { $0.accepts != nil }) {
            reasons.append("it may wait until somebody accepts that connections are cut off")
        }
        if file.windows != nil { reasons.append("it waits for its windows") }
        if estate.keepsBridges {
            reasons.append("some bridges are used after everything has crossed")
        }
        if estate.hasJobs {
            reasons.append("Jobs at the source use bridges after everything has crossed")
        }
        let least = LeastTime(of: crossing, inFlightMax: file.workloadsInFlightMax).duration
        if least > PlanBuilder.unkeptMax {
            reasons.append(
                "it takes at least \(least.wholeMilliseconds / 60_000) minutes, and pods are followed "
                    + "for \(PlanBuilder.unkeptMax.wholeMilliseconds / 60_000)"
            )
        }
        return reasons
    }
}

/// How long steps take at the least: what their gates wait for though everything is as it should be.
struct LeastTime {
    private var ends: [StepID: Int] = [:]
    private var ofLanes: [Lane: Int] = [:]
    private let inFlightMax: Int

    /// `steps` come behind what they stand on.
    init(of steps: [Step], inFlightMax: Int) {
        self.inFlightMax = max(1, inFlightMax)
        for step in steps {
            let begin = step.after.compactMap { ends[$0] }.max() ?? 0
            ends[step.id] = begin + LeastTime.milliseconds(step)
        }
        var ofLanes: [Lane: (begin: Int, end: Int)] = [:]
        for step in steps where step.phase == .cross {
            guard let end = ends[step.id] else { continue }
            let begin = end - LeastTime.milliseconds(step)
            let known = ofLanes[step.lane] ?? (begin, end)
            ofLanes[step.lane] = (min(known.begin, begin), max(known.end, end))
        }
        self.ofLanes = ofLanes.mapValues { $0.end - $0.begin }
    }

    /// The longest way through them, and no less than what so many lanes at once take.
    var duration: Duration {
        let lanes = ofLanes.values.reduce(0, +) / inFlightMax
        return .milliseconds(max(ends.values.max() ?? 0, lanes))
    }

    private static func milliseconds(_ step: Step) -> Int {
        let before = step.gatesBefore.map(\.leastMilliseconds).max() ?? 0
        return before + (step.gates.map(\.leastMilliseconds).max() ?? 0)
    }
}

extension Condition {
    /// How long it has to hold, or what time it waits for.
    fileprivate var leastMilliseconds: Int {
        switch self {
        case .settled(let milliseconds): milliseconds
        case .share(_, _, let limits): limits.soakMilliseconds
        case .metric(let gate): gate.heldMilliseconds
        default: 0
        }
    }
}
