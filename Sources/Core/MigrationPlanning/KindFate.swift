import MigrationModel

/// What becomes of the objects of a kind that are no workload, no name and no entry.
enum KindFate {
    /// Copied before any workload.
    case copied
    /// Its owner, or another part of the plan, sees to it.
    case seenTo
    /// Comes with the workload that it is for.
    case attendant
    /// Stays at the source, for the reason.
    case left(String)

    /// The API groups in which each of these kinds is the one that everybody knows.
    ///
    /// Others use the same words: Knative has a Service and an Ingress of its own.
    private static let groupsOfKinds: [String: Set<String>] = {
        let groups: [(Set<String>, [String])] = [
            (
                [""],
                [
                    "ConfigMap", "Secret", "ServiceAccount", "Service", "Endpoints", "Pod",
                    "Namespace", "PersistentVolumeClaim",
                ]
            ),
            (["", "events.k8s.io"], ["Event"]),
            (
                ["apps", "extensions"],
                ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ControllerRevision"]
            ),
            (["batch"], ["Job", "CronJob"]),
            (["rbac.authorization.k8s.io"], ["Role", "RoleBinding", "ClusterRole"]),
            (["networking.k8s.io", "extensions"], ["Ingress"]),
            (["discovery.k8s.io"], ["EndpointSlice"]),
            (["coordination.k8s.io"], ["Lease"]),
            (["metrics.k8s.io"], ["PodMetrics"]),
            (["autoscaling"], ["HorizontalPodAutoscaler"]),
            (["policy"], ["PodDisruptionBudget"]),
        ]
        let pairs = groups.flatMap { groups, kinds in kinds.map { ($0, groups) } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }()

    private static let kindsSeenTo: Set<String> = [
        "Service", "Ingress", "Pod", "ReplicaSet", "Endpoints", "EndpointSlice",
        "Event", "Lease", "ControllerRevision", "PodMetrics", "Namespace", "ClusterRole",
    ]

    /// A kind that is not known stays: what it would do at the target nobody here can tell.
    init(of reference: ObjectReference) {
        let kind = reference.kind
        self =
            switch kind {
            case _ where !KindFate.isWellKnown(reference):
                .left("this version does not copy its kind")
            case _ where EstateSurvey.kindsCopied.contains(kind): .copied
            case _ where KindFate.kindsSeenTo.contains(kind): .seenTo
            case _ where WorkloadID.kinds.contains { $0.kind == kind }: .seenTo
            case "Job": .left("a Job is run once, where it was started")
            case "HorizontalPodAutoscaler", "PodDisruptionBudget": .attendant
            case "PersistentVolumeClaim": .left("data does not cross in this version")
            default: .left("this version does not move its kind")
            }
    }

    /// The kind, with its group where the word alone means another one: `Service.serving.knative.dev`.
    static func title(of reference: ObjectReference) -> String {
        guard groupsOfKinds[reference.kind] != nil, !isWellKnown(reference) else {
            return reference.kind
        }
        return "\(reference.kind).\(ObjectKey(reference).group)"
    }

    private static func isWellKnown(_ reference: ObjectReference) -> Bool {
        groupsOfKinds[reference.kind]?.contains(ObjectKey(reference).group) ?? false
    }
}
