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

    /// The wave of an object: custom resources are those of groups that no server has of its own.
    package static func of(_ key: CopyKey) -> CopyWave {
        if let wave = byKind[key.kindName] { return wave }
        return isBuiltIn(key.group) ? .foundation : .custom
    }

    /// The earlier one first.
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
        "Namespace": .namespaces, "ServiceAccount": .accounts,
        "CustomResourceDefinition.apiextensions.k8s.io": .definitions,
        "StorageClass.storage.k8s.io": .classes, "CSIDriver.storage.k8s.io": .classes,
        "IngressClass.networking.k8s.io": .classes, "PriorityClass.scheduling.k8s.io": .classes,
        "RuntimeClass.node.k8s.io": .classes, "ClusterRole.rbac.authorization.k8s.io": .classes,
        "FlowSchema.flowcontrol.apiserver.k8s.io": .classes,
        "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io": .classes,
        "PersistentVolume": .volumes,
        "PersistentVolumeClaim": .claims,
        "Service": .services, "Endpoints": .services,
        "EndpointSlice.discovery.k8s.io": .services,
        "APIService.apiregistration.k8s.io": .webhooks,
        "Pod": .workloads, "ReplicationController": .workloads,
        "Deployment.apps": .workloads, "ReplicaSet.apps": .workloads,
        "StatefulSet.apps": .workloads, "DaemonSet.apps": .workloads,
        "Job.batch": .workloads, "CronJob.batch": .workloads,
        "HorizontalPodAutoscaler.autoscaling": .regards,
        "PodDisruptionBudget.policy": .regards,
        "Ingress.networking.k8s.io": .entries,
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io": .webhooks,
        "MutatingWebhookConfiguration.admissionregistration.k8s.io": .webhooks,
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io": .webhooks,
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": .webhooks,
    ]
}

/// A wave, and within it what stands behind its owners.
package struct CopyStep: Sendable, Hashable, Comparable {
    /// The wave of its own kind, or of an owner that comes later.
    package let wave: CopyWave
    /// How many owners there are, one above the other, in the same wave.
    package let depth: Int

    /// By wave, then the owners before what they own.
    package static func < (left: CopyStep, right: CopyStep) -> Bool {
        (left.wave, left.depth) < (right.wave, right.depth)
    }
}
