import MigrationModel

/// What a simulation asks of a plan.
extension Plan {
    /// Whether a person wants anything tried or measured at the target.
    package var hasTrials: Bool {
        steps.flatMap(\.gates).contains { gate in
            switch gate {
            case .smoke, .metric, .sameAnswers, .probeSucceeded: true
            default: false
            }
        }
    }

    /// Whether something in the clusters follows nodes for bridges.
    package var followsNodes: Bool { keeper?.follows == .nodes }

    /// A keeper of bridges that it puts up; nil where it has none.
    var keeper: BridgeKeeper? {
        steps.lazy.compactMap { step -> BridgeKeeper? in
            guard case .change(_, .runKeeper(let keeper)) = step.operation else { return nil }
            return keeper
        }.first
    }

    /// Whether bridges lead to load balancers.
    package var leadsToBalancers: Bool {
        ways.contains { if case .loadBalancer = $0 { true } else { false } }
    }

    /// Whether writers of stores change sides.
    package var movesStores: Bool {
        steps.contains { if case .store = $0.operation { true } else { false } }
    }

    /// Whether bridges lead to entries.
    package var leadsToEntries: Bool {
        ways.contains { if case .entry = $0 { true } else { false } }
    }

    /// What bridges lead to.
    package var ways: Set<BridgeWay> {
        Set(
            steps.compactMap { step in
                guard case .change(_, .addBridge(let service)) = step.operation else { return nil }
                return service.way
            }
        )
    }
}
