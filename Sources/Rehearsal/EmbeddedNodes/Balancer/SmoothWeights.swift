import EmbeddedSites

/// Shares requests between two backends by weight, so evenly that after any number of them each
/// count is within one of its exact share.
///
/// It is nginx's smooth weighted round robin: each turn every backend gains its weight, the one
/// with most is chosen and pays the sum.
struct SmoothWeights: Sendable, Equatable {
    let source: Int
    let target: Int
    private var sourceCredit = 0
    private var targetCredit = 0

    init(source: Int, target: Int) {
        precondition(source >= 0 && target >= 0, "a weight cannot be negative")
        self.source = source
        self.target = target
    }

    /// The backend whose turn it is; nil when both weights are 0.
    mutating func next() -> TwinSite? {
        let sum = source + target
        guard sum > 0 else { return nil }
        sourceCredit += source
        targetCredit += target
        if sourceCredit >= targetCredit, source > 0 {
            sourceCredit -= sum
            return .source
        }
        targetCredit -= sum
        return .target
    }
}
