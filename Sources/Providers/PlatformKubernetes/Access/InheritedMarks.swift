import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// The marks that ReplicaSets have from their Deployment, and revisions from what they are of.
///
/// Controllers copy annotations to them and never take one away (deployment_util.go,
/// copyDeploymentAnnotationsToReplicaSet; stateful_set_utils.go, newRevision; daemon/update.go, snapshot),
/// and `kubectl rollout undo` would bring them back from a ReplicaSet. So whoever takes a mark off a
/// workload takes it off these as well.
struct InheritedMarks: Sendable {
    /// How often they are looked for, 50 ms apart.
    private static let looksMax = 200
    /// So often in a row none must be found: the controller may be slower than we are.
    private static let cleanLooksMin = 3

    /// What keeps the history of a kind.
    private static let kinds = [
        "DaemonSet": "ControllerRevision", "Deployment": "ReplicaSet",
        "StatefulSet": "ControllerRevision",
    ]

    let access: SiteAccess
    let workload: ObjectReference

    /// Removes the marks that the workload does not bear; of a kind without a history, does nothing.
    func removeStale() async throws(ProviderError) {
        guard let kind = InheritedMarks.kinds[workload.kind] else { return }
        var cleanLooks = 0
        for _ in 0..<InheritedMarks.looksMax {
            guard let found = try await access.find(workload) else { return }
            var isClean = true
            for heir in try await heirs(of: found, kind) {
                let stale = heir.annotations.keys.sorted().filter {
                    MarkNames.isOurs($0) && found.annotations[$0] == nil
                }
                guard !stale.isEmpty, let reference = ObjectReference(heir) else { continue }
                isClean = false
                try await remove(stale, from: heir, reference)
            }
            cleanLooks = isClean ? cleanLooks + 1 : 0
            if cleanLooks == InheritedMarks.cleanLooksMin { return }
            try await access.pauseBeforeAnotherTry()
        }
        throw .unavailable(
            reason: "the marks of the run come back to each \(kind) of \(workload) at "
                + "\(access.context) although it bears none",
            retryAfter: nil
        )
    }

    /// One that changes meanwhile is met again at the next look.
    private func remove(
        _ keys: [String],
        from heir: JSON,
        _ reference: ObjectReference
    ) async throws(ProviderError) {
        let annotations = Dictionary(uniqueKeysWithValues: keys.map { ($0, JSON.null) })
        let patch: JSON = [
            "metadata": [
                "resourceVersion": .string(heir.resourceVersion ?? ""),
                "annotations": .object(annotations),
            ]
        ]
        _ = try await access.patch(.merge(patch), of: reference)
    }

    private func heirs(of found: JSON, _ kind: String) async throws(ProviderError) -> [JSON] {
        let labels: LabelSelector
        do {
            labels = try LabelSelector(object: found.at("spec", "selector"))
        } catch {
            throw .rejected(reason: "the selector of \(workload) cannot be read: \(error)")
        }
        let any = ObjectReference(
            apiVersion: "apps/v1",
            kind: kind,
            namespace: workload.namespace,
            name: ""
        )
        return try await access.list(any, labels: labels).filter {
            $0.controllerReference?["uid"]?.string == found.uid
        }
    }
}
