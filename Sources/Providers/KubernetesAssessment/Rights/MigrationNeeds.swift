import KubernetesObjects

/// What a migration does at one site beside reading its namespaces.
struct MigrationNeeds {
    let clusterWide: [SiteRights.Need]
    let namespaced: [SiteRights.Need]

    private static let rbac = "rbac.authorization.k8s.io"

    private static func need(
        _ group: String,
        _ resources: String,
        _ verbs: String
    ) -> [SiteRights.Need] {
        resources.split(separator: " ").map {
            SiteRights.Need(
                group: group,
                resource: String($0),
                verbs: verbs.split(separator: " ").map(String.init)
            )
        }
    }

    /// At both sites: names are turned, bridged and marked, workloads are scaled.
    private static let both: [SiteRights.Need] =
        need("", "services", "get create patch delete")
        + need("", "endpoints", "get delete")
        + need("discovery.k8s.io", "endpointslices", "get create patch delete")
        + need("apps", "daemonsets deployments statefulsets", "get patch")
        + need("apps", "deployments/scale statefulsets/scale", "patch")
        + need("apps", "controllerrevisions replicasets", "patch")
        // CronJobs change sides, and get to know what the other site has begun.
        + need("batch", "cronjobs", "get patch") + need("batch", "cronjobs/status", "patch")
        // Short Jobs try the bridges.
        + need("batch", "jobs", "get create patch delete") + need("", "pods", "list")
        + need("networking.k8s.io", "ingresses", "get patch")
        // Where bridges lead to entries, an Ingress tells the entry of each name.
        + need("networking.k8s.io", "ingresses", "create delete")
        // Policies are put beside those that would stop bridges.
        + need("networking.k8s.io", "networkpolicies", "get create patch delete")
        // Bridges are led anew to where the other site is reached.
        + need("discovery.k8s.io", "endpointslices", "list")

    /// What is copied is read at the source, and made, marked and taken back at the target.
    private static let copied: [(group: String, resources: String)] = [
        ("", "configmaps secrets serviceaccounts services"),
        ("apps", "daemonsets deployments statefulsets"), ("batch", "cronjobs"),
        (rbac, "roles rolebindings"), ("networking.k8s.io", "ingresses"),
        ("autoscaling", "horizontalpodautoscalers"), ("policy", "poddisruptionbudgets"),
    ]

    static let source = MigrationNeeds(
        clusterWide: need("", "namespaces", "get") + need("", "nodes", "list")
            + need(rbac, "clusterroles", "list") + need("networking.k8s.io", "servicecidrs", "list")
            // Who stays and names what crosses may live anywhere.
            + need("", "configmaps pods replicationcontrollers", "list")
            + need("apps", "daemonsets deployments replicasets statefulsets", "list")
            + need("batch", "cronjobs jobs", "list"),
        // To finish is to remove what has crossed.
        namespaced: both + copied.flatMap { need($0.group, $0.resources, "get") }
            + need("apps", "daemonsets deployments statefulsets", "delete")
            + need("batch", "cronjobs", "delete")
            + need("networking.k8s.io", "ingresses", "delete")
            + need("autoscaling", "horizontalpodautoscalers", "delete")
            + need("policy", "poddisruptionbudgets", "delete")
    )

    static let target = MigrationNeeds(
        clusterWide: need("", "namespaces", "get create patch delete") + need("", "nodes", "list")
            + need(rbac, "clusterroles", "list bind")
            // What runs there says how much room is left.
            + need("", "pods", "list")
            + need("networking.k8s.io", "servicecidrs", "list"),
        namespaced: both
            + copied.flatMap { need($0.group, $0.resources, "get create patch delete") }
            + need(rbac, "roles", "escalate bind")
            // What crosses is asked through the API server before it gets traffic.
            + need("", "services/proxy", "get")
    )

    /// What it takes to have deployments refused: rights that reach far, for who asks for them only.
    static let refusals = need(
        "admissionregistration.k8s.io",
        "validatingadmissionpolicies validatingadmissionpolicybindings",
        "get create patch delete"
    )

    /// Where the control planes of a mesh are, and what is for all of it.
    static let meshed = need(
        "admissionregistration.k8s.io",
        "mutatingwebhookconfigurations",
        "list"
    )
    static let meshConfigured = need("", "configmaps", "get")

    /// What follows pods or nodes runs at both sites, and each reads the other by an account of its own.
    ///
    /// Whoever makes such a Role has what it grants.
    static let keepers: [SiteRights.Need] =
        need("", "secrets serviceaccounts", "get create patch delete")
        + need("apps", "deployments", "get create patch delete")
        + need(rbac, "roles rolebindings", "get create patch delete")

    /// Nodes belong to no namespace, and neither does the right to read them.
    static let keepersOfNodes = need(
        rbac,
        "clusterroles clusterrolebindings",
        "get create patch delete"
    )

    /// What the weights of these objects take: reading and changing them, and what stands around them.
    static func shared(
        _ kind: ResourceKind
    ) -> (clusterWide: [SiteRights.Need], namespaced: [SiteRights.Need]) {
        // Canaries are seen among the other Ingresses of their namespace.
        let verbs =
            kind.groupResource == "ingresses.networking.k8s.io" ? "get patch list" : "get patch"
        let gateway = "gateway.networking.k8s.io"
        // Gateways and backends may lie in any namespace.
        let around =
            kind.group == gateway
            ? need(gateway, "gateways", "get") + need(gateway, "referencegrants", "list") : []
        return (around, need(kind.group, kind.plural, verbs))
    }
}
