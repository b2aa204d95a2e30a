import JSONValues

/// What many ask of an object's status.
extension JSON {
    /// The condition of this type in `status.conditions`; nil where there is none.
    package func condition(_ type: String) -> JSON? {
        at("status", "conditions")?.array?.first { $0["type"]?.string == type }
    }

    /// Whether a condition of this type is there and says `True`.
    package func hasCondition(_ type: String) -> Bool {
        condition(type)?["status"]?.string == "True"
    }

    /// Whether the containers of a pod have ended for good: in phases that it never leaves again
    /// (core/v1, PodStatus).
    package var isPodFinished: Bool {
        ["Succeeded", "Failed"].contains(at("status", "phase")?.string)
    }

    /// Whether a Job has ended, well or not, and starts no pod any more (batch/v1, JobStatus).
    package var isJobFinished: Bool { hasCondition("Complete") || hasCondition("Failed") }
}
