/// What a kind of object is called in paths: the group and the plural, in any version.
package struct ResourceName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Empty for the core group.
    package let group: String
    /// In lower case, as it stands in paths.
    package let plural: String

    package init(_ plural: String, group: String = "") {
        self.plural = plural
        self.group = group
    }

    /// Two groups seldom have the same plural.
    package func hash(into hasher: inout Hasher) { hasher.combine(plural) }

    /// As error messages name it: `pods`, `deployments.apps`.
    package var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

    package static func < (left: ResourceName, right: ResourceName) -> Bool {
        (left.group, left.plural) < (right.group, right.plural)
    }
}

extension ResourceName {
    /// The resources that code of the twin speaks of by name.
    package static let namespaces = ResourceName("namespaces")
    package static let pods = ResourceName("pods")
    package static let services = ResourceName("services")
    package static let endpoints = ResourceName("endpoints")
    package static let configMaps = ResourceName("configmaps")
    package static let secrets = ResourceName("secrets")
    package static let serviceAccounts = ResourceName("serviceaccounts")
    package static let nodes = ResourceName("nodes")
    package static let events = ResourceName("events")
    package static let persistentVolumes = ResourceName("persistentvolumes")
    package static let persistentVolumeClaims = ResourceName("persistentvolumeclaims")
    package static let replicationControllers = ResourceName("replicationcontrollers")
    package static let limitRanges = ResourceName("limitranges")
    package static let resourceQuotas = ResourceName("resourcequotas")
    package static let deployments = ResourceName("deployments", group: "apps")
    package static let replicaSets = ResourceName("replicasets", group: "apps")
    package static let statefulSets = ResourceName("statefulsets", group: "apps")
    package static let daemonSets = ResourceName("daemonsets", group: "apps")
    package static let controllerRevisions = ResourceName("controllerrevisions", group: "apps")
    package static let jobs = ResourceName("jobs", group: "batch")
    package static let cronJobs = ResourceName("cronjobs", group: "batch")
    package static let horizontalPodAutoscalers = ResourceName(
        "horizontalpodautoscalers",
        group: "autoscaling"
    )
    package static let podDisruptionBudgets = ResourceName("poddisruptionbudgets", group: "policy")
    package static let endpointSlices = ResourceName("endpointslices", group: "discovery.k8s.io")
    package static let ingresses = ResourceName("ingresses", group: "networking.k8s.io")
    package static let ingressClasses = ResourceName("ingressclasses", group: "networking.k8s.io")
    package static let networkPolicies = ResourceName("networkpolicies", group: "networking.k8s.io")
    package static let leases = ResourceName("leases", group: "coordination.k8s.io")
    package static let storageClasses = ResourceName("storageclasses", group: "storage.k8s.io")
    package static let priorityClasses = ResourceName("priorityclasses", group: "scheduling.k8s.io")
    package static let roles = ResourceName("roles", group: "rbac.authorization.k8s.io")
    package static let roleBindings = ResourceName(
        "rolebindings",
        group: "rbac.authorization.k8s.io"
    )
    package static let clusterRoles = ResourceName(
        "clusterroles",
        group: "rbac.authorization.k8s.io"
    )
    package static let clusterRoleBindings = ResourceName(
        "clusterrolebindings",
        group: "rbac.authorization.k8s.io"
    )
    package static let customResourceDefinitions = ResourceName(
        "customresourcedefinitions",
        group: "apiextensions.k8s.io"
    )
    package static let validatingAdmissionPolicies = ResourceName(
        "validatingadmissionpolicies",
        group: "admissionregistration.k8s.io"
    )
    package static let validatingAdmissionPolicyBindings = ResourceName(
        "validatingadmissionpolicybindings",
        group: "admissionregistration.k8s.io"
    )
    package static let apiServices = ResourceName("apiservices", group: "apiregistration.k8s.io")
}
