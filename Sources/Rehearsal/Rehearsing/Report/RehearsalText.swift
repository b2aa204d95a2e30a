import KubernetesAssessment
import MigrationModel

/// A rehearsal for people.
package enum RehearsalText {
    /// Longer lists are cut; `-o json` has all of them.
    private static let namesMax = 8
    private static let stepsMax = 5

    /// One line of output each, without a line's end.
    package static func lines(of report: RehearsalReport) -> [String] {
        header(report) + times(report) + waves(report) + troubles(report) + people(report)
            + findings(report) + journals(report) + ["", verdict(report)]
    }

    private static func header(_ report: RehearsalReport) -> [String] {
        [
            "\(report.migration): \(report.source) to \(report.target), rehearsed in virtual time",
            "  \(report.plan.steps.count) steps, \(report.lanes.count) cross by themselves, in "
                + "\(report.waves.count) wave\(report.waves.count == 1 ? "" : "s")",
        ]
    }

    // MARK: - Times

    private static func times(_ report: RehearsalReport) -> [String] {
        var lines = ["", "How long it takes"]
        if let problem = report.calmProblem {
            lines.append("  without faults it does NOT end well: \(problem)")
        }
        if let crossed = report.crossedAt {
            lines.append("  without faults  \(DurationWords.text(crossed)) until all has crossed")
        }
        if let finish = report.finishTook {
            lines.append("  finish          \(DurationWords.text(finish)), when a person says so")
        }
        lines += report.stores.map { pause in
            "  store \(pause.store): nobody can write for "
                + "\(DurationWords.text(pause.end - pause.begin)), from "
                + "\(DurationWords.text(pause.begin)) on"
        }
        guard report.settings.schedules > 0 else { return lines }
        lines.append("  under faults    " + faulted(report))
        return lines
    }

    /// How the runs under faults ended, and how long those took that migrated.
    static func faulted(_ report: RehearsalReport) -> String {
        let ends = [
            (report.migrated, "migrated"), (report.asItWasBefore, "went back"),
            (report.waiting, "wait for somebody"), (report.endless, "come to no end"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        var words = "of \(report.settings.schedules) runs \(ends.joined(separator: ", "))"
        if let median = report.crossingMedian, let ninth = report.crossingNinth {
            words +=
                "; crossed in \(DurationWords.text(median)), nine of ten within "
                + DurationWords.text(ninth)
        }
        return words
    }

    // MARK: - Waves

    private static func waves(_ report: RehearsalReport) -> [String] {
        report.waves.flatMap { wave -> [String] in
            var lines = ["", "Wave \(wave.number)\(span(wave))"]
            let names = wave.workloads.map { "\($0.namespace)/\($0.name)" }
            lines.append("  workloads  \(names.count): \(shortened(names))")
            if !wave.routes.isEmpty {
                let routes = wave.routes.map(\.text)
                lines.append("  routes     \(routes.count): \(shortened(routes))")
            }
            lines.append(
                "  link       at most \(wave.callsAcrossMost) calls lead across, "
                    + "\(wave.callsAcrossAfter) when it has crossed"
            )
            let lack =
                wave.exceeded.isEmpty
                ? "" : "; TOO LITTLE \(wave.exceeded.joined(separator: ", "))"
            lines.append("  target     \(wave.requests.words)")
            lines.append("             with all before: \(wave.cumulative.words)\(lack)")
            lines.append(
                "  way back   "
                    + (wave.wayBack.map { "\(DurationWords.text($0)) from its end" }
                        ?? "not measured: the way there or back does not end well")
            )
            return lines
        } + room(report)
    }

    private static func span(_ wave: RehearsalReport.Wave) -> String {
        guard let begin = wave.begin, let end = wave.end else { return ": it never begins" }
        return ": from \(DurationWords.text(begin)) to \(DurationWords.text(end))"
    }

    private static func room(_ report: RehearsalReport) -> [String] {
        guard let room = report.room else {
            return ["", "What the target's nodes have is not known."]
        }
        return [
            "",
            "The target's nodes have \(room.allocatable.words); taken are \(room.taken.words).",
        ]
    }

    // MARK: - Troubles

    private static func troubles(_ report: RehearsalReport) -> [String] {
        lines("Where a request could be lost", report.losses)
            + lines("What does not come to a good end", report.broken)
    }

    private static func lines(
        _ heading: String,
        _ troubles: [RehearsalReport.Trouble]
    ) -> [String] {
        if troubles.isEmpty { return [] }
        return ["", heading]
            + troubles.flatMap { trouble -> [String] in
                let when = trouble.at.map { ", first after \(DurationWords.text($0))" } ?? ""
                var lines = ["  \(trouble.what)", "      \(who(trouble))\(when)"]
                if !trouble.seeds.isEmpty || trouble.isCalm {
                    lines.append("      again: \(trouble.command)")
                }
                return lines
            }
    }

    /// Which runs show it.
    static func who(_ trouble: RehearsalReport.Trouble) -> String {
        let calm = trouble.isCalm ? ["without any fault"] : []
        let seeds = trouble.seeds.prefix(namesMax).map { "\($0)" }.joined(separator: ", ")
        let runs =
            trouble.runs > 0
            ? ["in \(trouble.runs) run\(trouble.runs == 1 ? "" : "s") under faults, seed \(seeds)"]
            : []
        return (calm + runs).joined(separator: "; ")
    }

    // MARK: - People

    private static func people(_ report: RehearsalReport) -> [String] {
        var lines = ["", "What a person has to do"]
        for approval in report.approvals {
            let when = approval.at.map { "after \(DurationWords.text($0))" } ?? "before"
            lines.append("  \(when): \(approval.what)")
        }
        guard !report.irreversible.isEmpty else { return lines }
        lines += [
            "", "What cannot be undone: \(irreversible(report))",
        ]
        lines += report.irreversible.prefix(stepsMax).map { "  \($0.summary)" }
        if report.irreversible.count > stepsMax {
            lines.append("  and \(report.irreversible.count - stepsMax) more: -o json lists them")
        }
        return lines
    }

    /// How many steps, and when they are made.
    static func irreversible(_ report: RehearsalReport) -> String {
        let isAllLast = report.irreversible.allSatisfy { $0.phase == .finish }
        return "\(report.irreversible.count) steps" + (isAllLast ? ", all of the finish" : "")
    }

    private static func findings(_ report: RehearsalReport) -> [String] {
        if report.findings.isEmpty { return [] }
        return ["", "What this rehearsal does not know"]
            + report.findings.flatMap { finding in
                [
                    "  \(finding.check): \(shortened(finding.objects))",
                    "      \(finding.reason)", "      \(finding.remedy)",
                ]
            }
    }

    private static func journals(_ report: RehearsalReport) -> [String] {
        report.journals.flatMap { journal in
            ["", "Journal of seed \(journal.seed)"] + journal.lines
        }
    }

    /// What it comes to.
    static func verdict(_ report: RehearsalReport) -> String {
        guard !report.isSafe else {
            return "In no run could a request be lost, and every run came to a good end."
        }
        let calm = report.calmProblem == nil ? 0 : 1
        let problems = max(report.broken.count, calm)
        return "A request could be lost in \(report.losses.count) way"
            + "\(report.losses.count == 1 ? "" : "s"); \(problems) other problem"
            + "\(problems == 1 ? "" : "s")."
    }

    /// The first few, and how many more there are.
    private static func shortened(_ names: [String]) -> String {
        let more = names.count - namesMax
        let first = names.prefix(namesMax).joined(separator: ", ")
        return more > 0 ? "\(first) and \(more) more" : first
    }
}
