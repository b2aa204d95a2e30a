import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// What the objects of a workload tell of why its pods are not ready.
///
/// The words are those of the scheduler, the kubelet and the controllers, as they stand in the statuses
/// (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/).
struct UnreadyPods: Sendable {
    let access: SiteAccess
    let workload: WorkloadID

    /// Of the first of its pods that is not ready; nil when nothing tells.
    func reason() async throws(ProviderError) -> String? {
        let found = try await access.get(workload.reference)
        let pods = try await WorkloadPods(access: access, workload: workload, found: found).read()
        guard !pods.isEmpty else { return notMade(found) }
        let unready = pods.filter { !$0.hasCondition("Ready") }
            .sorted { ($0.name ?? "") < ($1.name ?? "") }
        guard let pod = unready.first else { return nil }
        return "pod \(pod.name ?? "") \(trouble(of: pod))"
    }

    /// Why a controller makes no pod: a quota or an admission that refuses it, for instance.
    private func notMade(_ found: JSON) -> String? {
        guard found.hasCondition("ReplicaFailure"),
            let message = found.condition("ReplicaFailure")?["message"]?.string
        else { return nil }
        return "no pod of it is made: \(message)"
    }

    private func trouble(of pod: JSON) -> String {
        if pod.deletionTimestamp != nil { return "is being deleted" }
        if let reason = pod.whatSchedulingWaitsFor { return "has no node: \(reason)" }
        for key in ["initContainerStatuses", "containerStatuses"] {
            for status in pod.at("status", key)?.array ?? [] {
                if let trouble = trouble(ofContainer: status) { return trouble }
            }
        }
        return "has not begun yet"
    }

    /// Nil of a container that is ready, or has done what it was for.
    private func trouble(ofContainer status: JSON) -> String? {
        let name = status["name"]?.string ?? ""
        if let reason = status["state"]?.whatContainerWaitsFor {
            let ended = status.at("lastState", "terminated").map { ", \(self.ended($0))" } ?? ""
            return "waits with its container \(name): \(reason)\(ended)"
        }
        if let terminated = status.at("state", "terminated") {
            return terminated["exitCode"] == 0
                ? nil : "has a container \(name) that \(ended(terminated))"
        }
        guard status.at("state", "running") != nil, status["ready"] != true else { return nil }
        let restarts = status["restartCount"]?.int ?? 0
        let before = restarts > 0 ? " (restart count \(restarts))" : ""
        return "runs its container \(name)\(before), whose readiness probe has not succeeded yet"
    }

    private func ended(_ terminated: JSON) -> String {
        let reason = terminated["reason"]?.string.map { " (\($0))" } ?? ""
        return "ended with exit code \(terminated["exitCode"]?.int ?? 0)\(reason)"
    }
}
