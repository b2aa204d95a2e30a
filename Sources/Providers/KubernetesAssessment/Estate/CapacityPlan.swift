import MigrationModel

/// What each wave asks of the target's nodes: pure.
///
/// Waves are those that were stated, lower ones first, and within each of them the namespaces in the order
/// of their names. What has moved stays, so each wave needs room beside all before it.
package struct CapacityPlan: Sendable {
    /// What moves together.
    package struct Wave: Sendable, Hashable {
        /// `namespace shop`, `wave 2, namespace shop`.
        package let name: String
        /// As findings name them, sorted.
        package let workloads: [String]
        /// What this wave asks for.
        package let requests: Requests
        /// What this wave and all before it ask for.
        package let cumulative: Requests
        /// What there is not enough of, sorted.
        package let exceeded: [String]
    }

    /// In the order in which they would move; what has moved stays, so that each needs room beside
    /// all before it.
    package let waves: [Wave]
    /// Whether the target could be asked for its nodes.
    package let isRoomKnown: Bool
    /// What the open nodes have in all.
    package let allocatable: Requests
    /// What pods that run on these nodes have set aside.
    package let taken: Requests
    /// Ready nodes that take pods without toleration.
    let nodes: [NodeFacts]
    /// Everything that moves and runs, sorted.
    let workloads: [SlimObject]

    private struct Place: Hashable, Comparable {
        let wave: Int
        let namespace: String

        static func < (left: Place, right: Place) -> Bool {
            (left.wave, left.namespace) < (right.wave, right.namespace)
        }
    }

    init(_ estate: AssessedEstate) {
        let isRoomKnown = estate.target.isLive && estate.target.hasRead("nodes")
        let nodes = estate.target.readyNodes.filter { node in
            !node.taints.contains { $0.effect == "NoSchedule" || $0.effect == "NoExecute" }
        }
        let allocatable = nodes.reduce(Requests()) { $0 + $1.allocatable }
        let taken = nodes.reduce(Requests()) {
            $0 + estate.target.setAside[$1.name, default: Requests()]
        }
        let stated = estate.stated
        let workloads = estate.movingWorkloads.filter { workload in
            CapacityPlan.count(of: workload, nodes) > 0
                && !stated.staying.contains(CallGraphReader.words(for: workload))
        }
        let places = Dictionary(grouping: workloads) { workload in
            Place(
                wave: stated.waves[CallGraphReader.words(for: workload)] ?? 1,
                namespace: workload.namespace
            )
        }
        let isOneWave = Set(places.keys.map(\.wave)).count < 2
        var cumulative = Requests()
        waves = places.sorted { $0.key < $1.key }.map { place, workloads in
            let requests = workloads.reduce(Requests()) { sum, workload in
                sum + (workload.pods?.requests ?? Requests())
                    * CapacityPlan.count(of: workload, nodes)
            }
            cumulative = cumulative + requests
            return Wave(
                name: (isOneWave ? "" : "wave \(place.wave), ") + "namespace \(place.namespace)",
                workloads: workloads.map { "\($0.key)" }.sorted(),
                requests: requests,
                cumulative: cumulative,
                exceeded: isRoomKnown ? (taken + cumulative).exceeding(allocatable) : []
            )
        }
        self.isRoomKnown = isRoomKnown
        self.nodes = nodes
        self.allocatable = allocatable
        self.taken = taken
        self.workloads = workloads
    }

    /// How many pods a workload has at the target; a DaemonSet one on each node.
    private static func count(of workload: SlimObject, _ nodes: [NodeFacts]) -> Int {
        workload.groupKind == "DaemonSet.apps" ? nodes.count : workload.pods?.replicas ?? 0
    }
}
