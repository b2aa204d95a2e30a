import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// One site's API server with its errors in the words of the ports.
struct SiteAccess: Sendable {
    /// How often a change that met somebody else's is decided anew before it gives up.
    static let conflictsMax = 8

    let site: SiteRole
    /// The kubeconfig context: what people call this site.
    let context: String
    let client: KubernetesClient
    let counterpart: KubernetesClient
    let sealing: any BeforeImageSealing
    let time: any TimeSource
    var copiedForm = CopiedForm()

    /// The same verbs at the other site, for reading originals.
    var other: SiteAccess {
        SiteAccess(
            site: site.counterpart,
            context: "the \(site.counterpart.rawValue)",
            client: counterpart,
            counterpart: client,
            sealing: sealing,
            time: time,
            copiedForm: copiedForm
        )
    }

    func kind(of reference: ObjectReference) async throws(ProviderError) -> ResourceKind {
        guard
            let kind = GroupVersionKind(apiVersion: reference.apiVersion, kind: reference.kind)
        else { throw .rejected(reason: "\(reference): \(reference.apiVersion) is no apiVersion") }
        return try await asProvider { () async throws(KubernetesError) in
            try await client.resource(for: kind)
        }
    }

    /// Nil when there is none.
    func find(_ reference: ObjectReference) async throws(ProviderError) -> JSON? {
        let kind = try await kind(of: reference)
        return try await asProvider { () async throws(KubernetesError) in
            try await client.find(kind, namespace: reference.namespace, name: reference.name)
        }
    }

    /// Fails with drift when there is none.
    func get(_ reference: ObjectReference) async throws(ProviderError) -> JSON {
        guard let object = try await find(reference) else {
            throw .drift(reason: "\(reference) is gone from \(context)")
        }
        return object
    }

    func list(
        _ reference: ObjectReference,
        labels: LabelSelector? = nil
    ) async throws(ProviderError) -> [JSON] {
        let kind = try await kind(of: reference)
        return try await asProvider { () async throws(KubernetesError) in
            try await client.list(
                kind,
                namespace: reference.namespace,
                options: ListOptions(labels: labels)
            ).items
        }
    }

    /// Nil when an object of that name is there already.
    func create(
        _ object: JSON,
        as reference: ObjectReference
    ) async throws(ProviderError) -> JSON? {
        let kind = try await kind(of: reference)
        do {
            return try await client.create(kind, object)
        } catch {
            if error.isAlreadyExists { return nil }
            throw providerError(error, isWrite: true)
        }
    }

    /// Nil when the object changed since the precondition in the patch was read, or is gone.
    func patch(
        _ patch: ObjectPatch,
        of reference: ObjectReference,
        subresource: String? = nil
    ) async throws(ProviderError) -> JSON? {
        let kind = try await kind(of: reference)
        do {
            return try await client.patch(
                kind,
                namespace: reference.namespace,
                name: reference.name,
                patch,
                subresource: subresource
            )
        } catch {
            if error.isConflict || error.isNotFound { return nil }
            throw providerError(error, isWrite: true)
        }
    }

    /// Deletes exactly this incarnation; one that is gone, or another one, is left alone.
    ///
    /// False when the object is another one, or no longer of the version that was named.
    @discardableResult
    func delete(
        _ reference: ObjectReference,
        uid: String,
        resourceVersion: String? = nil
    ) async throws(ProviderError) -> Bool {
        let kind = try await kind(of: reference)
        do {
            _ = try await client.delete(
                kind,
                namespace: reference.namespace,
                name: reference.name,
                options: DeleteOptions(
                    uid: uid,
                    resourceVersion: resourceVersion,
                    propagation: .background
                )
            )
            return true
        } catch {
            if error.isNotFound { return true }
            if error.isConflict { return false }
            throw providerError(error, isWrite: true)
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

    /// Runs a read, and says its failure as a port would.
    func asProvider<Answer>(
        _ read: () async throws(KubernetesError) -> Answer
    ) async throws(ProviderError) -> Answer {
        do {
            return try await read()
        } catch {
            throw providerError(error, isWrite: false)
        }
    }

    /// Refusals of a read that another try may not meet: who we are was not believed just now, the
    /// server gave up waiting, a list took longer than its pages are kept, too much was asked for.
    private static let statusesThatPass: Set<Int> = [401, 408, 410, 429]

    func providerError(_ error: KubernetesError, isWrite: Bool) -> ProviderError {
        let reason = "\(context): \(error)"
        if !isWrite {
            switch error {
            case .api(let status)
            where status.code < 500 && !SiteAccess.statusesThatPass.contains(status.code):
                return .rejected(reason: reason)
            case .noMatch, .invalid: return .rejected(reason: reason)
            default:
                return .unavailable(reason: reason, retryAfter: error.status?.retryAfter)
            }
        }
        switch error.writeOutcome {
        case .rejected: return .rejected(reason: reason)
        case .unavailable(let retryAfter):
            return .unavailable(reason: reason, retryAfter: retryAfter)
        case .unknown: return .unknown(reason: reason)
        }
    }
}
