import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// What a copy changes of ConfigMaps and Secrets on their way, told of one object alone: pure.
package struct ConfigurationTransform: Sendable {
    static let discovery = Discovery(
        kinds: [
            ResourceKind(
                group: "",
                version: "v1",
                kind: "ConfigMap",
                plural: "configmaps",
                singular: "configmap",
                isNamespaced: true,
                shortNames: ["cm"]
            ),
            ResourceKind(
                group: "",
                version: "v1",
                kind: "Secret",
                plural: "secrets",
                singular: "secret",
                isNamespaced: true
            ),
        ],
        preferredVersions: ["": "v1"]
    )

    private let steps: [any ObjectTransform]

    /// Nil where namespaces that are copied get other names: what becomes of a text that names one depends on what
    /// else it holds.
    ///
    /// Of one that is not copied nobody knows the Services, so that a text alone tells. Throws when a patch is none.
    package init?(_ rule: CopyRule) throws(CopyProblem) {
        let transforms = rule.transforms
        let (copied, names) = (rule.selection.namespaces, transforms.namespaces)
        guard names.isEmpty || !copied.isEmpty, !copied.contains(where: { names[$0] != nil })
        else { return nil }
        var steps: [any ObjectTransform] = []
        for (index, patch) in transforms.patches.enumerated()
        where Self.discovery.kind(named: patch.kind) != nil {
            steps.append(try PatchTransform(patch, index: index, discovery: Self.discovery))
        }
        if !names.isEmpty { steps.append(NamespaceTransform(names, known: KnownNames())) }
        self.steps = steps
    }

    /// The same, for those who know nothing of copies.
    package var making: @Sendable (JSON) throws -> JSON { { try applied(to: $0) } }

    /// The object as a copy would have it at the target now; throws when a patch does not apply to it.
    package func applied(to object: JSON) throws(CopyProblem) -> JSON {
        var copy = ObjectHygiene.portable(
            object,
            options: ObjectHygiene.Options(keepsLastApplied: false)
        )
        CopyMarks.clean(&copy)
        var log = TransformLog()
        log.key = CopyKey(object)
        for step in steps { try step.apply(to: &copy, log: &log) }
        return copy
    }
}
