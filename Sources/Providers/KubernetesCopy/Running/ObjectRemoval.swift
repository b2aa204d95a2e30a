import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects

/// Removes one incarnation of an object and waits for its end.
struct ObjectRemoval: Sendable {
    /// How long an object may take to go: controllers finish with it first.
    private static let endMax = Duration.seconds(60)

    let client: KubernetesClient
    let time: any TimeSource

    /// Nil when the object is gone, or another one bears its name; else why it is still there.
    func remove(_ key: CopyKey, _ kind: ResourceKind, uid: String) async -> String? {
        do {
            _ = try await client.delete(
                kind,
                namespace: key.namespace,
                name: key.name,
                options: DeleteOptions(uid: uid, propagation: .background)
            )
            return try await waitForEnd(of: key, kind, uid: uid)
        } catch let error as KubernetesError where error.isNotFound || error.isConflict {
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func waitForEnd(
        of key: CopyKey,
        _ kind: ResourceKind,
        uid: String
    ) async throws -> String? {
        let deadline = time.uptime + ObjectRemoval.endMax
        var pause = Duration.milliseconds(5)
        while true {
            let found = try await client.find(kind, namespace: key.namespace, name: key.name)
            guard let found, found.uid == uid else { return nil }
            guard time.uptime < deadline else {
                let holders = found.finalizers.joined(separator: ", ")
                return "it is still being removed"
                    + (holders.isEmpty ? "" : "; its finalizers hold it: \(holders)")
            }
            try await time.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }
}
