import KubernetesObjects

/// What a server says it serves, and what it could not say.
package struct Discovery: Sendable {
    /// A group version that could not be read: what it serves is not known, which is not nothing.
    package struct Failure: Sendable, Hashable, CustomStringConvertible {
        /// What could not be read.
        package let groupVersion: GroupVersion
        /// What the server said instead.
        package let reason: String

        /// Takes one group version and the reason.
        package init(groupVersion: GroupVersion, reason: String) {
            self.groupVersion = groupVersion
            self.reason = reason
        }

        /// `metrics.k8s.io/v1beta1: the server is currently unable to handle the request`.
        package var description: String { "\(groupVersion): \(reason)" }
    }

    /// Every kind in every version; in each group those of the preferred version come first.
    package let kinds: [ResourceKind]
    /// The version that the server prefers, by group.
    package let preferredVersions: [String: String]
    /// Sorted.
    ///
    /// While this is not empty, a kind that is missing may exist all the same.
    package let failures: [Failure]
    /// Where each kind stands among `kinds`; the first of those that are the same.
    private let positions: [GroupVersionKind: Int]

    /// Takes kinds in the order of preference; sorts the failures.
    package init(
        kinds: [ResourceKind],
        preferredVersions: [String: String],
        failures: [Failure] = []
    ) {
        self.kinds = kinds
        self.preferredVersions = preferredVersions
        self.failures = failures.sorted { $0.groupVersion < $1.groupVersion }
        positions = Dictionary(
            kinds.enumerated().map { ($0.element.groupVersionKind, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The resource that serves exactly this kind in this version.
    package func kind(for kind: GroupVersionKind) -> ResourceKind? {
        positions[kind].map { kinds[$0] }
    }

    /// The resource that serves a kind in the version the server prefers, or in another.
    package func kind(group: String, kind: String) -> ResourceKind? {
        kinds.first { $0.group == group && $0.kind == kind }
    }

    /// The resource that a person means by `word`, as kubectl finds it: the core group first.
    package func kind(named word: String) -> ResourceKind? {
        let named = kinds.filter { $0.isNamed(word) }
        return named.first { $0.group.isEmpty } ?? named.first
    }

    /// Each kind once per group, in the preferred version where that has it.
    package var preferredKinds: [ResourceKind] {
        var seen: Set<String> = []
        return kinds.filter { seen.insert($0.groupResource).inserted }
    }

    /// Why what is in `group` is not fully known; nil when it is.
    package func failure(of group: String) -> Failure? {
        failures.first { $0.groupVersion.group == group }
    }
}
