import KubernetesObjects

/// A version of a built-in kind that a release of Kubernetes stopped serving.
///
/// For sites that cannot be asked only: a server that answers knows best. From the deprecation guide
/// of Kubernetes (kubernetes.io/docs/reference/using-api/deprecation-guide).
struct RemovedAPI: Sendable {
    let groupVersion: String
    let kind: String
    /// The minor version of Kubernetes 1 that no longer serves it.
    let removedIn: Int
    /// What to write instead, as `apiVersion`; nil when nothing followed.
    let successor: String?

    /// What removed `kind`, if a release up to `version` did.
    static func removed(_ kind: GroupVersionKind, at version: ServerVersion) -> RemovedAPI? {
        guard version.major == 1, let found = find(kind), found.removedIn <= version.minor else {
            return nil
        }
        return found
    }

    /// As which apiVersion a kind lives on.
    static func successor(of kind: GroupVersionKind) -> String? { find(kind)?.successor }

    private static func find(_ kind: GroupVersionKind) -> RemovedAPI? {
        all.first { $0.groupVersion == kind.apiVersion && $0.kind == kind.kind }
    }

    private static let all: [RemovedAPI] = rows.flatMap { row in
        row.kinds.split(separator: " ").map {
            RemovedAPI(
                groupVersion: row.groupVersion,
                kind: String($0),
                removedIn: row.removedIn,
                successor: row.successor
            )
        }
    }

    private static let rows:
        [(groupVersion: String, kinds: String, removedIn: Int, successor: String?)] = [
            ("extensions/v1beta1", "Deployment DaemonSet ReplicaSet", 16, "apps/v1"),
            ("extensions/v1beta1", "NetworkPolicy", 16, "networking.k8s.io/v1"),
            ("extensions/v1beta1", "PodSecurityPolicy", 16, nil),
            ("apps/v1beta1", "Deployment StatefulSet", 16, "apps/v1"),
            ("apps/v1beta2", "Deployment StatefulSet DaemonSet ReplicaSet", 16, "apps/v1"),
            ("extensions/v1beta1", "Ingress", 22, "networking.k8s.io/v1"),
            ("networking.k8s.io/v1beta1", "Ingress IngressClass", 22, "networking.k8s.io/v1"),
            (
                "admissionregistration.k8s.io/v1beta1",
                "MutatingWebhookConfiguration ValidatingWebhookConfiguration", 22,
                "admissionregistration.k8s.io/v1"
            ),
            (
                "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 22,
                "apiextensions.k8s.io/v1"
            ),
            ("apiregistration.k8s.io/v1beta1", "APIService", 22, "apiregistration.k8s.io/v1"),
            (
                "certificates.k8s.io/v1beta1", "CertificateSigningRequest", 22,
                "certificates.k8s.io/v1"
            ),
            ("coordination.k8s.io/v1beta1", "Lease", 22, "coordination.k8s.io/v1"),
            (
                "rbac.authorization.k8s.io/v1beta1",
                "ClusterRole ClusterRoleBinding Role RoleBinding", 22,
                "rbac.authorization.k8s.io/v1"
            ),
            ("scheduling.k8s.io/v1beta1", "PriorityClass", 22, "scheduling.k8s.io/v1"),
            (
                "storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", 22,
                "storage.k8s.io/v1"
            ),
            ("batch/v1beta1", "CronJob", 25, "batch/v1"),
            ("discovery.k8s.io/v1beta1", "EndpointSlice", 25, "discovery.k8s.io/v1"),
            ("events.k8s.io/v1beta1", "Event", 25, "events.k8s.io/v1"),
            ("autoscaling/v2beta1", "HorizontalPodAutoscaler", 25, "autoscaling/v2"),
            ("policy/v1beta1", "PodDisruptionBudget", 25, "policy/v1"),
            ("policy/v1beta1", "PodSecurityPolicy", 25, nil),
            ("node.k8s.io/v1beta1", "RuntimeClass", 25, "node.k8s.io/v1"),
            (
                "flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema PriorityLevelConfiguration",
                26, "flowcontrol.apiserver.k8s.io/v1"
            ),
            ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 26, "autoscaling/v2"),
            ("storage.k8s.io/v1beta1", "CSIStorageCapacity", 27, "storage.k8s.io/v1"),
            (
                "flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema PriorityLevelConfiguration",
                29, "flowcontrol.apiserver.k8s.io/v1"
            ),
            (
                "flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema PriorityLevelConfiguration",
                32, "flowcontrol.apiserver.k8s.io/v1"
            ),
        ]
}
