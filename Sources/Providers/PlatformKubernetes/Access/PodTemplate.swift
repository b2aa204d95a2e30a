import JSONValues
import KubernetesObjects
import Sealing

/// What a workload runs, so that somebody's deployment is told from everything else.
struct PodTemplate: Sendable {
    /// What `kubectl rollout restart` writes: the same is run again, and nothing else.
    private static let restartAnnotation = "kubectl.kubernetes.io/restartedAt"
    private static let path = ["spec", "template"]

    private let workload: JSON

    init(of workload: JSON) { self.workload = workload }

    /// Equal as long as nobody deploys anything else.
    var digest: String {
        var template = workload.at(PodTemplate.path) ?? .emptyObject
        template.annotations[PodTemplate.restartAnnotation] = nil
        return Digest(of: template.encoded()).hex
    }

    /// Who wrote to the template last, and when, as the server took it down; nil where it did not.
    var deployer: String? {
        let template = PodTemplate.path.map(FieldElement.name)
        let writers = ManagedFields(of: workload).entries.filter { entry in
            entry.manager.subresource.isEmpty
                && entry.fields.paths.contains { $0.starts(with: template) }
        }
        let last = writers.max { ($0.time ?? "", $0.manager) < ($1.time ?? "", $1.manager) }
        return last.map { $0.manager.name + ($0.time.map { " at \($0)" } ?? "") }
    }
}
