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
        containerState?.whatContainerWaitsFor ?? whatSchedulingWaitsFor
    }

    /// Why a Pod has no node, in the words of the scheduler; nil unless it says.
    package var whatSchedulingWaitsFor: String? {
        guard let scheduled = condition("PodScheduled"), scheduled["status"] == "False" else {
            return nil
        }
        return scheduled.reasonAndMessage(orElse: "not scheduled")
    }

    /// Why a container does not run, by its state and in the words of its kubelet; nil unless it waits.
    package var whatContainerWaitsFor: String? {
        self["waiting"]?.reasonAndMessage(orElse: "waiting")
    }

    /// What a state or a condition gives as its reason, and what it adds to that.
    private func reasonAndMessage(orElse unstated: String) -> String {
        [self["reason"]?.string ?? unstated, self["message"]?.string ?? ""]
            .filter { !$0.isEmpty }.joined(separator: ": ")
    }

    /// Why a Job has failed; nil while it has not.
    package var jobFailure: String? {
        guard let failed = condition("Failed"), failed["status"] == "True" else { return nil }
        let reason = failed["reason"]?.string ?? "no reason given"
        return "\(reason) (\(failed["message"]?.string ?? ""))"
    }
}
