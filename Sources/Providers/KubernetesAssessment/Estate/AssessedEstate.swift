import Clocks
import KubernetesCopy
import KubernetesObjects

/// Both sites, as checks see them.
package struct AssessedEstate: Sendable {
    /// The site that would be left.
    package let source: SiteFacts
    /// The site that would be moved to; without discovery where only its version is known.
    package let target: SiteFacts
    /// Empty for the whole cluster.
    package let namespaces: [String]
    /// What nobody can see, and somebody said.
    package let stated: StatedFacts
    /// What this machine's clock showed when all was read; nil when nobody asked it.
    package let now: WallTime?

    /// Takes what was read; without `namespaces` everything counts that is not the cluster's own.
    package init(
        source: SiteFacts,
        target: SiteFacts,
        namespaces: [String] = [],
        stated: StatedFacts = StatedFacts(),
        now: WallTime? = nil
    ) {
        self.source = source
        self.target = target
        self.namespaces = namespaces
        self.stated = stated
        self.now = now
    }

    /// Objects of one kind that would move, sorted: what no controller makes, outside of the
    /// cluster's own namespaces.
    func moving(_ groupKind: String) -> [SlimObject] {
        source.all(groupKind).filter(isMoving)
    }

    /// Everything that makes pods and would move, sorted.
    var movingWorkloads: [SlimObject] { source.workloads.filter(isMoving) }

    /// Objects of one kind in what is asked for, whoever made them, sorted.
    func standing(_ groupKind: String) -> [SlimObject] {
        source.all(groupKind).filter(isAskedFor)
    }

    /// Whether an object is a user's and asked for.
    func isMoving(_ object: SlimObject) -> Bool {
        object.madeBy == nil && isAskedFor(object)
    }

    private func isAskedFor(_ object: SlimObject) -> Bool {
        guard let namespace = object.key.namespace else { return true }
        if namespaces.isEmpty { return !ClusterMade.namespaces.contains(namespace) }
        return namespaces.contains(namespace)
    }

    /// Namespaces in which something moves, sorted.
    var movingNamespaces: [String] {
        var found: Set<String> = []
        for object in source.objects.values.joined() where isMoving(object) {
            if let namespace = object.key.namespace { found.insert(namespace) }
        }
        return found.sorted()
    }
}
