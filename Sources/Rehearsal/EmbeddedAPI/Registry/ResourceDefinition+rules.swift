import JSONValues
import KubernetesObjects

extension ResourceDefinition {
    /// How the server treats objects of this kind.
    var rules: ResourceRules { KindRules.builtIn[name] ?? ResourceRules() }
}

/// The rules of each kind that has any of its own.
enum KindRules {
    static let builtIn: [ResourceName: ResourceRules] = [
        .namespaces: namespaces,
        .deployments: ResourceRules(tracksGeneration: true),
        .replicaSets: ResourceRules(tracksGeneration: true),
        .statefulSets: ResourceRules(tracksGeneration: true),
        .daemonSets: ResourceRules(tracksGeneration: true),
        .jobs: ResourceRules(tracksGeneration: true),
        .cronJobs: ResourceRules(tracksGeneration: true),
        .pods: ResourceRules(tracksGeneration: true),
        .replicationControllers: ResourceRules(tracksGeneration: true),
        .podDisruptionBudgets: ResourceRules(tracksGeneration: true),
        .ingresses: ResourceRules(tracksGeneration: true),
    ]

    private static var namespaces: ResourceRules {
        ResourceRules(
            prepareForCreate: { object in
                object.set(["kubernetes"], at: "spec", "finalizers")
                object.status = ["phase": "Active"]
                object.set(
                    .string(object.name ?? ""),
                    at: "metadata",
                    "labels",
                    "kubernetes.io/metadata.name"
                )
            }
        )
    }
}
