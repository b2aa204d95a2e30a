/// Which node each pod of a site runs on: the least loaded one that it may run on.
package struct PodScheduler: Sendable {
    private let nodes: [TwinNode]
    private let podsMax: Int
    private var homes: [String: String] = [:]

    package init(nodes: [TwinNode], podsMax: Int) {
        self.nodes = nodes
        self.podsMax = podsMax
    }

    /// Takes note that a pod runs on a node, whoever put it there.
    package mutating func place(uid: String, on node: String) { homes[uid] = node }

    package mutating func remove(uid: String) { homes[uid] = nil }

    /// The node for a pod; nil when none takes it.
    ///
    /// `excluded` names nodes that take no pods, or not this one.
    package mutating func choose(
        uid: String,
        demand: NodeDemand,
        excluded: Set<String> = []
    ) -> TwinNode? {
        var loads: [String: Int] = [:]
        for (_, node) in homes { loads[node, default: 0] += 1 }
        let fitting = nodes.filter {
            demand.holds(of: $0) && !excluded.contains($0.name)
                && loads[$0.name, default: 0] < podsMax
        }
        let chosen = fitting.min {
            (loads[$0.name, default: 0], $0.name) < (loads[$1.name, default: 0], $1.name)
        }
        if let chosen { homes[uid] = chosen.name }
        return chosen
    }
}
