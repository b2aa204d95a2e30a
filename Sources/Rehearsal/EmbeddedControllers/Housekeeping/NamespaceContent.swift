import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// What a namespace still holds.
struct NamespaceContent: Sendable {
    private var objects: [(address: ObjectAddress, object: JSON)] = []

    init(of namespace: String, in view: ClusterView) {
        for definition in view.registry.definitions where definition.isNamespaced {
            for object in view.objects(definition.name, namespace: namespace) {
                objects.append((ObjectAddress(definition.name, of: object), object))
            }
        }
    }

    var isEmpty: Bool { objects.isEmpty }

    /// Whether pods are still on their way out.
    ///
    /// A real one says nothing of what remains as long as their grace periods run.
    private var hasPods: Bool { objects.contains { $0.address.resource == .pods } }

    /// The deletions that are to be made next: pods first, as a real one has it since 1.33.
    var doomed: [ObjectWrite] {
        let pods = objects.filter { $0.address.resource == .pods }
        let next = pods.isEmpty ? objects : pods
        return next.filter { !$0.object.isBeingDeleted }.map {
            .delete($0.address, uid: $0.object.uid ?? "", .background)
        }
    }

    /// Nil when nothing remains.
    var resourcesText: String? {
        let counts = Dictionary(grouping: objects) { $0.address.resource }.mapValues(\.count)
        guard !counts.isEmpty, !hasPods else { return nil }
        let parts = counts.map { resource, count in
            "\(resource.plural).\(resource.group) has \(count) resource instances"
        }
        return "Some resources are remaining: \(parts.sorted().joined(separator: ", "))"
    }

    /// Nil when nothing that remains has a finalizer.
    var finalizersText: String? {
        var counts: [String: Int] = [:]
        for finalizer in objects.flatMap(\.object.finalizers) { counts[finalizer, default: 0] += 1 }
        guard !counts.isEmpty, !hasPods else { return nil }
        let parts = counts.map { "\($0.key) in \($0.value) resource instances" }
        return "Some content in the namespace has finalizers remaining: "
            + parts.sorted().joined(separator: ", ")
    }
}
