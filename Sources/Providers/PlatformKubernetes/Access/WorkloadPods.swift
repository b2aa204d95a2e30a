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
        let owners = Set(pods.compactMap(WorkloadPods.replicaSet)).subtracting([found.uid ?? ""])
        let foreignOwners = try await foreign(among: owners, labels)
        return pods.filter { pod in
            if let uid = pod.controllerReference?["uid"]?.string, uid == found.uid { return true }
            return WorkloadPods.replicaSet(of: pod).map { !foreignOwners.contains($0) } ?? false
        }
    }

    /// The uid of the ReplicaSet that controls a pod; nil where none does.
    private static func replicaSet(of pod: JSON) -> String? {
        guard let owner = pod.controllerReference, owner["kind"]?.string == "ReplicaSet" else {
            return nil
        }
        return owner["uid"]?.string
    }

    /// Which of these ReplicaSets are seen to be somebody else's.
    ///
    /// Those of a workload have labels that it selects. Others need not, so all are read where one is not
    /// among those that have; of one that is gone already it is not known whose it was.
    private func foreign(
        among owners: Set<String>,
        _ labels: LabelSelector
    ) async throws(ProviderError) -> Set<String> {
        var sets = try await list("apps/v1", "ReplicaSet", labels)
        if !owners.isSubset(of: sets.compactMap(\.uid)) {
            sets = try await list("apps/v1", "ReplicaSet", nil)
        }
        return Set(
            sets.filter { $0.controllerReference?["uid"]?.string != found.uid }.compactMap(\.uid)
        )
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
