/// Draws a call graph: callers on the left, whom they call to the right of them.
struct CallDrawing {
    private static let width = 210
    private static let height = 26
    private static let columnGap = 90
    private static let rowGap = 12
    private static let margin = 12

    private let graph: CallGraph
    /// Column and row of each node.
    private let places: [String: (column: Int, row: Int)]
    private let columns: Int
    private let rows: Int

    init(_ graph: CallGraph) {
        self.graph = graph
        let columns = CallDrawing.columns(of: graph)
        var rows: [Int: Int] = [:]
        var places: [String: (column: Int, row: Int)] = [:]
        for node in graph.nodes {
            let column = columns[node, default: 0]
            places[node] = (column, rows[column, default: 0])
            rows[column, default: 0] += 1
        }
        self.places = places
        self.columns = (columns.values.max() ?? 0) + 1
        self.rows = rows.values.max() ?? 0
    }

    /// How far a node stands to the right: one more than the farthest of its callers.
    ///
    /// Along a circle of calls that would have no end; no node gets further than there are nodes,
    /// and an edge that would close a circle is left out of the count.
    private static func columns(of graph: CallGraph) -> [String: Int] {
        var callees: [String: [String]] = [:]
        for edge in graph.edges { callees[edge.from, default: []].append(edge.to) }
        var forward: [String: [String]] = [:]
        var order: [String] = []
        var state: [String: Bool] = [:]  // false while on the way, true when done
        // Depth first without recursion: a chain of calls may be as long as an estate is large.
        for root in graph.nodes where state[root] == nil {
            var stack: [(node: String, next: Int)] = [(root, 0)]
            state[root] = false
            while let top = stack.last {
                let list = callees[top.node] ?? []
                guard top.next < list.count else {
                    state[top.node] = true
                    order.append(top.node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let callee = list[top.next]
                if state[callee] == false { continue }
                forward[top.node, default: []].append(callee)
                if state[callee] == nil {
                    state[callee] = false
                    stack.append((callee, 0))
                }
            }
        }
        var columns: [String: Int] = [:]
        for node in order.reversed() {
            let column = columns[node, default: 0]
            columns[node] = column
            for callee in forward[node] ?? [] {
                columns[callee] = max(columns[callee, default: 0], column + 1)
            }
        }
        return columns
    }

    var svg: String {
        let width = 2 * Self.margin + columns * Self.width + (columns - 1) * Self.columnGap
        let height = 2 * Self.margin + rows * (Self.height + Self.rowGap)
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"Who calls whom\">",
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
                + "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>",
        ]
        parts += graph.edges.map(path)
        parts += graph.nodes.map(box)
        parts.append("</svg>")
        return parts.joined(separator: "\n")
    }

    private func corner(_ node: String) -> (x: Int, y: Int) {
        let place = places[node] ?? (0, 0)
        return (
            Self.margin + place.column * (Self.width + Self.columnGap),
            Self.margin + place.row * (Self.height + Self.rowGap)
        )
    }

    private func path(_ edge: CallGraph.Edge) -> String {
        let from = corner(edge.from)
        let to = corner(edge.to)
        let start = (x: from.x + Self.width, y: from.y + Self.height / 2)
        let end = (x: to.x, y: to.y + Self.height / 2)
        let bend = max(40, abs(end.x - start.x) / 2)
        let evidence = "\(edge.from) calls \(edge.to): \(edge.evidence.joined(separator: ", "))"
        return "<path marker-end=\"url(#arrow)\" d=\"M\(start.x) \(start.y)C\(start.x + bend) "
            + "\(start.y) \(end.x - bend) \(end.y) \(end.x) \(end.y)\">"
            + "<title>\(AssessmentPage.escaped(evidence))</title></path>"
    }

    private func box(_ node: String) -> String {
        let corner = corner(node)
        // What does not fit stands in the title.
        let words = node.split(separator: " ").last.map(String.init) ?? node
        let short = words.count > 32 ? words.prefix(31) + "…" : words
        return "<g><rect x=\"\(corner.x)\" y=\"\(corner.y)\" width=\"\(Self.width)\" "
            + "height=\"\(Self.height)\" rx=\"5\"/><text x=\"\(corner.x + 8)\" "
            + "y=\"\(corner.y + 17)\">\(AssessmentPage.escaped(short))</text>"
            + "<title>\(AssessmentPage.escaped(node))</title></g>"
    }
}
