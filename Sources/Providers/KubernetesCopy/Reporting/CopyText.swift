import MigrationModel

/// A copy for people: what is done of each object, what is in the way, and how much of what kind.
///
/// Of Secrets and of what is called like a credential it names places and no values.
package enum CopyText {
    /// A plan as it is made known before anything is done.
    package static func lines(of plan: CopyPlan) -> [String] {
        objects(of: plan, nil) + plan.findings.flatMap(lines)
    }

    /// What was planned, asked and done; objects only where nothing has been done.
    package static func lines(of report: CopyReport) -> [String] {
        var lines: [String] = []
        if report.outcomes == nil { lines += objects(of: report.plan, report.verdicts) }
        if report.outcomes == nil { lines += report.plan.findings.flatMap(self.lines) }
        lines += report.tally.lines
        lines.append(sum(of: report))
        if let verdicts = report.verdicts { lines.append(sum(of: verdicts)) }
        return lines
    }

    // MARK: - Objects

    private static func objects(
        of plan: CopyPlan,
        _ verdicts: [CopyKey: TrialVerdict]?
    ) -> [String] {
        plan.items.flatMap { item -> [String] in
            let verdict = verdicts?[item.key]
            let more = verdict.map(lines) ?? []
            switch item.action {
            case .create: return ["create  \(item.key)\(suffix(verdict))"] + more
            case .remove: return ["remove  \(item.key)\(suffix(verdict))"] + more
            case .update:
                let changes = item.changes.flatMap(ChangeText.lines)
                let shown = changes.isEmpty ? ["only the marks of the copy"] : changes
                return ["update  \(item.key)\(suffix(verdict))"]
                    + shown.map { "          \($0)" } + more
            case .unchanged, .refused: return []
            }
        }
    }

    private static func suffix(_ verdict: TrialVerdict?) -> String {
        switch verdict?.outcome {
        case .notAsked(let reason): "  (the server was not asked: \(reason))"
        case .accepted, .refused, nil: ""
        }
    }

    private static func lines(of verdict: TrialVerdict) -> [String] {
        var lines: [String] = []
        if case .refused(let words) = verdict.outcome {
            lines.append("        REFUSED by the target's server: \(words)")
        }
        if !verdict.alterations.isEmpty {
            lines.append(
                "        the target's server would change \(CopyText.short(verdict.alterations))"
            )
        }
        return lines + verdict.warnings.map { "        the target's server warns: \($0)" }
    }

    private static func short(_ places: [String]) -> String {
        let more = places.count > 5 ? " and \(places.count - 5) more" : ""
        return places.prefix(5).joined(separator: ", ") + more
    }

    private static func lines(of finding: Finding) -> [String] {
        [
            "\(finding.severity.rawValue.uppercased())  \(finding.check): "
                + "\(finding.objects.joined(separator: ", ")): \(finding.reason)",
            "        \(finding.remedy)",
        ]
    }

    // MARK: - Sums

    /// In one line.
    package static func sum(of report: CopyReport) -> String {
        let tally = report.tally
        let counts = CopyTally.Fate.allCases.compactMap { fate -> String? in
            let count = tally[fate]
            let isUsual = [.created, .changed, .unchanged].contains(fate)
            return count > 0 || isUsual ? "\(count) \(fate.words)" : nil
        }
        let would = report.outcomes == nil ? "would be: " : ""
        return would + counts.joined(separator: ", ")
            + "; \(report.plan.leftOut.count) left at the source, "
            + "\(report.plan.findings.count) findings"
    }

    private static func sum(of verdicts: [CopyKey: TrialVerdict]) -> String {
        var (accepted, refused, notAsked) = (0, 0, 0)
        for verdict in verdicts.values {
            switch verdict.outcome {
            case .accepted: accepted += 1
            case .refused: refused += 1
            case .notAsked: notAsked += 1
            }
        }
        return "the target's server would take \(accepted), refuses \(refused), "
            + "was not asked about \(notAsked)"
    }
}

extension CopyTally.Fate {
    fileprivate var words: String { self == .notReached ? "not reached" : rawValue }
}
