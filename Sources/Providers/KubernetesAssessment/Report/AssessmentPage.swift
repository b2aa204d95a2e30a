import ConnectionTrials
import MigrationModel

/// An assessment as one page that needs nothing else: no scripts, no pictures, no fonts from anywhere.
package enum AssessmentPage {
    /// Longer lists of objects are folded.
    private static let objectsShown = 6

    /// The whole page; every text from a cluster is escaped in it.
    package static func html(of assessment: Assessment) -> String {
        let drawing = CallDrawing(assessment.calls, assessment.outside)
        let title = "\(assessment.source.name) → \(assessment.target.name)"
        let parts =
            [
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">",
                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">",
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    + "style-src 'unsafe-inline'\">",
                "<title>\(escaped(title))</title>",
                "<style>\(AssessmentStyle.text)\(drawing.isTooLarge ? "" : drawing.styles)</style>",
                "</head><body><header><h1>\(escaped(title))</h1>",
                "<p>\(escaped(AssessmentText.line(of: assessment.source, "source")))<br>",
                "\(escaped(AssessmentText.line(of: assessment.target, "target")))</p>",
                navigation(assessment, drawing), "</header><main>",
            ]
            + Finding.Severity.allCases.map { section($0, assessment) }
            + [outside(assessment.outside), capacity(assessment.capacity)]
            + [calls(assessment.calls, drawing), "</main></body></html>"]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }

    /// A text as it may stand in HTML, in attributes too.
    package static func escaped(_ text: String) -> String {
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

    private static func navigation(_ assessment: Assessment, _ drawing: CallDrawing) -> String {
        let severities = Finding.Severity.allCases.map { severity in
            let count = assessment.count(of: severity)
            let words = AssessmentText.counted(severity, count)
            return "<a class=\"\(severity.rawValue)\(count == 0 ? " none" : "")\" "
                + "href=\"#\(severity.rawValue)\"><b>\(count)</b> \(words)</a>"
        }
        let others = [
            ("outside", "Outside", assessment.outside.calls.isEmpty),
            ("capacity", "Room", assessment.capacity.waves.isEmpty),
            ("calls", "Who calls whom", drawing.isEmpty),
        ].filter { !$0.2 }.map { "<a href=\"#\($0.0)\">\($0.1)</a>" }
        return "<nav>\((severities + others).joined(separator: "\n"))</nav>"
    }

    // MARK: - Findings

    private static func section(_ severity: Finding.Severity, _ assessment: Assessment) -> String {
        let findings = assessment.findings.filter { $0.severity == severity }
        if findings.isEmpty { return "" }
        let words = AssessmentText.heading(severity).split(separator: ":", maxSplits: 1)
        let heading = "\(words[0]) <small>\(words.count > 1 ? words[1] : "")</small>"
        return "<section id=\"\(severity.rawValue)\"><h2>\(heading)</h2>\n"
            + findings.map(article).joined(separator: "\n") + "</section>"
    }

    private static func article(_ finding: Finding) -> String {
        let objects = finding.objects.map { "<li><code>\(escaped($0))</code></li>" }
        let list = "<ul>\(objects.joined())</ul>"
        let shown =
            objects.count <= objectsShown
            ? list : "<details><summary>\(objects.count) objects</summary>\(list)</details>"
        return "<article class=\"\(finding.severity.rawValue)\">"
            + "<h3>\(escaped(finding.check))</h3><p>\(escaped(finding.reason))</p>"
            + "<p class=\"do\">\(escaped(finding.remedy))</p>\(shown)</article>"
    }

    // MARK: - Tables

    private static func table(_ heads: [String], _ rows: [[String]]) -> String {
        let head = heads.map { "<th>\($0)</th>" }.joined()
        let body = rows.map { row in "<tr>\(row.map { "<td>\($0)</td>" }.joined())</tr>" }
        return "<div class=\"wide\"><table><thead><tr>\(head)</tr></thead><tbody>"
            + body.joined(separator: "\n") + "</tbody></table></div>"
    }

    private static func outside(_ report: ReachReport) -> String {
        if report.calls.isEmpty { return "" }
        let isTried = report.target != nil
        let rows = report.calls.map { call -> [String] in
            let results = [report.source, report.target].map { outcome -> String in
                guard let result = outcome?.results[call.address] else { return "–" }
                let look = result.milliseconds == nil ? "bad" : "good"
                return "<span class=\"\(look)\">\(escaped(result.words))</span>"
            }
            return ["<code>\(escaped("\(call.address)"))</code>"] + (isTried ? results : [])
                + [
                    escaped(call.callers.joined(separator: ", ")),
                    escaped(call.evidence.joined(separator: ", ")),
                ]
        }
        let heads =
            ["address"] + (isTried ? ["source", "target"] : []) + ["called by", "found in"]
        let words =
            switch (isTried, report.source != nil) {
            case (false, _): "not tried: --try-reachability IMAGE"
            case (true, false): "tried from the target"
            case (true, true): "tried from both sites"
            }
        return "<section id=\"outside\"><h2>Outside of the cluster <small>\(words)</small></h2>"
            + table(heads, rows) + "</section>"
    }

    private static func capacity(_ plan: CapacityPlan) -> String {
        if plan.waves.isEmpty { return "" }
        let room = plan.allocatable
        func bar(_ wanted: Int, _ taken: Int, _ all: Int, _ words: String) -> String {
            guard all > 0 else { return escaped(words) }
            let share = (wanted + taken) * 100 / all
            return
                "<meter min=\"0\" max=\"100\" high=\"85\" optimum=\"0\" value=\"\(min(share, 100))\">"
                + "</meter> \(share) %, \(escaped(words))"
        }
        let rows = plan.waves.map { wave -> [String] in
            let sum = wave.cumulative
            let asked = [
                escaped(wave.name), "\(wave.workloads.count)", escaped(wave.requests.words),
            ]
            if !plan.isRoomKnown { return asked + [escaped(sum.words)] }
            return asked + [
                bar(sum.cpu, plan.taken.cpu, room.cpu, "\(sum.cpu)m"),
                bar(sum.memory, plan.taken.memory, room.memory, "\(sum.memory >> 20) MiB"),
                wave.exceeded.isEmpty
                    ? ""
                    : "<span class=\"bad\">\(escaped(wave.exceeded.joined(separator: ", ")))</span>",
            ]
        }
        let heads =
            ["wave", "workloads", "asks for"]
            + (plan.isRoomKnown
                ? ["processor, with all before", "memory, with all before", "too little"]
                : ["with all before"])
        let words = plan.isRoomKnown ? "wave by wave" : "wave by wave; what there is, is not known"
        return "<section id=\"capacity\"><h2>Room at the target <small>\(words)</small></h2>"
            + table(heads, rows) + "</section>"
    }

    // MARK: - Calls

    private static func calls(_ calls: CallGraph, _ drawing: CallDrawing) -> String {
        if drawing.isEmpty { return "" }
        let legend = drawing.namespaces.enumerated().map { index, namespace in
            "<span class=\"c\(CallDrawing.colour(index))\">\(escaped(namespace))</span>"
        }
        let picture =
            drawing.isTooLarge
            ? "<p>There is too much to draw; the table has all of it.</p>"
            : "<p class=\"legend\">\(legend.joined(separator: " ")) <span class=\"out\">outside</span></p>"
                + "<div class=\"graph\">\(drawing.svg)</div>"
        let rows = calls.edges.map { edge in
            [edge.from, edge.to, edge.evidence.joined(separator: ", ")].map(escaped)
        }
        let edges =
            rows.isEmpty
            ? ""
            : "<details><summary>\(rows.count) calls with what tells so</summary>"
                + table(["caller", "called", "evidence"], rows) + "</details>"
        return "<section id=\"calls\"><h2>Who calls whom "
            + "<small>point at a box to see its calls</small></h2>\(picture)\(edges)</section>"
    }
}
