import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Which kinds are read, and in which version: one that both sites serve.
package struct KindChoice: Sendable {
    /// As the source serves it.
    package let source: ResourceKind
    /// As the target serves it; nil when it does not, which a definition that is copied may change.
    package let target: ResourceKind?

    /// What belongs to a cluster's machines, its locks and its requests, beside views.
    private static let leftKinds = ClusterMade.views.union([
        "leases.coordination.k8s.io", "nodes", "csinodes.storage.k8s.io",
        "volumeattachments.storage.k8s.io", "certificatesigningrequests.certificates.k8s.io",
        "ipaddresses.networking.k8s.io",
    ])

    /// The kinds that a selection means, sorted.
    static func all(
        _ selection: CopySelection,
        source: Discovery,
        target: Discovery
    ) throws(CopyProblem) -> [KindChoice] {
        for word in selection.kinds where source.kind(named: word) == nil {
            throw CopyProblem(
                "the source serves no kind \(word); `kubectl api-resources` lists them"
            )
        }
        let wanted = source.preferredKinds.filter { kind in
            kind.verbs.contains("list") && kind.verbs.contains("create")
                && !leftKinds.contains(kind.groupResource)
                && (selection.kinds.isEmpty || selection.kinds.contains(where: kind.isNamed))
        }
        return wanted.sorted().map { preferred in
            let versions = source.kinds.filter { $0.groupResource == preferred.groupResource }
            let shared = versions.first { target.kind(for: $0.groupVersionKind) != nil }
            return KindChoice(
                source: shared ?? preferred,
                target: shared.flatMap { target.kind(for: $0.groupVersionKind) }
            )
        }
    }
}

/// Why a copy cannot be planned as it is asked for.
package struct CopyProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, where, and what to do.
    package let description: String

    /// Takes the words that a person reads; never a value of a Secret.
    package init(_ description: String) {
        self.description = description
    }
}
