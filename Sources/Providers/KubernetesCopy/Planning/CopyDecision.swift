import JSONValues
import KubernetesObjects
import MigrationModel
import Sealing

/// Decides what becomes of one object at the target: pure.
///
/// The comparison is semantic: what the target's server adds is no difference, and of what others
/// own there nothing is changed. Whose field it is, and what a copy no longer wants, is told by the
/// managed fields, by the rules of server-side apply.
struct CopyDecision {
    let copy: String
    let key: CopyKey
    let wanted: JSON
    /// As the target stores it; nil when it is absent there.
    let present: JSON?
    let schema: TypeSchema?

    /// What to do, and what there is to say about it.
    func make() -> (action: CopyAction, finding: Finding?) {
        guard let present else { return (.create, nil) }
        if present.deletionTimestamp != nil {
            return refusal(
                "it is being deleted at the target",
                "Wait until it is gone, or find out which finalizer holds it, then copy again."
            )
        }
        let differences = CopyDecision.differences(wanted, present, schema)
        guard CopyMarks.isMade(present, by: copy) else {
            let isSame = differences.isEmpty || CopyDecision.isMadeByOwner(present, of: wanted)
            return isSame ? (.unchanged, nil) : refusalOfForeign(differences)
        }
        let isSameWish = present.annotations[CopyMarks.content] == CopyMarks.content(of: wanted)
        if differences.isEmpty, isSameWish { return (.unchanged, nil) }
        return decideUpdate(of: present)
    }

    /// What at the target is not as it is wanted.
    static func differences(
        _ wanted: JSON,
        _ present: JSON,
        _ schema: TypeSchema?
    ) -> [SemanticDiff.Difference] {
        SemanticDiff.differences(
            from: wanted,
            to: present,
            schema: schema,
            options: SemanticDiff.Options(ignoresAdditions: true, ignored: ours)
        )
    }

    /// Whether an operator of the target made it for the copy of its owner: its content is the
    /// operator's.
    static func isMadeByOwner(_ found: JSON, of wanted: JSON) -> Bool {
        guard let controller = wanted.controllerReference?["uid"]?.string, !controller.isEmpty
        else { return false }
        return found.controllerReference?["uid"]?.string == controller
    }

    /// What differs because we mark objects is no difference.
    private static let ours: FieldSet = {
        var ignored = FieldSet()
        ignored.insert([.name("metadata"), .name("labels"), .name(CopyMarks.label)])
        ignored.insert([.name("metadata"), .name("annotations"), .name(CopyMarks.content)])
        return ignored
    }()

    private func decideUpdate(of present: JSON) -> (CopyAction, Finding?) {
        do {
            var merged = try ServerSideApply.apply(
                applied: CopyMarks.stamped(wanted, wanted: wanted, copy: copy),
                live: asApplied(present),
                manager: CopyMarks.manager,
                force: false,
                schema: schema,
                time: present.creationTimestamp ?? ""
            )
            merged.managedFields = present.managedFields
            let changes = SemanticDiff.differences(from: present, to: merged, schema: schema)
            if changes.isEmpty { return (.unchanged, nil) }
            let refused = ImmutableFields.refused(changes, of: present)
            if !refused.isEmpty { return refusalOfImmutable(refused) }
            return (.update(present: present, merged: merged, changes: changes), nil)
        } catch .conflicts(let conflicts) {
            let fields = conflicts.map { "\($0.field) (\($0.manager.name))" }.joined(
                separator: ", "
            )
            return refusal(
                "others have changed it at the target since it was copied: \(fields)",
                "Take the change over into the source, or give the fields back at the target."
            )
        } catch {
            return refusal(
                "it cannot be compared with what is at the target: \(error)",
                "Look at the object at both sites; it may need a version that both serve."
            )
        }
    }

    /// The object as if all that we wrote had been written by server-side apply, so that what we
    /// no longer want is found.
    private func asApplied(_ present: JSON) -> JSON {
        var managed = ManagedFields(of: present)
        let own = managed.entries.filter {
            $0.manager.name == CopyMarks.manager && $0.manager.subresource.isEmpty
        }
        guard !own.isEmpty else { return present }
        managed.entries.removeAll { own.contains($0) }
        let applied = ManagedFields.Manager(
            name: CopyMarks.manager,
            operation: .apply,
            apiVersion: wanted.apiVersion ?? "",
            subresource: ""
        )
        managed[applied] = ManagedFields.Entry(
            manager: applied,
            fields: own.reduce(FieldSet()) { $0.union($1.fields) },
            time: own.last?.time
        )
        var object = present
        object.managedFields = managed.json
        return object
    }

    private func refusalOfForeign(
        _ differences: [SemanticDiff.Difference]
    ) -> (CopyAction, Finding?) {
        let places = differences.prefix(5).map(\.description).joined(separator: ", ")
        let more = differences.count > 5 ? " and \(differences.count - 5) more" : ""
        return refusal(
            "it is at the target already, is not of this copy, and differs in \(places)\(more)",
            "Remove it there, leave it out of the copy, or make both the same."
        )
    }

    private func refusalOfImmutable(_ fields: [String]) -> (CopyAction, Finding?) {
        refusal(
            "it has changed at the source in what cannot be changed: "
                + fields.joined(separator: ", "),
            "It needs to be made anew: delete it at the target when nothing uses it, "
                + "then copy again.",
            check: "needs-recreation"
        )
    }

    private func refusal(
        _ reason: String,
        _ remedy: String,
        check: String = "not-ours-to-change"
    ) -> (CopyAction, Finding?) {
        (
            .refused,
            Finding(
                check: check,
                severity: .blocker,
                objects: ["\(key)"],
                reason: reason,
                remedy: remedy
            )
        )
    }
}
