import JSONValues
import KubernetesObjects

/// What servers refuse to change once an object is there, or quietly keep.
enum ImmutableFields {
    /// Which of the changes a server would refuse, as paths.
    static func refused(_ changes: [SemanticDiff.Difference], of present: JSON) -> [String] {
        changes.filter { isFixed(names($0.path), in: present) }.map(\.description)
    }

    /// The names of fields up to the first element of a list.
    private static func names(_ path: [FieldElement]) -> [String] {
        var names: [String] = []
        for element in path {
            guard case .name(let name) = element else { break }
            names.append(name)
        }
        return names
    }

    private static func isFixed(_ path: [String], in present: JSON) -> Bool {
        guard let first = path.first, first != "metadata" else { return false }
        if let changeable = specs[present.groupKind], first == "spec" {
            return !changeable.contains { path.starts(with: ["spec"] + $0) }
        }
        if ["ConfigMap", "Secret"].contains(present.groupKind) {
            return first == "type" || present["immutable"]?.bool == true
        }
        return (fixed[present.groupKind] ?? []).contains { path.starts(with: $0) }
    }

    /// Kinds whose specification stays but for these fields.
    private static let specs: [String: [[String]]] = [
        "StatefulSet.apps": [
            ["replicas"], ["ordinals"], ["template"], ["updateStrategy"], ["revisionHistoryLimit"],
            ["persistentVolumeClaimRetentionPolicy"], ["minReadySeconds"],
        ],
        "PersistentVolumeClaim": [["resources", "requests"], ["volumeAttributesClassName"]],
        "Job.batch": [
            ["suspend"], ["parallelism"], ["activeDeadlineSeconds"], ["ttlSecondsAfterFinished"],
            ["backoffLimit"],
        ],
        "Pod": [["activeDeadlineSeconds"], ["tolerations"], ["containers"], ["initContainers"]],
    ]

    private static let fixed: [String: [[String]]] = [
        "Service": [["spec", "clusterIP"], ["spec", "clusterIPs"], ["spec", "ipFamilies"]],
        "Deployment.apps": [["spec", "selector"]],
        "ReplicaSet.apps": [["spec", "selector"]],
        "DaemonSet.apps": [["spec", "selector"]],
        "RoleBinding.rbac.authorization.k8s.io": [["roleRef"]],
        "ClusterRoleBinding.rbac.authorization.k8s.io": [["roleRef"]],
        "IngressClass.networking.k8s.io": [["spec", "controller"]],
        "StorageClass.storage.k8s.io": [
            ["provisioner"], ["parameters"], ["reclaimPolicy"], ["volumeBindingMode"],
        ],
        "PriorityClass.scheduling.k8s.io": [["value"], ["preemptionPolicy"]],
        "RuntimeClass.node.k8s.io": [["handler"]],
        "EndpointSlice.discovery.k8s.io": [["addressType"]],
        "ResourceQuota": [["spec", "scopes"]],
        "ControllerRevision.apps": [["data"]],
        "CustomResourceDefinition.apiextensions.k8s.io": [
            ["spec", "group"], ["spec", "scope"], ["spec", "names", "plural"],
            ["spec", "names", "kind"],
        ],
    ]
}
