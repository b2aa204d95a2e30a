import JSONValues
import KubernetesAssessment
import KubernetesObjects
import MigrationModel

/// What there is at the target for what comes.
enum TargetRoom {
    /// What its open nodes have, and what pods on them have set aside; nil where no node is known.
    static func read(_ export: SiteExport) -> (allocatable: Requests, taken: Requests)? {
        let open = export.objects.filter { object in
            object.groupKind == "Node" && object.hasCondition("Ready")
                && object.at("spec", "unschedulable")?.bool != true
                && !(object.at("spec", "taints")?.array ?? []).contains {
                    ["NoSchedule", "NoExecute"].contains($0["effect"]?.string)
                }
        }
        guard !open.isEmpty else { return nil }
        let names = Set(open.compactMap(\.name))
        let running = export.pods.filter { pod in
            !pod.isPodFinished && names.contains(pod.at("spec", "nodeName")?.string ?? "")
        }
        return (
            open.reduce(Requests()) { $0 + Requests($1.at("status", "allocatable")) },
            running.reduce(Requests()) { $0 + Requests(ofPod: $1["spec"] ?? .emptyObject) }
        )
    }
}
