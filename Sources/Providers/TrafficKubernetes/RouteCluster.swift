import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// The API server that has the routes' objects, its errors in the words of the ports.
struct RouteCluster: Sendable {
    let client: KubernetesClient
    /// The kubeconfig context: what people call this cluster.
    let context: String
    let time: any TimeSource

    /// The first of `kinds` that the server serves; nil when it serves none.
    func resource(of kinds: [SharedKind]) async throws(ProviderError) -> ResourceKind? {
        for kind in kinds {
            do {
                guard let version = kind.version else {
                    return try await client.resource(group: kind.group, kind: kind.kind)
                }
                return try await client.resource(
                    for: GroupVersionKind(group: kind.group, version: version, kind: kind.kind)
                )
            } catch .noMatch {
                continue
            } catch {
                throw whileReading(error)
            }
        }
        return nil
    }

    /// Nil when there is none.
    func find(
        _ kind: ResourceKind,
        _ namespace: String,
        _ name: String
    ) async throws(ProviderError) -> JSON? {
        do {
            return try await client.find(kind, namespace: namespace, name: name)
        } catch {
            throw whileReading(error)
        }
    }

    func list(_ kind: ResourceKind, in namespace: String) async throws(ProviderError) -> [JSON] {
        do {
            return try await client.list(kind, namespace: namespace).items
        } catch {
            throw whileReading(error)
        }
    }

    /// Applies `operations` to exactly the version that was read; false when it is another one now.
    func patch(
        _ object: JSON,
        of kind: ResourceKind,
        _ operations: [JSON]
    ) async throws(ProviderError) -> Bool {
        let version: JSON = [
            "op": "replace", "path": "/metadata/resourceVersion",
            "value": .string(object.resourceVersion ?? ""),
        ]
        do {
            _ = try await client.patch(
                kind,
                namespace: object.namespace,
                name: object.name ?? "",
                .json([version] + operations)
            )
            return true
        } catch {
            if error.isConflict || error.isNotFound { return false }
            let reason = "\(context): \(error)"
            switch error.writeOutcome {
            case .rejected: throw .rejected(reason: reason)
            case .unavailable(let retryAfter):
                throw .unavailable(reason: reason, retryAfter: retryAfter)
            case .unknown: throw .unknown(reason: reason)
            }
        }
    }

    /// Waits a little before a change is decided anew.
    func pauseBeforeAnotherTry() async throws(ProviderError) {
        do {
            try await time.sleep(for: .milliseconds(50))
        } catch {
            throw .unknown(reason: "the step was cancelled")
        }
    }

    /// Refusals of a read that another try may not meet.
    private static let statusesThatPass: Set<Int> = [401, 408, 410, 429]

    private func whileReading(_ error: KubernetesError) -> ProviderError {
        let reason = "\(context): \(error)"
        switch error {
        case .api(let status)
        where status.code < 500 && !RouteCluster.statusesThatPass.contains(status.code):
            return .rejected(reason: reason)
        case .noMatch, .invalid: return .rejected(reason: reason)
        default: return .unavailable(reason: reason, retryAfter: error.status?.retryAfter)
        }
    }
}
