import MigrationModel

/// The weights of a backend's servers, by side.
struct ServerWeights: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        let server: String
        let weight: Int
    }

    /// The highest that HAProxy takes.
    static let weightMax = 256

    let source: [Entry]
    let target: [Entry]

    init(source: [Entry], target: [Entry]) {
        self.source = source
        self.target = target
    }

    /// Shares `weight` evenly among the servers of each side.
    ///
    /// The sums relate as the shares do, exactly so whenever 256 has room for it.
    init(_ weight: Weight, source: [String], target: [String]) {
        let perSource = (100 - weight.percent) * target.count
        let perTarget = weight.percent * source.count
        let divisor = ServerWeights.commonDivisor(perSource, perTarget)
        let highest = max(perSource, perTarget) / divisor
        func scaled(_ value: Int) -> Int {
            let value = value / divisor
            guard highest > ServerWeights.weightMax else { return value }
            // A share that is asked for is never rounded away.
            let rounded = (value * ServerWeights.weightMax + highest / 2) / highest
            return value == 0 ? 0 : max(1, rounded)
        }
        self.source = source.map { Entry(server: $0, weight: scaled(perSource)) }
        self.target = target.map { Entry(server: $0, weight: scaled(perTarget)) }
    }

    /// Reads what `text` wrote; nil when the servers are others.
    init?(_ text: String, source: [String], target: [String]) {
        var weights: [String: Int] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let weight = Int(pair[1]),
                (0...ServerWeights.weightMax).contains(weight)
            else { return nil }
            weights[String(pair[0])] = weight
        }
        guard weights.keys.sorted() == (source + target).sorted() else { return nil }
        func entries(_ names: [String]) -> [Entry] {
            names.map { Entry(server: $0, weight: weights[$0] ?? 0) }
        }
        self.source = entries(source)
        self.target = entries(target)
    }

    /// `a=75,b=25`.
    var text: String {
        (source + target).map { "\($0.server)=\($0.weight)" }.joined(separator: ",")
    }

    /// The target's share in whole percent; none and all only when they are exactly so.
    var share: Weight? {
        Weight(
            source: source.map(\.weight).reduce(0, +),
            target: target.map(\.weight).reduce(0, +)
        )
    }

    /// What changes, higher weights first, so that at no moment every weight is 0.
    func raisedFirst(from before: ServerWeights) -> [Entry] {
        let old = Dictionary(
            (before.source + before.target).map { ($0.server, $0.weight) },
            uniquingKeysWith: { first, _ in first }
        )
        let changed = (source + target).filter { old[$0.server] != $0.weight }
        return changed.filter { $0.weight > old[$0.server] ?? 0 }
            + changed.filter { $0.weight <= old[$0.server] ?? 0 }
    }

    private static func commonDivisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return max(1, left)
    }
}
