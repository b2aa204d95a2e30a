import ConnectionTrials
import MigrationModel

/// An assessment for people: the gravest first.
package enum AssessmentText {
    /// Longer lists of objects are cut; `-o json` has all of them.
    static let objectsMax = 8

    /// One line of output each, without a line's end.
    package static func lines(of assessment: Assessment) -> [String] {
        var lines = [
            line(of: assessment.source, "source"), line(of: assessment.target, "target"),
        ]
        for severity in Finding.Severity.allCases {
            let findings = assessment.findings.filter { $0.severity == severity }
            if findings.isEmpty { continue }
            lines += ["", heading(severity)]
            for finding in findings { lines += self.lines(of: finding) }
        }
        if !assessment.calls.edges.isEmpty {
            lines += ["", "Who calls whom"]
            lines += assessment.calls.edges.map { edge in
                "  \(edge.from) -> \(edge.to)  (\(shortened(edge.evidence, to: 2)))"
            }
        }
        if !assessment.capacity.waves.isEmpty {
            lines += ["", "Room at the target, wave by wave"]
            lines += assessment.capacity.waves.map { wave in
                let lack =
                    wave.exceeded.isEmpty
                    ? "" : "; TOO LITTLE \(wave.exceeded.joined(separator: ", "))"
                return "  \(wave.name): \(wave.requests.words); with all before "
                    + "\(wave.cumulative.words)\(lack)"
            }
            if assessment.capacity.isRoomKnown {
                lines.append(
                    "  there: \(assessment.capacity.allocatable.words); taken: "
                        + assessment.capacity.taken.words
                )
            }
        }
        if !assessment.outside.calls.isEmpty {
            lines += ["", "What is called outside of the cluster"]
            lines += assessment.outside.calls.map { outside($0, assessment.outside) }
        }
        let counts = Finding.Severity.allCases.map { severity in
            "\(assessment.count(of: severity)) \(counted(severity, assessment.count(of: severity)))"
        }
        lines += ["", counts.joined(separator: ", ")]
        return lines
    }

    private static func outside(_ call: OutsideCall, _ report: ReachReport) -> String {
        let results = [("source", report.source), ("target", report.target)]
            .compactMap { site, outcome in
                (outcome?.results[call.address]).map { "\(site): \($0.words)" }
            }
        let told = results.isEmpty ? "" : "  [\(results.joined(separator: ", "))]"
        return "  \(call.address)\(told)  by \(shortened(call.callers, to: 2)) "
            + "(\(shortened(call.evidence, to: 2)))"
    }

    static func heading(_ severity: Finding.Severity) -> String {
        switch severity {
        case .blocker: "Blockers: they would fail or do harm"
        case .decide: "To decide: somebody has to say which way"
        case .note: "Notes: good to know"
        }
    }

    /// The first few, and how many more there are.
    static func shortened(_ names: [String], to countMax: Int) -> String {
        let more = names.count - countMax
        let first = names.prefix(countMax).joined(separator: ", ")
        return more > 0 ? "\(first) and \(more) more" : first
    }

    static func line(of site: Assessment.Site, _ role: String) -> String {
        let version = site.version.isEmpty ? "" : " (Kubernetes \(site.version))"
        return "\(role) \(site.name)\(version): \(site.total) objects of \(site.counts.count) kinds"
    }

    /// What so many findings of a severity are called.
    static func counted(_ severity: Finding.Severity, _ count: Int) -> String {
        switch severity {
        case .blocker: count == 1 ? "blocker" : "blockers"
        case .decide: "to decide"
        case .note: count == 1 ? "note" : "notes"
        }
    }

    private static func lines(of finding: Finding) -> [String] {
        [
            "  \(finding.check): \(shortened(finding.objects, to: objectsMax))",
            "      \(finding.reason)",
            "      \(finding.remedy)",
        ]
    }
}
