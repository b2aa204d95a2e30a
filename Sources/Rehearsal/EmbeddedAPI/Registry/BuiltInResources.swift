/// The resources of Kubernetes that the twin serves.
///
/// In the order in which a server lists them; short names and categories as its discovery has them.
enum BuiltInResources {
    static let all: [ResourceDefinition] =
        core + apps + batch + policy + networking + access + storage + extensions

    private static let core: [ResourceDefinition] = [
        ResourceDefinition(.configMaps, kind: "ConfigMap", shortNames: ["cm"]),
        ResourceDefinition(.endpoints, kind: "Endpoints", shortNames: ["ep"]),
        ResourceDefinition(.events, kind: "Event", shortNames: ["ev"]),
        ResourceDefinition(.limitRanges, kind: "LimitRange", shortNames: ["limits"]),
        ResourceDefinition(
            .namespaces,
            kind: "Namespace",
            isNamespaced: false,
            shortNames: ["ns"],
            subresources: [.status, .finalize]
        ),
        ResourceDefinition(
            .nodes,
            kind: "Node",
            isNamespaced: false,
            shortNames: ["no"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .persistentVolumeClaims,
            kind: "PersistentVolumeClaim",
            shortNames: ["pvc"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .persistentVolumes,
            kind: "PersistentVolume",
            isNamespaced: false,
            shortNames: ["pv"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .pods,
            kind: "Pod",
            shortNames: ["po"],
            categories: ["all"],
            subresources: [.status, .eviction, .binding, .ephemeralContainers, .log]
        ),
        ResourceDefinition(ResourceName("podtemplates"), kind: "PodTemplate"),
        ResourceDefinition(
            .replicationControllers,
            kind: "ReplicationController",
            shortNames: ["rc"],
            categories: ["all"],
            subresources: [.status, .scale]
        ),
        ResourceDefinition(
            .resourceQuotas,
            kind: "ResourceQuota",
            shortNames: ["quota"],
            subresources: [.status]
        ),
        ResourceDefinition(.secrets, kind: "Secret"),
        ResourceDefinition(
            .serviceAccounts,
            kind: "ServiceAccount",
            shortNames: ["sa"],
            subresources: [.token]
        ),
        ResourceDefinition(
            .services,
            kind: "Service",
            shortNames: ["svc"],
            categories: ["all"],
            subresources: [.status]
        ),
    ]

    private static let apps: [ResourceDefinition] = [
        ResourceDefinition(.controllerRevisions, kind: "ControllerRevision"),
        ResourceDefinition(
            .daemonSets,
            kind: "DaemonSet",
            shortNames: ["ds"],
            categories: ["all"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .deployments,
            kind: "Deployment",
            shortNames: ["deploy"],
            categories: ["all"],
            subresources: [.status, .scale]
        ),
        ResourceDefinition(
            .replicaSets,
            kind: "ReplicaSet",
            shortNames: ["rs"],
            categories: ["all"],
            subresources: [.status, .scale]
        ),
        ResourceDefinition(
            .statefulSets,
            kind: "StatefulSet",
            shortNames: ["sts"],
            categories: ["all"],
            subresources: [.status, .scale]
        ),
    ]

    private static let batch: [ResourceDefinition] = [
        ResourceDefinition(
            .horizontalPodAutoscalers,
            kind: "HorizontalPodAutoscaler",
            versions: ["v2", "v1"],
            shortNames: ["hpa"],
            categories: ["all"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .cronJobs,
            kind: "CronJob",
            shortNames: ["cj"],
            categories: ["all"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .jobs,
            kind: "Job",
            categories: ["all"],
            subresources: [.status]
        ),
    ]

    private static let policy: [ResourceDefinition] = [
        ResourceDefinition(.leases, kind: "Lease"),
        ResourceDefinition(
            EventConversion.resource,
            kind: "Event",
            shortNames: ["ev"],
            storage: .events
        ),
        ResourceDefinition(.endpointSlices, kind: "EndpointSlice"),
        ResourceDefinition(
            .podDisruptionBudgets,
            kind: "PodDisruptionBudget",
            shortNames: ["pdb"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .priorityClasses,
            kind: "PriorityClass",
            isNamespaced: false,
            shortNames: ["pc"]
        ),
        ResourceDefinition(
            ResourceName("runtimeclasses", group: "node.k8s.io"),
            kind: "RuntimeClass",
            isNamespaced: false
        ),
    ]

    private static let networking: [ResourceDefinition] = [
        ResourceDefinition(.ingressClasses, kind: "IngressClass", isNamespaced: false),
        ResourceDefinition(
            .ingresses,
            kind: "Ingress",
            shortNames: ["ing"],
            subresources: [.status]
        ),
        ResourceDefinition(.networkPolicies, kind: "NetworkPolicy", shortNames: ["netpol"]),
    ]

    private static let access: [ResourceDefinition] = [
        ResourceDefinition(.clusterRoleBindings, kind: "ClusterRoleBinding", isNamespaced: false),
        ResourceDefinition(.clusterRoles, kind: "ClusterRole", isNamespaced: false),
        ResourceDefinition(.roleBindings, kind: "RoleBinding"),
        ResourceDefinition(.roles, kind: "Role"),
        ResourceDefinition(
            ResourceName("certificatesigningrequests", group: "certificates.k8s.io"),
            kind: "CertificateSigningRequest",
            isNamespaced: false,
            shortNames: ["csr"],
            subresources: [.status, .approval]
        ),
    ]

    private static let storage: [ResourceDefinition] = [
        ResourceDefinition(
            ResourceName("csidrivers", group: "storage.k8s.io"),
            kind: "CSIDriver",
            isNamespaced: false
        ),
        ResourceDefinition(
            ResourceName("csinodes", group: "storage.k8s.io"),
            kind: "CSINode",
            isNamespaced: false
        ),
        ResourceDefinition(
            .storageClasses,
            kind: "StorageClass",
            isNamespaced: false,
            shortNames: ["sc"]
        ),
        ResourceDefinition(
            ResourceName("volumeattachments", group: "storage.k8s.io"),
            kind: "VolumeAttachment",
            isNamespaced: false,
            subresources: [.status]
        ),
    ]

    private static let extensions: [ResourceDefinition] = [
        ResourceDefinition(
            ResourceName(
                "mutatingwebhookconfigurations",
                group: "admissionregistration.k8s.io"
            ),
            kind: "MutatingWebhookConfiguration",
            isNamespaced: false,
            categories: ["api-extensions"]
        ),
        ResourceDefinition(
            ResourceName(
                "validatingwebhookconfigurations",
                group: "admissionregistration.k8s.io"
            ),
            kind: "ValidatingWebhookConfiguration",
            isNamespaced: false,
            categories: ["api-extensions"]
        ),
        ResourceDefinition(
            .validatingAdmissionPolicies,
            kind: "ValidatingAdmissionPolicy",
            isNamespaced: false,
            categories: ["api-extensions"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .validatingAdmissionPolicyBindings,
            kind: "ValidatingAdmissionPolicyBinding",
            isNamespaced: false,
            categories: ["api-extensions"]
        ),
        ResourceDefinition(
            .customResourceDefinitions,
            kind: "CustomResourceDefinition",
            isNamespaced: false,
            shortNames: ["crd", "crds"],
            categories: ["api-extensions"],
            subresources: [.status]
        ),
        ResourceDefinition(
            .apiServices,
            kind: "APIService",
            isNamespaced: false,
            categories: ["api-extensions"],
            subresources: [.status]
        ),
    ]
}
