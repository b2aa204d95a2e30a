import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Twin

/// What a site holds that a migration could have left behind or taken away.
struct SiteSnapshot: Sendable {
    private static let resources: [ResourceName] = [
        .namespaces, .deployments, .services, .ingresses, .configMaps, .secrets,
        .serviceAccounts, .roles, .roleBindings, .horizontalPodAutoscalers, .podDisruptionBudgets,
    ]

    /// By resource, namespace and name.
    let objects: [String: JSON]

    init(_ cluster: EmbeddedCluster) {
        var objects: [String: JSON] = [:]
        for resource in Self.resources {
            for object in cluster.list(resource) {
                objects["\(resource) \(object.namespacedName)"] = object
            }
        }
        self.objects = objects
    }

    /// Every object that came or went, and every field that means something else; sorted.
    func differences(to later: SiteSnapshot) -> [String] {
        let names = Set(objects.keys).union(later.objects.keys).sorted()
        return names.flatMap { name -> [String] in
            guard let old = objects[name] else { return ["\(name) came"] }
            guard let new = later.objects[name] else { return ["\(name) went"] }
            let schema = old.groupVersionKind.flatMap { SchemaCatalog.builtIn.schema(for: $0) }
            return SemanticDiff.differences(from: old, to: new, schema: schema).map { difference in
                let values = [difference.source, difference.target].map { $0?.text() ?? "nothing" }
                return "\(name) \(difference): \(values[0]) became \(values[1])"
            }
        }
    }
}
