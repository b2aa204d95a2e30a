import KubernetesAssessment
import MigrationModel

/// A rehearsal as one page that needs nothing else: no scripts, no pictures, no fonts from anywhere.
package enum RehearsalPage {
    private typealias Page = AssessmentPage

    /// The whole page; every text from a cluster is escaped in it.
    package static func html(of report: RehearsalReport) -> String {
        let title = "\(report.migration): \(report.source) → \(report.target)"
        let drawing = TimelineDrawing(report)
        let parts = [
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                + "style-src 'unsafe-inline'\">",
            "<title>\(Page.escaped(title))</title>",
            "<style>\(AssessmentStyle.text)\(TimelineDrawing.styles)</style>",
            "</head><body><header><h1>\(Page.escaped(title))</h1>",
            "<p>\(Page.escaped(RehearsalText.verdict(report)))</p></header><main>",
            times(report), section("timeline", "Timeline", "without faults", drawing.svg),
            waves(report), troubles("losses", "Where a request could be lost", report.losses),
            troubles("broken", "What does not come to a good end", report.broken),
            people(report), irreversible(report), findings(report), "</main></body></html>",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }

    private static func section(
        _ id: String,
        _ title: String,
        _ remark: String,
        _ content: String
    ) -> String {
        if content.isEmpty { return "" }
        let small = remark.isEmpty ? "" : " <small>\(Page.escaped(remark))</small>"
        return "<section id=\"\(id)\"><h2>\(Page.escaped(title))\(small)</h2>\n\(content)</section>"
    }

    private static func table(_ heads: [String], _ rows: [[String]]) -> String {
        let head = heads.map { "<th>\($0)</th>" }.joined()
        let body = rows.map { row in "<tr>\(row.map { "<td>\($0)</td>" }.joined())</tr>" }
        return "<div class=\"wide\"><table><thead><tr>\(head)</tr></thead><tbody>"
            + body.joined(separator: "\n") + "</tbody></table></div>"
    }

    private static func times(_ report: RehearsalReport) -> String {
        var rows: [[String]] = []
        if let problem = report.calmProblem {
            rows.append([
                "without faults", "<span class=\"bad\">\(Page.escaped(problem))</span>",
            ])
        }
        if let crossed = report.crossedAt {
            rows.append(["until all has crossed", DurationWords.text(crossed)])
        }
        if let finish = report.finishTook { rows.append(["finish", DurationWords.text(finish)]) }
        rows += report.stores.map { pause in
            [
                "store \(Page.escaped(pause.store))",
                "nobody can write for \(DurationWords.text(pause.end - pause.begin)), from "
                    + "\(DurationWords.text(pause.begin)) on",
            ]
        }
        if report.settings.schedules > 0 {
            rows.append(["under faults", Page.escaped(RehearsalText.faulted(report))])
        }
        return section("times", "How long it takes", "virtual time", table(["", ""], rows))
    }

    private static func waves(_ report: RehearsalReport) -> String {
        let rows = report.waves.map { wave -> [String] in
            let names = wave.workloads.map { "<li><code>\(Page.escaped("\($0)"))</code></li>" }
            let span = [wave.begin, wave.end].map { $0.map(DurationWords.text) ?? "–" }
            let lack = wave.exceeded.map(Page.escaped).joined(separator: ", ")
            return [
                "\(wave.number)", span.joined(separator: " to "),
                "<details><summary>\(wave.workloads.count) workloads</summary>"
                    + "<ul>\(names.joined())</ul></details>",
                "\(wave.callsAcrossMost), then \(wave.callsAcrossAfter)",
                load(wave, report)
                    + (lack.isEmpty ? "" : " <span class=\"bad\">too little \(lack)</span>"),
                wave.wayBack.map(DurationWords.text) ?? "–",
            ]
        }
        let heads = [
            "wave", "when", "what", "calls across the link, at most", "asked of the target",
            "way back from its end",
        ]
        return section("waves", "Waves", "", table(heads, rows))
    }

    private static func load(_ wave: RehearsalReport.Wave, _ report: RehearsalReport) -> String {
        let words = Page.escaped(wave.cumulative.words)
        guard let room = report.room else { return words }
        func meter(_ wanted: Int, _ all: Int) -> String {
            guard all > 0 else { return "" }
            return "<meter min=\"0\" max=\"100\" high=\"85\" optimum=\"0\" "
                + "value=\"\(min(100, wanted * 100 / all))\"></meter> "
        }
        let sum = room.taken + wave.cumulative
        return meter(sum.cpu, room.allocatable.cpu) + meter(sum.memory, room.allocatable.memory)
            + words
    }

    private static func troubles(
        _ id: String,
        _ title: String,
        _ troubles: [RehearsalReport.Trouble]
    ) -> String {
        let articles = troubles.map { trouble in
            "<article class=\"blocker\"><p>\(Page.escaped(trouble.what))</p>"
                + "<p>\(Page.escaped(RehearsalText.who(trouble)))</p>"
                + "<p class=\"do\"><code>\(Page.escaped(trouble.command))</code></p></article>"
        }
        return section(id, title, "", articles.joined(separator: "\n"))
    }

    private static func people(_ report: RehearsalReport) -> String {
        let rows = report.approvals.map {
            [$0.at.map { "after \(DurationWords.text($0))" } ?? "before", Page.escaped($0.what)]
        }
        return section("people", "What a person has to do", "", table(["when", "what"], rows))
    }

    private static func irreversible(_ report: RehearsalReport) -> String {
        guard !report.irreversible.isEmpty else { return "" }
        let rows = report.irreversible.map {
            ["<code>\(Page.escaped($0.id.text))</code>", Page.escaped($0.summary)]
        }
        return section(
            "irreversible",
            "What cannot be undone",
            RehearsalText.irreversible(report),
            "<details><summary>\(rows.count) steps</summary>\(table(["step", "what"], rows))</details>"
        )
    }

    private static func findings(_ report: RehearsalReport) -> String {
        let articles = report.findings.map { finding in
            let objects = finding.objects.map { "<li><code>\(Page.escaped($0))</code></li>" }
            return "<article class=\"\(finding.severity.rawValue)\">"
                + "<h3>\(Page.escaped(finding.check))</h3><p>\(Page.escaped(finding.reason))</p>"
                + "<p class=\"do\">\(Page.escaped(finding.remedy))</p><details><summary>"
                + "\(objects.count) objects</summary><ul>\(objects.joined())</ul></details></article>"
        }
        return section(
            "findings",
            "What this rehearsal does not know",
            "",
            articles.joined(separator: "\n")
        )
    }
}
