import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// The marks that ReplicaSets have from their Deployment.
///
/// The Deployment's controller copies annotations to them and never takes one away
/// (deployment_util.go, copyDeploymentAnnotationsToReplicaSet), and `kubectl rollout undo` would bring
/// them back from there. So whoever takes a mark off a Deployment takes it off these as well.
struct ReplicaSetMarks: Sendable {
    /// How often they are looked for, 50 ms apart.
    private static let looksMax = 200
    /// So often in a row none must be found: the controller may be slower than we are.
    private static let cleanLooksMin = 3

    let access: SiteAccess
    let deployment: ObjectReference

    /// Removes the marks that the Deployment does not bear; of another kind, does nothing.
    func removeStale() async throws(ProviderError) {
        guard deployment.kind == "Deployment" else { return }
        var cleanLooks = 0
        for _ in 0..<ReplicaSetMarks.looksMax {
            guard let found = try await access.find(deployment) else { return }
            var isClean = true
            for replicaSet in try await replicaSets(of: found) {
                let stale = replicaSet.annotations.keys.sorted().filter {
                    MarkNames.isOurs($0) && found.annotations[$0] == nil
                }
                guard !stale.isEmpty, let reference = ObjectReference(replicaSet) else { continue }
                isClean = false
                try await remove(stale, from: replicaSet, reference)
            }
            cleanLooks = isClean ? cleanLooks + 1 : 0
            if cleanLooks == ReplicaSetMarks.cleanLooksMin { return }
            try await access.pauseBeforeAnotherTry()
        }
        throw .unavailable(
            reason: "the marks of the run come back to the ReplicaSets of \(deployment) at "
                + "\(access.context) although it bears none",
            retryAfter: nil
        )
    }

    /// One that changes meanwhile is met again at the next look.
    private func remove(
        _ keys: [String],
        from replicaSet: JSON,
        _ reference: ObjectReference
    ) async throws(ProviderError) {
        let annotations = Dictionary(uniqueKeysWithValues: keys.map { ($0, JSON.null) })
        let patch: JSON = [
            "metadata": [
                "resourceVersion": .string(replicaSet.resourceVersion ?? ""),
                "annotations": .object(annotations),
            ]
        ]
        _ = try await access.patch(.merge(patch), of: reference)
    }

    private func replicaSets(of found: JSON) async throws(ProviderError) -> [JSON] {
        let labels: LabelSelector
        do {
            labels = try LabelSelector(object: found.at("spec", "selector"))
        } catch {
            throw .rejected(reason: "the selector of \(deployment) cannot be read: \(error)")
        }
        let any = ObjectReference(
            apiVersion: "apps/v1",
            kind: "ReplicaSet",
            namespace: deployment.namespace,
            name: ""
        )
        return try await access.list(any, labels: labels).filter {
            $0.controllerReference?["uid"]?.string == found.uid
        }
    }
}
