import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Removes a namespace that a run made, unless somebody else's objects live in it by now.
///
/// Deleting a namespace deletes everything in it; what this run made in it is gone already, in the
/// order of the way back. The claims that pods got in it hold data: they stay, and it stays around them, without
/// the marks of the run.
struct NamespaceRemoval: Sendable {
    /// Kinds that mean nothing without an object that is looked for: endpoints without a Service
    /// lead nowhere, and may be seen for a moment after it.
    private static let kindsIgnored: Set<String> = ["Endpoints", "EndpointSlice", "Event"]
    /// How often its end is looked for, 50 ms apart: a namespace ends when its content has.
    private static let looksMax = 600

    let access: SiteAccess
    let name: String
    let uid: String
    let mark: StepMark

    func remove() async throws(ProviderError) {
        guard let found = try await access.find(.namespace(name)), found.uid == uid else { return }
        if found.deletionTimestamp == nil {
            let strangers = try await strangers()
            if !strangers.isEmpty, strangers.allSatisfy({ $0.kind == "PersistentVolumeClaim" }) {
                return try await MarkRemoval(access: access, objects: [])
                    .unmark(.namespace(name), mark.run)
            }
            if let first = strangers.map({ "\($0.kind ?? "") \($0.namespacedName)" }).min() {
                throw .rejected(
                    reason: "\(first) at \(access.context) is not of this run, so the namespace "
                        + "\(name) was left; move it away, or delete the namespace yourself"
                )
            }
            try await FencedObject.forward(access, .namespace(name), mark).delete(uid: uid)
        }
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

    /// What is in it and neither of this run nor made by its cluster.
    private func strangers() async throws(ProviderError) -> [JSON] {
        let objects = try await content()
        let owners = OwnerChain(objects)
        // What bears the mark of this run is a creation of its own that arrived after it was undone: a
        // driver had given it up, or died, while it was still on its way.
        return objects.filter {
            $0.deletionTimestamp == nil && owners.reason($0) == nil && !isStraggler($0)
        }
    }

    private func isStraggler(_ object: JSON) -> Bool {
        Marks.run(of: object) == mark.run && object.annotations[Marks.step] != nil
    }

    /// Everything in it, of whatever kind; what cannot be read may be somebody's, and is an error.
    private func content() async throws(ProviderError) -> [JSON] {
        let discovery = try await access.asProvider { () async throws(KubernetesError) in
            try await access.client.refreshDiscovery()
        }
        if let failure = discovery.failures.first {
            throw .unavailable(
                reason: "what the namespace \(name) at \(access.context) holds of "
                    + "\(failure.groupVersion) cannot be seen: \(failure.reason)",
                retryAfter: nil
            )
        }
        var objects: [JSON] = []
        // What cannot be deleted is no object but a view of some, as metrics are.
        for kind in discovery.preferredKinds
        where kind.isNamespaced && kind.verbs.contains("list") && kind.verbs.contains("delete")
            && !NamespaceRemoval.kindsIgnored.contains(kind.kind)
        {
            objects += try await access.asProvider { () async throws(KubernetesError) in
                try await access.client.list(kind, namespace: name).items
            }
        }
        return objects
    }
}
