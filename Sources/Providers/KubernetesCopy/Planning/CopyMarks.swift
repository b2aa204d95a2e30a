import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import Sealing

/// How objects that a copy made are told from everybody else's.
package enum CopyMarks {
    /// The label with the copy's name.
    package static let label = MarkNames.copy
    /// The label of the rights that Diolkos was given at a site, which are nobody's to copy.
    package static let rights = "diolkos.dev/rights"
    /// The annotation with a fingerprint of what was wanted.
    package static let content = MarkNames.content
    /// What a stopped workload's replicas were at the source.
    package static let replicas = MarkNames.sourceReplicas
    /// Says with how many replicas the copy of what an autoscaler scales begins.
    static let firstReplicas = MarkNames.firstReplicas
    /// Says that the source's CronJob was not suspended.
    package static let suspended = "diolkos.dev/suspended-by-copy"
    /// In the node selector of a DaemonSet's pods that stand still, where no node has it.
    package static let stopped = "diolkos.dev/stopped"
    /// With which KEDA leaves alone what it would scale.
    package static let paused = "autoscaling.keda.sh/paused"
    /// The label with which a person says to which stack an object belongs.
    package static let stack = MarkNames.stack
    /// Who writes the fields of a copy.
    package static let manager = MarkNames.copyManager
    /// Who gives a workload its first replicas where an autoscaler decides about them.
    static let starter = MarkNames.copyStarter
    /// By which name the run of a migration owns fields.
    private static let mover = KubernetesClient.Configuration().fieldManager

    /// Whether the copy of this name made `object`.
    package static func isMade(_ object: JSON, by copy: String) -> Bool {
        object.labels[label] == copy
    }

    /// Whether the copy wrote the mark itself: whoever creates an object from the text of a copied
    /// one brings its label along.
    static func isWritten(_ object: JSON, by copy: String) -> Bool {
        guard isMade(object, by: copy) else { return false }
        let place: [FieldElement] = [.name("metadata"), .name("labels"), .name(label)]
        return ManagedFields(of: object).owners(of: place).contains { $0.name == manager }
    }

    /// Whether a migration has begun to move it: what that changes at the source is no wish of a user.
    static func isMoving(_ object: JSON) -> Bool {
        object.labels[MarkNames.run] != nil || object.annotations[MarkNames.epoch] != nil
    }

    /// Whether a migration works on it, or has done so: from then on it may serve, whoever made it.
    static func isOfMigration(_ object: JSON) -> Bool {
        isMoving(object)
            || ManagedFields(of: object).entries.contains { $0.manager.name == mover }
    }

    /// An object as it is written: with the copy's name, and with what was wanted, so that a later
    /// copy sees at a glance whether it wants the same.
    static func stamped(_ object: JSON, wanted: JSON, copy: String) -> JSON {
        var object = object
        var labels = object.labels
        labels[label] = copy
        object.labels = labels
        var annotations = object.annotations
        annotations[content] = content(of: wanted)
        object.annotations = annotations
        return object
    }

    /// Whether a copy's own mark stands at this place, which tells nobody anything.
    static func isMark(_ path: [FieldElement]) -> Bool {
        path == [.name("metadata"), .name("labels"), .name(label)]
            || path == [.name("metadata"), .name("annotations"), .name(content)]
    }

    /// A fingerprint; of a Secret it tells no more to those who can read it than they know.
    static func content(of wanted: JSON) -> String {
        var told = wanted
        // An owner's uid is its cluster's to draw.
        if !told.ownerReferences.isEmpty {
            told.ownerReferences = told.ownerReferences.map { reference in
                var reference = reference
                reference["uid"] = nil
                return reference
            }
        }
        return String(Digest(of: told.encoded()).hex.prefix(32))
    }

    /// Takes off whatever bears our prefix but the user's own label: what Diolkos wrote at the
    /// source is no user's.
    static func clean(_ object: inout JSON) {
        object.labels = object.labels.filter { !MarkNames.isOurs($0.key) }
        object.annotations = object.annotations.filter { !MarkNames.isOurs($0.key) }
    }
}
