import JSONValues
import KubernetesObjects
import MigrationModel

extension CopyTrace {
    /// Whose writes are nobody's wishes: the copy's own, and those of the cluster's controllers.
    private static let managersIgnored: Set<String> = [
        MarkNames.copyManager, MarkNames.copyStarter, "kube-controller-manager",
    ]
    /// How many replicas there are is no change of what is run, and is given back as it was.
    private static let replicas: [FieldElement] = [.name("spec"), .name("replicas")]

    /// Nil for what no copy made, and for what somebody else made of a copied text.
    init?(_ object: JSON) {
        guard let copy = object.labels[MarkNames.copy] else { return nil }
        let managed = ManagedFields(of: object)
        let label: [FieldElement] = [.name("metadata"), .name("labels"), .name(MarkNames.copy)]
        guard managed.owners(of: label).contains(where: { $0.name == MarkNames.copyManager }) else {
            return nil
        }
        let changes = managed.foreignFields(
            own: [MarkNames.copyManager],
            ignored: CopyTrace.managersIgnored
        ).filter { $0.path != CopyTrace.replicas }.map(\.words)
        self.init(copy: copy, changes: changes.sorted())
    }
}
