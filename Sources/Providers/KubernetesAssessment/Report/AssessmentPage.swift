import MigrationModel

/// An assessment as one page that needs nothing else: no scripts, no pictures, no fonts from anywhere.
package enum AssessmentPage {
    package static func html(of assessment: Assessment) -> String {
        var parts = [
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                + "style-src 'unsafe-inline'\">",
            "<title>\(escaped("\(assessment.source.name) to \(assessment.target.name)"))</title>",
            "<style>\(style)</style></head><body>",
            "<h1>From \(escaped(assessment.source.name)) to \(escaped(assessment.target.name))</h1>",
            "<p>\(escaped(AssessmentText.line(of: assessment.source, "source")))<br>",
            "\(escaped(AssessmentText.line(of: assessment.target, "target")))</p>",
        ]
        for severity in Finding.Severity.allCases {
            parts.append(section(severity, assessment))
        }
        if !assessment.calls.edges.isEmpty {
            parts.append("<h2>Who calls whom</h2>")
            parts.append("<div class=\"graph\">\(CallDrawing(assessment.calls).svg)</div>")
            parts.append(table(of: assessment.calls))
        }
        parts.append("</body></html>")
        return parts.joined(separator: "\n") + "\n"
    }

    /// A text as it may stand in HTML, in attributes too.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let style = """
        :root{color-scheme:light dark}body{font:15px/1.45 system-ui,sans-serif;max-width:70rem;\
        margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}\
        details{border-left:4px solid #888;margin:.6rem 0;padding:.2rem .8rem}\
        .blocker{border-color:#c0392b}.decide{border-color:#d68910}.note{border-color:#2e86c1}\
        summary{cursor:pointer}code{font-size:.9em}li{margin:.1rem 0}.graph{overflow:auto}\
        table{border-collapse:collapse}td,th{text-align:left;padding:.15rem .8rem .15rem 0;\
        vertical-align:top}svg text{font:12px system-ui,sans-serif;fill:currentColor}\
        svg rect{fill:none;stroke:currentColor}svg path{fill:none;stroke:currentColor;opacity:.45}\
        svg marker path{fill:currentColor;stroke:none;opacity:1}
        """

    private static func section(_ severity: Finding.Severity, _ assessment: Assessment) -> String {
        let findings = assessment.findings.filter { $0.severity == severity }
        if findings.isEmpty { return "" }
        let heading = escaped(AssessmentText.heading(severity))
        let rows = findings.map { finding in
            let objects = finding.objects.map { "<li><code>\(escaped($0))</code></li>" }.joined()
            return
                "<details class=\"\(severity.rawValue)\"><summary><b>\(escaped(finding.check))</b> "
                + "(\(finding.objects.count)): \(escaped(finding.reason))</summary>"
                + "<p>\(escaped(finding.remedy))</p><ul>\(objects)</ul></details>"
        }
        return "<h2>\(heading) (\(findings.count))</h2>\n" + rows.joined(separator: "\n")
    }

    private static func table(of calls: CallGraph) -> String {
        let rows = calls.edges.map { edge in
            "<tr><td>\(escaped(edge.from))</td><td>\(escaped(edge.to))</td>"
                + "<td>\(escaped(edge.evidence.joined(separator: ", ")))</td></tr>"
        }
        return "<table><tr><th>caller</th><th>called</th><th>evidence</th></tr>"
            + rows.joined(separator: "\n") + "</table>"
    }
}
