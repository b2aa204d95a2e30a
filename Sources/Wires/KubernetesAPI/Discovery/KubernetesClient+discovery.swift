import HTTPTransport
import JSONValues
import KubernetesObjects
import Synchronization

extension KubernetesClient {
    /// Aggregated discovery in both its versions, and what older servers answer instead.
    private static let discoveryAccept = [
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        "application/json",
    ].joined(separator: ",")

    /// What the server serves; from memory when it was asked before.
    package func discovery() async throws(KubernetesError) -> Discovery {
        if let known = discoveryCache.withLock({ $0 }) { return known }
        return try await refreshDiscovery()
    }

    /// What the server serves now: to be asked when a CRD was added or a group was away.
    @discardableResult
    package func refreshDiscovery() async throws(KubernetesError) -> Discovery {
        let core = try await discover("/api")
        let named = try await discover("/apis")
        let discovery = Discovery(
            kinds: core.kinds + named.kinds,
            preferredVersions: core.preferredVersions.merging(named.preferredVersions) { $1 },
            failures: core.failures + named.failures
        )
        discoveryCache.withLock { $0 = discovery }
        return discovery
    }

    /// The resource that serves a kind; asks the server once more before it says there is none.
    ///
    /// Throws `.groupUnavailable` when the server could not say what is in the group.
    package func resource(
        for kind: GroupVersionKind
    ) async throws(KubernetesError) -> ResourceKind {
        try await lookUp(kind.description, in: kind.group) { $0.kind(for: kind) }
    }

    /// The same by group and kind, in the version that the server prefers.
    package func resource(
        group: String,
        kind: String
    ) async throws(KubernetesError) -> ResourceKind {
        let name = group.isEmpty ? kind : "\(kind).\(group)"
        return try await lookUp(name, in: group) { $0.kind(group: group, kind: kind) }
    }

    private func lookUp(
        _ name: String,
        in group: String,
        _ find: (Discovery) -> ResourceKind?
    ) async throws(KubernetesError) -> ResourceKind {
        let wasKnown = discoveryCache.withLock { $0 != nil }
        var discovery = try await discovery()
        if let found = find(discovery) { return found }
        if wasKnown {
            discovery = try await refreshDiscovery()
            if let found = find(discovery) { return found }
        }
        if let failure = discovery.failure(of: group) {
            throw .groupUnavailable(group: group, reason: failure.reason)
        }
        throw .noMatch(kind: name)
    }

    private func discover(_ path: String) async throws(KubernetesError) -> DiscoveryDocument {
        var exchange = Exchange(method: "GET", path: path)
        exchange.accept = KubernetesClient.discoveryAccept
        guard var document = DiscoveryDocument(try await performForJSON(exchange)) else {
            throw .decode(problem: "the answer is no discovery document", call: exchange.call)
        }
        for groupVersion in document.pending {
            try await read(groupVersion, into: &document)
        }
        return document
    }

    /// One group version of a server without aggregated discovery.
    private func read(
        _ groupVersion: GroupVersion,
        into document: inout DiscoveryDocument
    ) async throws(KubernetesError) {
        let group = groupVersion.group
        let path = group.isEmpty ? "/api" : "/apis/" + percentEncoded(group)
        let exchange = Exchange(
            method: "GET",
            path: path + "/" + percentEncoded(groupVersion.version)
        )
        do {
            let list = try await performForJSON(exchange)
            document.kinds += DiscoveryDocument.kinds(in: list, of: groupVersion)
        } catch {
            guard let status = error.status, status.code >= 500 || status.code == 404 else {
                throw error
            }
            // Only this group is away; the others must go on.
            document.failures.append(
                Discovery.Failure(groupVersion: groupVersion, reason: "answered \(status.code)")
            )
        }
    }
}
