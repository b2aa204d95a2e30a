import EmbeddedSites

/// One route of the balancer: its weights, asked for and in force, and what each backend did.
package struct BalancerRoute: Sendable {
    /// The host, in lower case.
    package let id: String
    /// What was last asked for.
    package private(set) var requested: BalancerWeights
    /// What new requests follow.
    package private(set) var active: BalancerWeights
    /// What the source's entry has done for this route.
    package private(set) var source = BalancerCounts()
    /// What the target's entry has done for this route.
    package private(set) var target = BalancerCounts()
    private var turns: SmoothWeights

    init(id: String, source: Int, target: Int) {
        self.id = id
        requested = BalancerWeights(source: source, target: target, generation: 1)
        active = requested
        turns = SmoothWeights(source: source, target: target)
    }

    /// Takes note of what is asked for; answers whether it differs from what was asked before.
    mutating func request(source: Int, target: Int) -> Bool {
        guard requested.source != source || requested.target != target else { return false }
        requested.source = source
        requested.target = target
        requested.generation += 1
        return true
    }

    /// Puts weights in force, unless newer ones already are.
    mutating func activate(_ weights: BalancerWeights) {
        guard weights.generation > active.generation else { return }
        active = weights
        turns = SmoothWeights(source: weights.source, target: weights.target)
    }

    /// The backend of the next request, which is counted as given to it.
    mutating func choose() -> TwinSite? {
        guard let site = turns.next() else { return nil }
        switch site {
        case .source: source.began()
        case .target: target.began()
        }
        return site
    }

    mutating func ended(_ result: Result<Int, CallFailure>, at site: TwinSite, nanoseconds: Int) {
        switch site {
        case .source: source.ended(result, nanoseconds: nanoseconds)
        case .target: target.ended(result, nanoseconds: nanoseconds)
        }
    }
}
