import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Removes a namespace that a run made, unless somebody else's objects live in it by now.
///
/// Deleting a namespace deletes everything in it; what this run made in it is gone already, in the
/// order of the way back.
struct NamespaceRemoval: Sendable {
    /// Kinds that people put into namespaces, each looked for before the namespace goes.
    private static let kinds: [(apiVersion: String, kind: String)] = [
        ("v1", "ConfigMap"), ("v1", "Secret"), ("v1", "Service"), ("v1", "ServiceAccount"),
        ("v1", "PersistentVolumeClaim"), ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"), ("batch/v1", "Job"), ("batch/v1", "CronJob"), ("v1", "Pod"),
        ("networking.k8s.io/v1", "Ingress"),
    ]
    /// How often its end is looked for, 50 ms apart: a namespace ends when its content has.
    private static let looksMax = 600

    let access: SiteAccess
    let name: String
    let uid: String

    func remove() async throws(ProviderError) {
        for (apiVersion, kind) in NamespaceRemoval.kinds {
            let any = ObjectReference(
                apiVersion: apiVersion,
                kind: kind,
                namespace: name,
                name: ""
            )
            for object in try await access.list(any) {
                guard GeneratedObjects.generator(of: object) == nil,
                    object.deletionTimestamp == nil
                else { continue }
                throw .rejected(
                    reason: "\(kind) \(name)/\(object.name ?? "") at \(access.context) is not of "
                        + "this run, so the namespace \(name) was left; move it away, or delete "
                        + "the namespace yourself"
                )
            }
        }
        try await access.delete(.namespace(name), uid: uid)
        for _ in 0..<NamespaceRemoval.looksMax {
            guard let found = try await access.find(.namespace(name)), found.uid == uid else {
                return
            }
            try await access.pauseBeforeAnotherTry()
        }
        throw .unavailable(
            reason: "the namespace \(name) at \(access.context) is still being removed; "
                + "`kubectl get namespace \(name) -o yaml` says what it waits for",
            retryAfter: nil
        )
    }
}
