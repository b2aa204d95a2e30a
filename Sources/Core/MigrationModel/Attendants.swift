/// A ScaledObject of KEDA, which gives a workload pods and takes them away.
package struct ScaledObjectRecord: Sendable, Hashable, Codable, Comparable {
    /// What people call it.
    package var reference: ObjectReference
    /// Whether it keeps its hands off: `autoscaling.keda.sh/paused: "true"`.
    package var isPaused: Bool
    /// The number that `autoscaling.keda.sh/paused-replicas` has it set before it pauses; nil without it.
    package var pausedReplicas: String?

    /// Takes what an object says.
    package init(reference: ObjectReference, isPaused: Bool, pausedReplicas: String? = nil) {
        self.reference = reference
        self.isPaused = isPaused
        self.pausedReplicas = pausedReplicas
    }

    /// By its reference.
    package static func < (left: Self, right: Self) -> Bool { left.reference < right.reference }
}

/// A PodDisruptionBudget: how many of the pods that it selects must stay when nodes are drained.
package struct BudgetRecord: Sendable, Hashable, Codable, Comparable {
    /// What people call it.
    package var reference: ObjectReference
    /// A number or a percentage, as it is written; nil where the other one is stated.
    package var minAvailable: String?
    /// A number or a percentage, as it is written; nil where the other one is stated.
    package var maxUnavailable: String?

    /// Takes what an object says.
    package init(
        reference: ObjectReference,
        minAvailable: String? = nil,
        maxUnavailable: String? = nil
    ) {
        self.reference = reference
        self.minAvailable = minAvailable
        self.maxUnavailable = maxUnavailable
    }

    /// How many of so many pods have to be there; percentages are rounded up, as its controller does.
    package func needed(of pods: Int) -> Int {
        if let minAvailable { return BudgetRecord.count(minAvailable, of: pods) }
        guard let maxUnavailable else { return 0 }
        return max(0, pods - BudgetRecord.count(maxUnavailable, of: pods))
    }

    private static func count(_ text: String, of pods: Int) -> Int {
        guard text.hasSuffix("%") else { return Int(text) ?? 0 }
        return ((Int(text.dropLast()) ?? 0) * pods + 99) / 100
    }

    /// By its reference.
    package static func < (left: Self, right: Self) -> Bool { left.reference < right.reference }
}
