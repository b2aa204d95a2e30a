import JSONValues
import KubernetesObjects
import MigrationModel

/// Lets go at the target what a copy made and the source no longer has: pure.
///
/// A source that shows too little is not believed, and what would take others along stays.
struct CopyPruner {
    private static let manyGone = "many-gone"
    private static let emptySource = "source-empty"

    let copy: String
    /// How many may go at once.
    let pruning: CopyPruning
    let choices: [KindChoice]

    /// Whether a finding says that the source is not believed, so that nothing of it is.
    static func isDoubt(_ finding: Finding) -> Bool {
        [manyGone, emptySource].contains(finding.check)
    }

    /// Adds the removals to the plan, or the finding that there are too many.
    ///
    /// `originals` are all that the source has, by their keys at the target; the source must have
    /// been read whole, as what could not be read is not gone.
    func prune(_ plan: inout CopyPlan, originals: Set<CopyKey>, target: SiteObjects) {
        let made = target.objects.filter { CopyMarks.isWritten($0.value, by: copy) }
        var gone: [CopyKey: JSON] = [:]
        // What is going already is nobody's to remove again.
        for (key, object) in made
        where !originals.contains(key) && object.deletionTimestamp == nil {
            if let reason = reasonToKeep(object) {
                plan.leftOut.append(CopyPlan.LeftOut(key: key, reason: reason))
            } else {
                gone[key] = object
            }
        }
        // What a cluster has of its own is read in any case.
        if !gone.isEmpty, !made.keys.contains(where: originals.contains) {
            plan.findings.append(empty(gone))
            return
        }
        let allowed = pruning.removalsMax(of: made.count)
        guard gone.count <= allowed else {
            plan.findings.append(tooMany(gone, of: made.count, allowed))
            return
        }
        for (key, object) in gone {
            let choice = choices.first {
                $0.source.group == key.group && $0.source.kind == key.kind
            }
            guard let kind = choice?.target, let uid = object.uid else { continue }
            plan.items.append(
                CopyItem(
                    source: nil,
                    key: key,
                    kind: kind,
                    wanted: object,
                    action: .remove(uid: uid)
                )
            )
        }
    }

    /// Nil for what may go.
    private func reasonToKeep(_ object: JSON) -> String? {
        if CopyMarks.isOfMigration(object) {
            return "it is gone at the source, and a migration has brought it into use"
        }
        return switch (object.groupVersionKind?.group, object.kind) {
        case ("", "Namespace"), ("apiextensions.k8s.io", "CustomResourceDefinition"):
            "it is gone at the source, and whatever is in it would go with it; "
                + "`diolkos copy --undo` looks first"
        case ("", "PersistentVolumeClaim"), ("", "PersistentVolume"):
            "it is gone at the source, and may hold data"
        default: nil
        }
    }

    private func empty(_ gone: [CopyKey: JSON]) -> Finding {
        Finding(
            check: CopyPruner.emptySource,
            severity: .blocker,
            objects: gone.keys.sorted().prefix(10).map(\.description),
            reason: "of all that the copy made nothing was found at the source, and an empty read "
                + "is no empty source; \(gone.count) objects would go",
            remedy: "Look at the source, and whether it is the right one; if all of it is meant to "
                + "go, take it away with --undo."
        )
    }

    private func tooMany(_ gone: [CopyKey: JSON], of made: Int, _ allowed: Int) -> Finding {
        Finding(
            check: CopyPruner.manyGone,
            severity: .blocker,
            objects: gone.keys.sorted().prefix(10).map(\.description),
            reason:
                "\(gone.count) of \(made) copied objects are gone at the source, and no more than "
                + "\(allowed) at once go unasked",
            remedy: "If they are meant to be gone, say so with --removals-max \(gone.count); "
                + "if not, look at the source."
        )
    }
}
