import JSONValues
import KubernetesObjects
import Sealing

/// What a workload runs, so that somebody's deployment is told from everything else.
struct PodTemplate: Sendable {
    /// What `kubectl rollout restart` writes: the same is run again, and nothing else.
    static let restartAnnotation = "kubectl.kubernetes.io/restartedAt"

    private let workload: JSON
    /// Where it lies; of a CronJob the schedule counts as well, but not whether it is suspended.
    private let path: [String]

    init(of workload: JSON) {
        self.workload = workload
        path = workload.kind == "CronJob" ? ["spec"] : ["spec", "template"]
    }

    /// Equal as long as nobody deploys anything else.
    var digest: String {
        var template = workload.at(path) ?? .emptyObject
        if path == ["spec"] {
            template["suspend"] = nil
        } else {
            template.annotations[PodTemplate.restartAnnotation] = nil
        }
        return Digest(of: template.encoded()).hex
    }

    /// Who wrote to the template last, and when, as the server took it down; nil where it did not.
    var deployer: String? {
        let template = path.map(FieldElement.name)
        let suspension = [FieldElement.name("spec"), .name("suspend")]
        let writers = ManagedFields(of: workload).entries.filter { entry in
            entry.manager.subresource.isEmpty
                && entry.fields.paths.contains {
                    $0.starts(with: template) && $0 != suspension
                }
        }
        let last = writers.max { ($0.time ?? "", $0.manager) < ($1.time ?? "", $1.manager) }
        return last.map { $0.manager.name + ($0.time.map { " at \($0)" } ?? "") }
    }
}
