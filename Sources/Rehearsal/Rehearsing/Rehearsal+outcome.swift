import MigrationEngine
import MigrationFile
import MigrationModel
import Simulation

/// What the runs came to.
extension Rehearsal {
    func take(
        _ outcomes: [ScheduleOutcome],
        _ calm: ScheduleResult,
        _ report: inout RehearsalReport
    ) {
        report.migrated = outcomes.count { $0.end == .migrated }
        report.asItWasBefore = outcomes.count { $0.end == .asItWasBefore }
        report.waiting = outcomes.count { $0.end == .waits }
        report.endless = outcomes.count { $0.end == .none }
        report.crossings = outcomes.compactMap(\.crossedAt).sorted()
        report.journals = outcomes.filter { !$0.journal.isEmpty }.map {
            (seed: $0.seed, lines: $0.journal)
        }
        let before = calm.losses.filter { $0.at == .zero }
        let known = Set(before.map { Trouble.words(for: $0.what) })
        if !before.isEmpty {
            report.findings.append(
                Finding(
                    check: "twin-broken-before",
                    severity: .decide,
                    objects: known.sorted(),
                    reason: "this leads to nobody in the twin before anything is changed",
                    remedy: "it may be so at the source too; what is lost there is not told again"
                )
            )
        }
        var losses = Trouble(settings)
        var broken = Trouble(settings)
        for loss in calm.losses where loss.at > .zero {
            losses.add(loss.what, at: loss.at, seed: nil)
        }
        for promise in calm.brokenPromises { broken.add(promise, at: nil, seed: nil) }
        for outcome in outcomes {
            for loss in outcome.losses { losses.add(loss.what, at: loss.at, seed: outcome.seed) }
            for promise in outcome.brokenPromises {
                broken.add(promise, at: nil, seed: outcome.seed)
            }
        }
        // What has crossed finds no more at the target than it had at the source.
        let moved = known.map { $0.replacing("at the source", with: "at the target") }
        report.losses = losses.told(without: known.union(moved))
        report.broken = broken.told(without: [])
    }

    func approvals(
        _ report: RehearsalReport,
        _ timeline: PlanTimeline
    ) -> [RehearsalReport.Approval] {
        var approvals: [RehearsalReport.Approval] = [
            .init(
                at: nil,
                what:
                    "review the plan: `diolkos plan`, and give its digest to `diolkos run --digest`"
            )
        ]
        if let windows = file.windows {
            approvals.append(
                .init(
                    at: nil,
                    what:
                        "let it run when its steps may begin: \(windows); the times here look past "
                        + "that"
                )
            )
        }
        if case .stated(let words) = file.bridges {
            approvals.append(
                .init(at: nil, what: "vouch for the bridges, which no Job tries: \"\(words)\"")
            )
        }
        if case .kubernetes(let rule) = file.traffic?.balancer, rule.ownersAreHandled {
            approvals.append(
                .init(at: nil, what: "keep everybody else from writing the routes' weights")
            )
        }
        approvals += report.plan.findings.map { .init(at: nil, what: "know: \($0)") }
        approvals += report.plan.steps.filter { $0.operation == .approval }.map { step in
            let command = "`diolkos approve` \(step.id): \(step.summary)"
            return .init(at: timeline.begun[step.id], what: command)
        }
        if let at = report.crossedAt, !report.irreversible.isEmpty {
            approvals.append(
                .init(
                    at: at,
                    what:
                        "`diolkos finish`, at the earliest: \(report.irreversible.count) steps that "
                        + "cannot be undone; until then `diolkos rollback` carries everything back"
                )
            )
        }
        return approvals
    }
}
