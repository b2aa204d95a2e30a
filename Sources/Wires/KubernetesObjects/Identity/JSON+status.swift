import JSONValues

/// What many ask of an object's status.
extension JSON {
    /// Where a Node is reached from inside its network.
    package var internalAddresses: [String] {
        (at("status", "addresses")?.array ?? []).compactMap { address in
            address["type"] == "InternalIP" ? address["address"]?.string : nil
        }
    }

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

    /// The state of a Pod's first container.
    package var containerState: JSON? {
        at("status", "containerStatuses")?.array?.first?["state"]
    }

    /// Why a Pod does not run: no node, no image, no permission; nil when it runs.
    package var whatPodWaitsFor: String? {
        if let waiting = containerState?["waiting"] {
            let reason = waiting["reason"]?.string ?? "waiting"
            return reason + (waiting["message"]?.string.map { ": \($0)" } ?? "")
        }
        let conditions = at("status", "conditions")?.array ?? []
        let scheduled = conditions.first { $0["type"] == "PodScheduled" && $0["status"] == "False" }
        return scheduled.map {
            "\($0["reason"]?.string ?? "not scheduled"): \($0["message"]?.string ?? "")"
        }
    }

    /// Why a Job has failed; nil while it has not.
    package var jobFailure: String? {
        let conditions = at("status", "conditions")?.array ?? []
        let failed = conditions.first { $0["type"] == "Failed" && $0["status"] == "True" }
        return failed.map {
            "\($0["reason"]?.string ?? "no reason given") (\($0["message"]?.string ?? ""))"
        }
    }
}
