import JSONValues
import KubernetesObjects

/// How a change of `spec.replicas` reaches the ReplicaSets, and what they remember of it.
extension DeploymentSync {
    static let revisionKey = "deployment.kubernetes.io/revision"
    private static let historyKey = "deployment.kubernetes.io/revision-history"
    private static let desiredKey = "deployment.kubernetes.io/desired-replicas"
    private static let maxKey = "deployment.kubernetes.io/max-replicas"
    private static let notCopied: Set<String> = [
        "kubectl.kubernetes.io/last-applied-configuration", revisionKey, historyKey, desiredKey,
        maxKey, "deprecated.deployment.rollback.to",
    ]

    /// Whether `spec.replicas` has changed since the ReplicaSets were last scaled.
    var isScalingEvent: Bool {
        replicaSets.contains { replicaSet in
            guard replicaSet.specReplicas > 0,
                let known = replicaSet.annotation(Self.desiredKey).flatMap({ Int($0) })
            else { return false }
            return known != desired
        }
    }

    /// Sets the replicas of a ReplicaSet and notes for which total they were meant.
    mutating func scale(_ index: Int, to count: Int) {
        replicaSets[index].set(.int(count), at: "spec", "replicas")
        setReplicasAnnotations(&replicaSets[index])
    }

    /// Whether this look has changed how many replicas a ReplicaSet has.
    func isRescaled(_ index: Int) -> Bool {
        let known = known(replicaSets[index].name ?? "")
        return known.map { $0.specReplicas != replicaSets[index].specReplicas } ?? true
    }

    func setReplicasAnnotations(_ replicaSet: inout JSON) {
        replicaSet.annotations[Self.desiredKey] = String(desired)
        replicaSet.annotations[Self.maxKey] = String(desired + maxSurge)
    }

    /// Scales without rolling: the only active ReplicaSet, or all of them in proportion.
    mutating func scaleAll() {
        if let index = activeOrLatest {
            if replicaSets[index].specReplicas != desired { scale(index, to: desired) }
            return
        }
        if isSaturated {
            for index in oldIndices where replicaSets[index].specReplicas > 0 {
                scale(index, to: 0)
            }
            return
        }
        if strategy == "RollingUpdate" { scaleInProportion() }
    }

    /// The one ReplicaSet that has replicas, or the newest when none has.
    ///
    /// Nil when several have.
    private var activeOrLatest: Int? {
        let active = replicaSets.indices.filter { replicaSets[$0].specReplicas > 0 }
        switch active.count {
        case 0: return newIndex ?? oldIndices.last
        case 1: return active[0]
        default: return nil
        }
    }

    /// Whether the new ReplicaSet alone carries everything.
    private var isSaturated: Bool {
        guard let new = newReplicaSet,
            let known = new.annotation(Self.desiredKey).flatMap({ Int($0) })
        else { return false }
        return new.specReplicas == desired && known == desired
            && new.statusCount("availableReplicas") == desired
    }

    private mutating func scaleInProportion() {
        let active = replicaSets.indices.filter { replicaSets[$0].specReplicas > 0 }
        let total = active.reduce(0) { $0 + replicaSets[$1].specReplicas }
        let allowed = desired > 0 ? desired + maxSurge : 0
        let toAdd = allowed - total
        // The largest first; among equals the newest gain first and the oldest lose first.
        let order = active.sorted { left, right in
            let sizes = (replicaSets[left].specReplicas, replicaSets[right].specReplicas)
            if sizes.0 != sizes.1 { return sizes.0 > sizes.1 }
            return toAdd > 0 ? left > right : left < right
        }
        var added = 0
        var sizes: [Int: Int] = [:]
        for index in order {
            let share = toAdd == 0 ? 0 : proportion(of: index, toAdd: toAdd, added: added)
            sizes[index] = replicaSets[index].specReplicas + share
            added += share
        }
        if let first = order.first { sizes[first] = max(0, (sizes[first] ?? 0) + toAdd - added) }
        for index in order { scale(index, to: sizes[index] ?? 0) }
    }

    private func proportion(of index: Int, toAdd: Int, added: Int) -> Int {
        let replicaSet = replicaSets[index]
        guard replicaSet.specReplicas > 0, toAdd != added else { return 0 }
        let fraction = fraction(of: replicaSet)
        let allowed = toAdd - added
        return toAdd > 0 ? min(fraction, allowed) : max(fraction, allowed)
    }

    private func fraction(of replicaSet: JSON) -> Int {
        guard desired > 0 else { return -replicaSet.specReplicas }
        let known = replicaSet.annotation(Self.maxKey).flatMap { Int($0) }
        let before = known ?? deployment.statusCount("replicas")
        guard before > 0 else { return 0 }
        let size = Double(replicaSet.specReplicas * (desired + maxSurge)) / Double(before)
        return Int(size.rounded()) - replicaSet.specReplicas
    }

    /// Copies the Deployment's annotations to its new ReplicaSet and keeps the revisions.
    func annotate(_ replicaSet: inout JSON, revision: String) {
        var annotations = replicaSet.annotations
        for (key, value) in deployment.annotations where !Self.notCopied.contains(key) {
            annotations[key] = value
        }
        let before = annotations[Self.revisionKey]
        if (before.flatMap { Int($0) } ?? 0) < Int(revision) ?? 0 {
            annotations[Self.revisionKey] = revision
            if let before {
                let history = annotations[Self.historyKey].map { "\($0),\(before)" }
                annotations[Self.historyKey] = history ?? before
            }
        }
        replicaSet.annotations = annotations
    }
}
