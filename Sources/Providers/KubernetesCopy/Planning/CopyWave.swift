import KubernetesObjects

/// When an object is copied: everything of a wave stands before the next begins.
///
/// What others name comes before what names it; webhooks come after what serves them, and custom
/// resources after the webhooks that judge them (crane copies them the other way round).
package enum CopyWave: Int, Sendable, Hashable, Comparable, CaseIterable {
    case namespaces
    /// Their kinds are served when they are established.
    case definitions
    /// What the cluster as a whole offers: classes, cluster roles, priorities.
    case classes
    /// The token of an account that is not there yet would be taken away.
    case accounts
    /// Rights, limits, policies, configuration.
    case foundation
    case volumes
    case claims
    case services
    case workloads
    /// What regards workloads: autoscalers, budgets.
    case regards
    case webhooks
    case custom
    /// Behind the certificates that they name: a missing one would be ordered anew.
    case entries

    package static func of(_ key: CopyKey) -> CopyWave {
        if let wave = byKind["\(key.group)/\(key.kind)"] { return wave }
        return isBuiltIn(key.group) ? .foundation : .custom
    }

    package static func < (left: CopyWave, right: CopyWave) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Groups without a dot are the server's own, and some with one.
    static func isBuiltIn(_ group: String) -> Bool {
        !group.contains(".") || builtInGroups.contains(group)
    }

    private static let builtInGroups: Set<String> = [
        "rbac.authorization.k8s.io", "networking.k8s.io", "policy", "storage.k8s.io",
        "scheduling.k8s.io", "node.k8s.io", "discovery.k8s.io", "coordination.k8s.io",
        "admissionregistration.k8s.io", "apiregistration.k8s.io", "apiextensions.k8s.io",
        "certificates.k8s.io", "flowcontrol.apiserver.k8s.io", "resource.k8s.io",
    ]

    private static let byKind: [String: CopyWave] = [
        "/Namespace": .namespaces, "/ServiceAccount": .accounts,
        "apiextensions.k8s.io/CustomResourceDefinition": .definitions,
        "storage.k8s.io/StorageClass": .classes, "storage.k8s.io/CSIDriver": .classes,
        "networking.k8s.io/IngressClass": .classes, "scheduling.k8s.io/PriorityClass": .classes,
        "node.k8s.io/RuntimeClass": .classes, "rbac.authorization.k8s.io/ClusterRole": .classes,
        "flowcontrol.apiserver.k8s.io/FlowSchema": .classes,
        "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration": .classes,
        "/PersistentVolume": .volumes,
        "/PersistentVolumeClaim": .claims,
        "/Service": .services, "/Endpoints": .services,
        "discovery.k8s.io/EndpointSlice": .services,
        "apiregistration.k8s.io/APIService": .webhooks,
        "/Pod": .workloads, "/ReplicationController": .workloads,
        "apps/Deployment": .workloads, "apps/ReplicaSet": .workloads,
        "apps/StatefulSet": .workloads, "apps/DaemonSet": .workloads,
        "batch/Job": .workloads, "batch/CronJob": .workloads,
        "autoscaling/HorizontalPodAutoscaler": .regards,
        "policy/PodDisruptionBudget": .regards,
        "networking.k8s.io/Ingress": .entries,
        "admissionregistration.k8s.io/ValidatingWebhookConfiguration": .webhooks,
        "admissionregistration.k8s.io/MutatingWebhookConfiguration": .webhooks,
        "admissionregistration.k8s.io/ValidatingAdmissionPolicy": .webhooks,
        "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": .webhooks,
    ]
}

/// A wave, and within it what stands behind its owners.
package struct CopyStep: Sendable, Hashable, Comparable {
    package let wave: CopyWave
    /// How many owners there are, one above the other, in the same wave.
    package let depth: Int

    package static func < (left: CopyStep, right: CopyStep) -> Bool {
        (left.wave, left.depth) < (right.wave, right.depth)
    }
}
