import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Finds who names Services of the namespaces that cross and does not cross with them: kinds that
/// stay, and whatever lives in other namespaces.
struct CallerReader: Sendable {
    /// What was found, and what could not be looked into.
    struct Found: Sendable {
        var callers: [CallerRecord] = []
        var unread: [String] = []
    }

    private static let kinds = [
        ("apps/v1", "DaemonSet"), ("apps/v1", "Deployment"), ("apps/v1", "ReplicaSet"),
        ("apps/v1", "StatefulSet"), ("batch/v1", "CronJob"), ("batch/v1", "Job"), ("v1", "Pod"),
        ("v1", "ReplicationController"),
    ]
    private static let kindNames = Set(kinds.map(\.1))

    let access: SiteAccess
    /// The namespaces that cross.
    let namespaces: Set<String>
    /// Everything in them, which was read already.
    let objects: [JSON]
    let owners: OwnerChain
    let services: [ServiceName]

    func read() async throws(ProviderError) -> Found {
        var found = Found()
        var candidates = objects.filter { !isCrossing($0) }
        var configMaps = objects.filter { $0.isKind("ConfigMap", in: "") }
        for (apiVersion, kind) in CallerReader.kinds + [("v1", "ConfigMap")] {
            guard let all = try await everywhere(apiVersion, kind) else {
                found.unread.append(kind)
                continue
            }
            let others = all.filter { !namespaces.contains($0.namespace ?? "") }
            if kind == "ConfigMap" { configMaps += others } else { candidates += others }
        }
        found.unread.sort()
        let calls = CallFinder(services: Set(services), configMaps: configMaps)
        found.callers = candidates.compactMap { record($0, calls) }
            .sorted { $0.caller < $1.caller }
        return found
    }

    /// What a migration moves, or excludes by name; and Jobs, for whose end its finish waits.
    private func isCrossing(_ object: JSON) -> Bool {
        (object.isKind("Job", in: "batch") || WorkloadID(object) != nil)
            && owners.reason(object) == nil
    }

    /// Nil when they may not be listed.
    private func everywhere(
        _ apiVersion: String,
        _ kind: String
    ) async throws(ProviderError) -> [JSON]? {
        guard let named = GroupVersionKind(apiVersion: apiVersion, kind: kind) else { return nil }
        do {
            let resource = try await access.client.resource(for: named)
            return try await access.client.list(resource, namespace: nil).items
        } catch {
            // A server without the kind has nobody of it.
            if case .noMatch = error { return [] }
            if error.isForbidden { return nil }
            throw access.providerError(error, isWrite: false)
        }
    }

    private func record(_ object: JSON, _ calls: CallFinder) -> CallerRecord? {
        guard let kind = object.kind, CallerReader.kindNames.contains(kind), !hasEnded(object),
            let reference = ObjectReference(object), let namespace = object.namespace
        else { return nil }
        // What one of these kinds made has its template, and is told by it.
        let owner = object.controllerReference?["kind"]?.string ?? ""
        guard !CallerReader.kindNames.contains(owner) else { return nil }
        let named = calls.calls(of: object.podTemplate ?? .emptyObject, in: namespace)
        return named.isEmpty ? nil : CallerRecord(caller: reference, calls: named)
    }

    /// A pod or a Job that has ended calls nobody any more.
    private func hasEnded(_ object: JSON) -> Bool {
        switch object.kind {
        case "Pod": object.isPodFinished
        case "Job": object.isJobFinished
        default: false
        }
    }
}
