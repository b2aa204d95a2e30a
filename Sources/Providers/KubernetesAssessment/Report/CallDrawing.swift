import ConnectionTrials

/// Draws who calls whom, and what is called outside: callers on the left, whom they call to the right.
///
/// Pointing at a box shows its lines and fades the others; that is done by styles alone, without a script.
struct CallDrawing {
    /// More boxes are no drawing any more.
    static let boxesMax = 400

    private struct Box {
        let name: String
        let isOutside: Bool
        /// `refused`, where the target does not reach it.
        let isLost: Bool
    }

    private struct Line {
        let ends: CallLayout.Line
        let evidence: [String]
    }

    private let boxes: [Box]
    private let lines: [Line]
    private let layout: CallLayout
    private let numbers: [String: Int]
    /// Sorted; the place of a namespace is its colour.
    let namespaces: [String]

    init(_ graph: CallGraph, _ outside: ReachReport) {
        let addresses = outside.calls.map { call in
            let result = outside.target?.results[call.address]
            let isLost = result.map { $0.milliseconds == nil } ?? false
            return Box(name: "\(call.address)", isOutside: true, isLost: isLost)
        }
        let callers = Set(outside.calls.flatMap(\.callers)).subtracting(graph.nodes)
        let inside = (graph.nodes + callers).sorted().map {
            Box(name: $0, isOutside: false, isLost: false)
        }
        boxes = inside + addresses
        lines =
            graph.edges.map {
                Line(ends: CallLayout.Line(from: $0.from, to: $0.to), evidence: $0.evidence)
            }
            + outside.calls.flatMap { call in
                call.callers.map {
                    Line(
                        ends: CallLayout.Line(from: $0, to: "\(call.address)"),
                        evidence: call.evidence
                    )
                }
            }
        layout = CallLayout(
            nodes: boxes.map(\.name),
            lines: lines.map(\.ends),
            last: Set(addresses.map(\.name))
        )
        numbers = Dictionary(
            boxes.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        namespaces = Set(inside.compactMap { CallDrawing.parts($0.name).namespace }).sorted()
    }

    var isEmpty: Bool { boxes.isEmpty }
    var isTooLarge: Bool { boxes.count > Self.boxesMax }

    /// `Deployment shop/web` taken apart.
    private static func parts(_ name: String) -> (kind: String, namespace: String?, name: String) {
        let words = name.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return ("", nil, name) }
        let place = words[1].split(separator: "/", maxSplits: 1).map(String.init)
        return place.count == 2
            ? (words[0], place[0], place[1]) : (words[0], nil, words[1])
    }

    /// Which of the colours a namespace has.
    static func colour(_ index: Int) -> Int { index % 8 }

    var svg: String {
        let (width, height) = (Self.text(layout.size.x), Self.text(layout.size.y))
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"Who calls whom\">",
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"6\" "
                + "markerHeight=\"6\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L8 4L0 8z\"/>"
                + "</marker></defs>",
        ]
        parts += lines.map(path)
        parts += boxes.map(box)
        parts.append("</svg>")
        return parts.joined(separator: "\n")
    }

    /// Shows the lines of the box that is pointed at.
    var styles: String {
        boxes.indices.map { number in
            let pointed = ".graph:has(#n\(number):is(:hover,:focus))"
            return "\(pointed) .e:not(.n\(number)){opacity:.07}"
                + "\(pointed) .e.n\(number){opacity:1;stroke-width:2}"
        }.joined()
    }

    private func path(_ line: Line) -> String {
        guard let from = layout.boxes[line.ends.from], let to = layout.boxes[line.ends.to] else {
            return ""
        }
        let half = CallLayout.height / 2
        let start = CallLayout.Point(x: from.x + CallLayout.width, y: from.y + half)
        let end = CallLayout.Point(x: to.x, y: to.y + half)
        var data = "M\(Self.text(start.x)) \(Self.text(start.y))"
        var last = start
        for lane in layout.lanes[line.ends] ?? [] {
            data += Self.curve(last, lane)
            last = CallLayout.Point(x: lane.x + CallLayout.width, y: lane.y)
            data += "H\(Self.text(last.x))"
        }
        data += Self.curve(last, end)
        let words =
            "\(line.ends.from) calls \(line.ends.to): \(line.evidence.joined(separator: ", "))"
        let ends = [line.ends.from, line.ends.to].compactMap { numbers[$0] }.map { "n\($0)" }
        let back = end.x <= start.x ? " back" : ""
        return "<path class=\"e\(back) \(ends.joined(separator: " "))\" marker-end=\"url(#arrow)\" "
            + "d=\"\(data)\"><title>\(AssessmentPage.escaped(words))</title></path>"
    }

    private static func curve(_ from: CallLayout.Point, _ to: CallLayout.Point) -> String {
        let bend = max(40, abs(to.x - from.x) / 2)
        return "C\(text(from.x + bend)) \(text(from.y)) \(text(to.x - bend)) \(text(to.y)) "
            + "\(text(to.x)) \(text(to.y))"
    }

    private func box(_ box: Box) -> String {
        guard let corner = layout.boxes[box.name], let number = numbers[box.name] else { return "" }
        let (kind, namespace, name) = CallDrawing.parts(box.name)
        let index = namespace.flatMap { namespaces.firstIndex(of: $0) } ?? 0
        let look =
            box.isOutside
            ? "out\(box.isLost ? " lost" : "")" : "c\(Self.colour(index)) \(kind.lowercased())"
        // A Deployment is what most are; what does not fit stands in the title.
        let words = ["", "Deployment"].contains(kind) ? name : "\(kind) \(name)"
        let (x, y) = (Self.text(corner.x), Self.text(corner.y))
        let (width, height) = (Self.text(CallLayout.width), Self.text(CallLayout.height))
        return "<g id=\"n\(number)\" tabindex=\"0\" class=\"b \(AssessmentPage.escaped(look))\">"
            + "<title>\(AssessmentPage.escaped(box.name))</title>"
            + "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"6\"/>"
            + "<text x=\"\(Self.text(corner.x + 11))\" y=\"\(Self.text(corner.y + 18.5))\">"
            + "\(AssessmentPage.escaped(Self.short(words)))</text></g>"
    }

    /// What fits into a box: of an address the port stays.
    private static func short(_ words: String) -> String {
        let countMax = 24
        guard words.count > countMax else { return words }
        let end = words.lastIndex(of: ":").map { words[$0...] } ?? ""
        let kept = end.count < 12 ? end : ""
        return words.prefix(countMax - kept.count - 1) + "…" + kept
    }

    /// A coordinate with at most one decimal.
    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }
}
