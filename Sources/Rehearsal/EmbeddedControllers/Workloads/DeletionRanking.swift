import JSONValues
import KubernetesObjects

/// Which pods go first when there are too many: those whose loss is felt least.
struct DeletionRanking: Sendable {
    /// How many related pods run on each node.
    private let countByNode: [String: Int]

    /// `neighbours` are the pods that share the nodes with those that are ranked.
    init(neighbours: [JSON]) {
        var counts: [String: Int] = [:]
        for pod in neighbours {
            if let node = pod.nodeName { counts[node, default: 0] += 1 }
        }
        countByNode = counts
    }

    /// The order of the original: unscheduled, pending, not ready, cheap, crowded, lately ready,
    /// often restarted, young; names break ties so that the order is total.
    func isDeletedBefore(_ left: JSON, _ right: JSON) -> Bool {
        let leftRank = rank(left)
        let rightRank = rank(right)
        for (mine, other) in zip(leftRank, rightRank) where mine != other { return mine < other }
        let leftSince = left.isPodReady ? left.condition("Ready")?["lastTransitionTime"] : nil
        let rightSince = right.isPodReady ? right.condition("Ready")?["lastTransitionTime"] : nil
        if let mine = leftSince?.string, let other = rightSince?.string, mine != other {
            return mine > other
        }
        let restarts = (restartCount(left), restartCount(right))
        if restarts.0 != restarts.1 { return restarts.0 > restarts.1 }
        let created = (left.creationTimestamp ?? "", right.creationTimestamp ?? "")
        if created.0 != created.1 { return created.0 > created.1 }
        return (left.name ?? "") < (right.name ?? "")
    }

    /// Numbers of which the smaller goes first, the weightiest at the front.
    private func rank(_ pod: JSON) -> [Int] {
        let phases = ["Pending": 0, "Unknown": 1, "Running": 2]
        let cost = pod.annotation("controller.kubernetes.io/pod-deletion-cost").flatMap { Int($0) }
        return [
            pod.nodeName == nil ? 0 : 1,
            phases[pod.podPhase] ?? 0,
            pod.isPodReady ? 1 : 0,
            cost ?? 0,
            -(pod.nodeName.flatMap { countByNode[$0] } ?? 0),
        ]
    }

    private func restartCount(_ pod: JSON) -> Int {
        (pod.at("status", "containerStatuses")?.array ?? [])
            .compactMap { $0["restartCount"]?.int }
            .max() ?? 0
    }
}
