import Clocks
import JSONValues
import KubernetesObjects

/// What a Deployment says of itself.
extension DeploymentSync {
    /// Writes the counts and whether the minimum is available, without judging progress.
    mutating func writeStatus() {
        deployment.status = calculatedStatus()
    }

    /// Writes the counts, and whether the rollout gets on.
    mutating func writeRolloutStatus() {
        let before = deployment.status ?? .emptyObject
        var status = calculatedStatus()
        if progressDeadline == nil {
            conditions.remove("Progressing")
        } else {
            judgeProgress(from: before, to: status)
        }
        takeOverFailure()
        status["conditions"] = conditions.json
        deployment.status = status
        againWhenStuck(status)
    }

    private mutating func judgeProgress(from before: JSON, to status: JSON) {
        let reason = conditions.reason("Progressing")
        let isSettled =
            status.count("replicas") == status.count("updatedReplicas")
            && reason == "NewReplicaSetAvailable"
        guard !isSettled else { return }
        let subject =
            newName.map { "ReplicaSet \"\($0)\"" }
            ?? "Deployment \"\(deployment.name ?? "")\""
        if isComplete(status) {
            let message = "\(subject) has successfully progressed."
            progress("True", "NewReplicaSetAvailable", message)
        } else if isProgressing(from: before, to: status) {
            // The update time moves though status and reason stay: the deadline counts from it.
            conditions.replace(
                "Progressing",
                "True",
                reason: "ReplicaSetUpdated",
                message: "\(subject) is progressing.",
                now: now,
                extra: .update
            )
        } else if isTimedOut {
            let message = "\(subject) has timed out progressing."
            progress("False", "ProgressDeadlineExceeded", message)
        }
    }

    /// Says what keeps a ReplicaSet from making its pods: that of the new one first.
    private mutating func takeOverFailure() {
        let sets = [newReplicaSet].compactMap { $0 } + replicaSets
        let failure = sets.lazy.compactMap { Conditions(of: $0)[Conditions.replicaFailure] }.first
        guard let failure else { return conditions.remove(Conditions.replicaFailure) }
        conditions.set(
            Conditions.replicaFailure,
            failure["status"]?.string ?? "True",
            reason: failure["reason"]?.string ?? "",
            message: failure["message"]?.string ?? "",
            now: now,
            extra: .update
        )
    }

    private mutating func progress(_ status: String, _ reason: String, _ message: String) {
        conditions.set(
            "Progressing",
            status,
            reason: reason,
            message: message,
            now: now,
            extra: .update
        )
    }

    private mutating func calculatedStatus() -> JSON {
        let available = replicaSets.reduce(0) { $0 + $1.statusCount("availableReplicas") }
        let wanted = replicaSets.reduce(0) { $0 + $1.specReplicas }
        let isAvailable = available >= desired - maxUnavailable
        conditions.set(
            "Available",
            isAvailable ? "True" : "False",
            reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            message: isAvailable
                ? "Deployment has minimum availability."
                : "Deployment does not have minimum availability.",
            now: now,
            extra: .update
        )
        var status: JSON = deployment.status ?? .emptyObject
        status["observedGeneration"] = deployment.generation.map { JSON.int($0) }
        status.setCount("replicas", sum("replicas"))
        status.setCount("updatedReplicas", newReplicaSet?.statusCount("replicas") ?? 0)
        status.setCount("readyReplicas", sum("readyReplicas"))
        status.setCount("availableReplicas", available)
        status.setCount("unavailableReplicas", max(0, wanted - available))
        status["terminatingReplicas"] = .int(sum("terminatingReplicas"))
        status["conditions"] = conditions.json
        return status
    }

    private func sum(_ key: String) -> Int {
        replicaSets.reduce(0) { $0 + $1.statusCount(key) }
    }

    func isComplete(_ status: JSON) -> Bool {
        status.count("updatedReplicas") == desired && status.count("replicas") == desired
            && status.count("availableReplicas") == desired
            && status.count("observedGeneration") >= deployment.generation ?? 0
    }

    private func isProgressing(from before: JSON, to status: JSON) -> Bool {
        let oldBefore = before.count("replicas") - before.count("updatedReplicas")
        let oldNow = status.count("replicas") - status.count("updatedReplicas")
        return status.count("updatedReplicas") > before.count("updatedReplicas")
            || oldNow < oldBefore
            || status.count("readyReplicas") > before.count("readyReplicas")
            || status.count("availableReplicas") > before.count("availableReplicas")
    }

    private var isTimedOut: Bool {
        guard let reason = conditions.reason("Progressing"), let deadline = progressDeadline,
            reason != "NewReplicaSetAvailable"
        else { return false }
        guard reason != "ProgressDeadlineExceeded" else { return true }
        return sinceProgress.map { $0 > .seconds(deadline) } ?? false
    }

    private var sinceProgress: Duration? {
        conditions["Progressing"]?["lastUpdateTime"]?.string
            .flatMap { WallTime(rfc3339: $0) }
            .map { $0.duration(to: now) }
    }

    /// Nothing changes when a rollout is stuck, so the deadline must be looked at by itself.
    private mutating func againWhenStuck(_ status: JSON) {
        guard let deadline = progressDeadline, let since = sinceProgress, !isComplete(status),
            let reason = conditions.reason("Progressing"),
            reason != "ProgressDeadlineExceeded", reason != "NewReplicaSetAvailable"
        else { return }
        again = max(.zero, .seconds(deadline) - since) + .seconds(1)
    }
}

extension JSON {
    /// A number in a status; 0 when it is left out.
    func count(_ key: String) -> Int { self[key]?.int ?? 0 }
}
