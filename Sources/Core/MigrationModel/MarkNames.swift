/// What Diolkos writes on objects, so that whoever works on them knows whose they are.
///
/// Runs and copies read each other's marks: a run takes over what a copy of its migration made, and a
/// copy leaves alone what a run has in its hands.
package enum MarkNames {
    /// How the key of every mark begins.
    private static let prefix = "diolkos.dev/"

    /// The label that bears the run's name on every object that the run made or took over.
    package static let run = "diolkos.dev/run"
    /// The annotation with the step that did so.
    package static let step = "diolkos.dev/step"
    /// The annotation that tells which driver wrote to an object last, whoever made it.
    package static let epoch = "diolkos.dev/epoch"
    /// The annotation of a workload with a fingerprint of what a run's target has made of it, and how much of it the
    /// run wants to run there.
    package static let made = "diolkos.dev/made"
    /// The annotation of a bridge that tells by which way it leads to the other site.
    package static let bridgeWay = "diolkos.dev/bridge-way"
    /// The annotation of a lease whose driver had nothing on its way any more when it gave it up.
    package static let settled = "diolkos.dev/settled"
    /// The annotation of a lease whose run is over.
    package static let ended = "diolkos.dev/ended"
    /// What the slices of a bridge say of who manages them: not a controller of the cluster.
    package static let sliceManager = "diolkos.dev"

    /// The label with the name of the copy that made an object.
    package static let copy = "diolkos.dev/copy"
    /// The annotation with a fingerprint of what a copy wanted.
    package static let content = "diolkos.dev/content"
    /// What a stopped workload's replicas were at the source.
    package static let sourceReplicas = "diolkos.dev/source-replicas"
    /// Says with how many replicas the copy of what an autoscaler scales begins.
    package static let firstReplicas = "diolkos.dev/first-replicas"
    /// Who writes the fields of a copy.
    package static let copyManager = "diolkos-copy"
    /// Who gives a copied workload its first replicas where an autoscaler decides about them.
    package static let copyStarter = "diolkos-start"

    /// The label with which a person says to which stack an object belongs.
    package static let stack = "diolkos.dev/stack"

    /// Keeps external-dns away from an object until its names may move: only objects whose
    /// annotation names its own controller are its business (external-dns, annotations.md).
    package static let dnsController = "external-dns.alpha.kubernetes.io/controller"
    /// What that annotation is on what a copy made.
    package static let dnsHolderOfCopies = "diolkos"

    /// Whether the key of a label or an annotation is one that we write, and no user's.
    package static func isOurs(_ key: String) -> Bool { key.hasPrefix(prefix) && key != stack }
}
