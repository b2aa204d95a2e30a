import KubernetesAssessment
import MigrationModel

/// What crosses when, drawn: a bar for each workload, a mark for each share of its routes, where nobody
/// can write to its store, and the line behind which there is no way back.
struct TimelineDrawing {
    private static let left = 240
    private static let width = 760
    private static let row = 22
    private static let top = 34
    /// Beside the bars, for the finish.
    private static let margin = 150

    static let styles = """
        .bar{fill:var(--blue);opacity:.75}.pause{fill:var(--amber)}.share{stroke:var(--fg);stroke-width:1.5}\
        .band{fill:var(--card)}.axis{stroke:var(--line)}.final{stroke:var(--red);stroke-width:2}\
        svg .dim{fill:var(--dim)}svg .red{fill:var(--red)}
        """

    private let report: RehearsalReport
    private let end: Duration

    init(_ report: RehearsalReport) {
        self.report = report
        end = max(report.crossedAt ?? .zero, report.lanes.map(\.end).max() ?? .zero)
    }

    /// Empty where nothing has crossed.
    var svg: String {
        guard !report.lanes.isEmpty, end > .zero else { return "" }
        let height = TimelineDrawing.top + report.lanes.count * TimelineDrawing.row + 8
        let width = TimelineDrawing.left + TimelineDrawing.width + TimelineDrawing.margin
        let parts =
            ["<div class=\"graph\"><svg width=\"\(width)\" height=\"\(height)\" role=\"img\">"]
            + bands + axis(height) + report.lanes.indices.map(lane) + [
                point(height), "</svg></div>",
            ]
        return parts.joined(separator: "\n")
    }

    private func x(_ instant: Duration) -> Int {
        TimelineDrawing.left + Int(instant / end * Double(TimelineDrawing.width))
    }

    private func y(_ index: Int) -> Int { TimelineDrawing.top + index * TimelineDrawing.row }

    /// Every other wave stands on another ground.
    private var bands: [String] {
        report.waves.enumerated().compactMap { index, wave in
            let rows = report.lanes.indices.filter { report.lanes[$0].wave == wave.number }
            guard index % 2 == 1, let first = rows.first else { return nil }
            return "<rect class=\"band\" x=\"0\" y=\"\(y(first))\" "
                + "width=\"\(TimelineDrawing.left + TimelineDrawing.width)\" "
                + "height=\"\(rows.count * TimelineDrawing.row)\"/>"
        }
    }

    private func axis(_ height: Int) -> [String] {
        (0...4).flatMap { part -> [String] in
            let instant = end * part / 4
            return [
                "<line class=\"axis\" x1=\"\(x(instant))\" x2=\"\(x(instant))\" "
                    + "y1=\"\(TimelineDrawing.top - 6)\" y2=\"\(height)\"/>",
                "<text class=\"dim\" x=\"\(x(instant))\" y=\"18\" text-anchor=\"middle\">"
                    + "\(DurationWords.text(instant))</text>",
            ]
        }
    }

    private func lane(_ index: Int) -> String {
        let lane = report.lanes[index]
        let name = AssessmentPage.escaped(lane.name)
        let (begin, end) = (x(lane.begin), x(lane.end))
        let words =
            "wave \(lane.wave), \(DurationWords.text(lane.begin)) to "
            + DurationWords.text(lane.end)
        let shares = lane.shares.map { share in
            "<line class=\"share\" x1=\"\(x(share.at))\" x2=\"\(x(share.at))\" "
                + "y1=\"\(y(index) + 2)\" y2=\"\(y(index) + TimelineDrawing.row - 4)\"><title>"
                + "\(share.percent) % of \(AssessmentPage.escaped(share.route.text)) after "
                + "\(DurationWords.text(share.at))</title></line>"
        }
        return "<text x=\"4\" y=\"\(y(index) + 15)\">\(name)</text>"
            + "<rect class=\"bar\" x=\"\(begin)\" y=\"\(y(index) + 4)\" rx=\"3\" "
            + "width=\"\(max(2, end - begin))\" height=\"\(TimelineDrawing.row - 8)\"><title>"
            + "\(name): \(words)</title></rect>\(pauses(of: lane, index))\(shares.joined())"
    }

    private func pauses(of lane: RehearsalReport.Lane, _ index: Int) -> String {
        report.stores.filter { "\($0.workload)" == lane.name }.map { pause in
            let (begin, end) = (x(pause.begin), x(pause.end))
            return "<rect class=\"pause\" x=\"\(begin)\" y=\"\(y(index) + 4)\" "
                + "width=\"\(max(2, end - begin))\" height=\"\(TimelineDrawing.row - 8)\"><title>"
                + "nobody can write to \(AssessmentPage.escaped(pause.store)) for "
                + "\(DurationWords.text(pause.end - pause.begin))</title></rect>"
        }.joined()
    }

    /// The point of no return.
    private func point(_ height: Int) -> String {
        guard report.crossedAt != nil, !report.irreversible.isEmpty else { return "" }
        let place = TimelineDrawing.left + TimelineDrawing.width + 6
        return "<line class=\"final\" x1=\"\(place)\" x2=\"\(place)\" "
            + "y1=\"\(TimelineDrawing.top - 6)\" y2=\"\(height)\"><title>finish: from here on there is "
            + "no way back</title></line><text class=\"red\" x=\"\(place + 5)\" "
            + "y=\"\(TimelineDrawing.top + 8)\">finish: no way back</text>"
    }
}
