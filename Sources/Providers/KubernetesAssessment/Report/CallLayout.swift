/// Finds a place for each box of a drawing, and a way for each line: pure, and the same for the same graph.
///
/// Callers stand to the left of whom they call (Sugiyama's method): boxes are put into columns, lines that
/// pass a column get a lane of their own in it, and each column is sorted by where its neighbours stand.
struct CallLayout {
    struct Line: Hashable {
        let from: String
        let to: String
    }

    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    static let width = 182.0
    static let height = 28.0
    private static let columnGap = 70.0
    private static let rowGap = 12.0
    private static let laneHeight = 8.0
    private static let margin = 14.0
    /// What is less than one draws all columns together about one middle.
    private static let looseness = 0.86
    /// How often columns are sorted by their neighbours, from either side in turn.
    private static let sweeps = 12

    /// The upper left corner of each box.
    private(set) var boxes: [String: Point] = [:]
    /// Where a line passes between its ends: the middles of its lanes.
    private(set) var lanes: [Line: [Point]] = [:]
    private(set) var size = Point(x: 0, y: 0)

    /// A box, or the lane of a line in one column.
    private enum Place: Hashable {
        case box(String)
        case lane(Line, Int)
    }

    private var columns: [[Place]] = []
    private var neighbours: [Place: (left: [Place], right: [Place])] = [:]
    private var middles: [Place: Double] = [:]

    /// `last` are boxes that stand behind all others.
    init(nodes: [String], lines: [Line], last: Set<String> = []) {
        if nodes.isEmpty { return }
        let column = CallLayout.columns(of: nodes, lines, last: last)
        columns = Array(repeating: [], count: (column.values.max() ?? 0) + 1)
        for node in nodes { columns[column[node, default: 0]].append(.box(node)) }
        for line in lines { connect(line, column) }
        for sweep in 0..<Self.sweeps { sort(toLeft: sweep % 2 == 0) }
        settle()
        place(lines)
    }

    // MARK: - Columns

    /// How far a box stands to the right: one more than the farthest of its callers.
    ///
    /// Along a circle of calls that would have no end: a line that would close one is left out of the
    /// count. Who is called by nobody stands right before the nearest whom it calls.
    private static func columns(
        of nodes: [String],
        _ lines: [Line],
        last: Set<String>
    ) -> [String: Int] {
        var callees: [String: [String]] = [:]
        for line in lines { callees[line.from, default: []].append(line.to) }
        let (order, forward) = walk(nodes, callees)
        var columns: [String: Int] = [:]
        for node in order.reversed() {
            let column = columns[node, default: 0]
            columns[node] = column
            for callee in forward[node] ?? [] {
                columns[callee] = max(columns[callee, default: 0], column + 1)
            }
        }
        let called = Set(forward.values.joined())
        for node in nodes where !called.contains(node) {
            let inner = (forward[node] ?? []).filter { !last.contains($0) }
            if let nearest = inner.compactMap({ columns[$0] }).min() { columns[node] = nearest - 1 }
        }
        let end = (nodes.filter { !last.contains($0) }.compactMap { columns[$0] }.max() ?? -1) + 1
        for node in last { columns[node] = end }
        return columns
    }

    /// All boxes with callees before callers, and the lines that close no circle.
    private static func walk(
        _ nodes: [String],
        _ callees: [String: [String]]
    ) -> (order: [String], forward: [String: [String]]) {
        var forward: [String: [String]] = [:]
        var order: [String] = []
        var state: [String: Bool] = [:]  // false while on the way, true when done
        // Depth first without recursion: a chain of calls may be as long as an estate is large.
        for root in nodes where state[root] == nil {
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
        return (order, forward)
    }

    // MARK: - Order within columns

    private mutating func connect(_ line: Line, _ column: [String: Int]) {
        let (start, end) = (column[line.from, default: 0], column[line.to, default: 0])
        // A line that goes back takes no lanes.
        guard end > start else { return }
        var previous = Place.box(line.from)
        for passed in (start + 1)..<max(start + 1, end) {
            let lane = Place.lane(line, passed)
            columns[passed].append(lane)
            join(previous, lane)
            previous = lane
        }
        join(previous, .box(line.to))
    }

    private mutating func join(_ left: Place, _ right: Place) {
        neighbours[left, default: ([], [])].right.append(right)
        neighbours[right, default: ([], [])].left.append(left)
    }

    private mutating func sort(toLeft: Bool) {
        var rank: [Place: Double] = [:]
        func remember(_ column: [Place]) {
            for (index, place) in column.enumerated() {
                rank[place] = (Double(index) + 0.5) / Double(column.count)
            }
        }
        for column in columns { remember(column) }
        for index in toLeft
            ? Array(columns.indices.dropFirst()) : columns.indices.dropLast().reversed()
        {
            let sorted = columns[index].enumerated().map { position, place in
                let others = toLeft ? neighbours[place]?.left : neighbours[place]?.right
                let ranks = (others ?? []).compactMap { rank[$0] }
                let wish =
                    ranks.isEmpty
                    ? rank[place, default: 0] : ranks.reduce(0, +) / Double(ranks.count)
                return (wish: wish, position: position, place: place)
            }.sorted { ($0.wish, $0.position) < ($1.wish, $1.position) }
            columns[index] = sorted.map(\.place)
            remember(columns[index])
        }
    }

    // MARK: - Places

    private static func height(of place: Place) -> Double {
        if case .box = place { Self.height + rowGap } else { laneHeight }
    }

    /// Puts each place as near to the middle of its neighbours as its column's order lets it.
    private mutating func settle() {
        for column in columns { put(column, wishes: column.map { _ in 0 }) }
        for sweep in 0..<Self.sweeps {
            for column in sweep % 2 == 0 ? columns : columns.reversed() {
                let wishes = column.map { place -> Double in
                    let (left, right) = neighbours[place] ?? ([], [])
                    let all = (left + right).compactMap { middles[$0] }
                    let wish =
                        all.isEmpty
                        ? middles[place, default: 0] : all.reduce(0, +) / Double(all.count)
                    return wish * Self.looseness
                }
                put(column, wishes: wishes)
            }
        }
    }

    private mutating func put(_ column: [Place], wishes: [Double]) {
        let halves = column.map { Self.height(of: $0) / 2 }
        // Pushed down by those above, and pushed up by those below: between the two is room for all.
        var down = wishes
        for index in wishes.indices.dropFirst() {
            down[index] = max(down[index], down[index - 1] + halves[index - 1] + halves[index])
        }
        var up = wishes
        for index in wishes.indices.dropLast().reversed() {
            up[index] = min(up[index], up[index + 1] - halves[index + 1] - halves[index])
        }
        for (index, place) in column.enumerated() { middles[place] = (down[index] + up[index]) / 2 }
    }

    private mutating func place(_ lines: [Line]) {
        let all = columns.joined().map { (middles[$0, default: 0], Self.height(of: $0) / 2) }
        let top = all.map { $0.0 - $0.1 }.min() ?? 0
        let bottom = all.map { $0.0 + $0.1 }.max() ?? 0
        for (index, column) in columns.enumerated() {
            let x = Self.margin + Double(index) * (Self.width + Self.columnGap)
            for place in column {
                let y = middles[place, default: 0] - top + Self.margin
                switch place {
                case .box(let node): boxes[node] = Point(x: x, y: y - Self.height / 2)
                case .lane(let line, _): lanes[line, default: []].append(Point(x: x, y: y))
                }
            }
        }
        let width = Double(columns.count) * (Self.width + Self.columnGap) - Self.columnGap
        size = Point(x: width + 2 * Self.margin, y: bottom - top + 2 * Self.margin)
    }
}
