import JSONValues
import KubernetesObjects
import MigrationModel

/// Nothing can be made in a namespace that is being deleted: that is said once, at its own object.
struct TerminatingRule: DetailRule {
    private let namespaces: Set<String>
    private let rule: CopyRule

    init(_ rule: CopyRule, target: SiteObjects) {
        self.rule = rule
        namespaces = Set(
            target.objects.values.filter {
                $0.kind == "Namespace" && $0.deletionTimestamp != nil
            }.compactMap(\.name)
        )
    }

    func staying(_ object: JSON, _ key: CopyKey) -> Staying? {
        guard let namespace = key.namespace.map(rule.transforms.target(ofNamespace:)),
            namespaces.contains(namespace)
        else { return nil }
        return Staying(reason: "its namespace is being deleted at the target")
    }
}
