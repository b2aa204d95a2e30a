import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// The pods of a workload that run or still may.
struct WorkloadPods: Sendable {
    let access: SiteAccess
    let workload: WorkloadID
    /// The workload as it was read.
    let found: JSON

    /// A pod counts unless it has ended, or its labels match and it is seen to be somebody else's.
    func read() async throws(ProviderError) -> [JSON] {
        let labels: LabelSelector
        do {
            labels = try LabelSelector(object: found.at("spec", "selector"))
        } catch {
            throw .rejected(reason: "the selector of \(workload) cannot be read: \(error)")
        }
        let pods = try await list("v1", "Pod", labels).filter { !$0.isPodFinished }
        guard !pods.isEmpty else { return [] }
        // Of a ReplicaSet that is gone already it is not known whose it was: its pods count.
        let foreign = try await list("apps/v1", "ReplicaSet", nil).filter {
            $0.controllerReference?["uid"]?.string != found.uid
        }
        let foreignOwners = Set(foreign.compactMap(\.uid))
        return pods.filter { pod in
            guard let owner = pod.controllerReference, let uid = owner["uid"]?.string else {
                return false
            }
            if uid == found.uid { return true }
            return owner["kind"]?.string == "ReplicaSet" && !foreignOwners.contains(uid)
        }
    }

    private func list(
        _ apiVersion: String,
        _ kind: String,
        _ labels: LabelSelector?
    ) async throws(ProviderError) -> [JSON] {
        let any = ObjectReference(
            apiVersion: apiVersion,
            kind: kind,
            namespace: workload.namespace,
            name: ""
        )
        return try await access.list(any, labels: labels)
    }
}
