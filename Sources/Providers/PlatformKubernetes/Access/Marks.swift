import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// How objects that a run made are told from everybody else's.
enum Marks {
    static let run = "diolkos.dev/run"
    static let step = "diolkos.dev/step"
    static let epoch = "diolkos.dev/epoch"
    /// What the slices of a bridge say of who manages them: not a controller of the cluster.
    static let sliceManager = "diolkos.dev"
    /// Keeps external-dns away from a copied Ingress until its name may move: only objects whose
    /// annotation names its own controller are its business (external-dns, annotations.md).
    static let dnsController = "external-dns.alpha.kubernetes.io/controller"

    static func stamp(_ mark: StepMark, on object: JSON) -> JSON {
        var object = object
        object.set(.string(mark.run.text), at: "metadata", "labels", run)
        object.set(.string(mark.step.text), at: "metadata", "annotations", step)
        object.set(.string(String(mark.epoch)), at: "metadata", "annotations", epoch)
        return object
    }

    static func run(of object: JSON) -> RunID? { object.labels[run].map(RunID.init) }

    /// Whether this very step of this very run made it.
    static func isMade(_ object: JSON, by mark: StepMark) -> Bool {
        object.labels[run] == mark.run.text && object.annotations[step] == mark.step.text
    }
}
