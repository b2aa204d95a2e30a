import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects

/// Removes one incarnation of an object and waits for its end.
struct ObjectRemoval: Sendable {
    let client: KubernetesClient
    let time: any TimeSource
    let patience: CopyPatience

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
        let deadline =
            time.uptime + (key.kind == "Namespace" ? patience.namespaceEnds : patience.ends)
        var pause = Duration.milliseconds(5)
        while true {
            let found = try await client.find(kind, namespace: key.namespace, name: key.name)
            guard let found, found.uid == uid else { return nil }
            guard time.uptime < deadline else {
                return "it is still being removed" + ObjectRemoval.holders(of: found)
            }
            try await time.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }

    /// What keeps an object, as far as it says so.
    private static func holders(of object: JSON) -> String {
        let conditions = (object.at("status", "conditions")?.array ?? []).filter {
            object.kind == "Namespace" && $0["status"] == "True"
        }
        let words = conditions.compactMap { $0["message"]?.string }
        if !words.isEmpty { return ": \(words.joined(separator: "; "))" }
        let holders = object.finalizers.joined(separator: ", ")
        return holders.isEmpty ? "" : "; its finalizers hold it: \(holders)"
    }
}
