import JSONValues
import KubernetesObjects

/// What undoing a copy would remove, and what it would leave.
package struct CopyUndoPlan: Sendable {
    /// An object that the copy made.
    package struct Removal: Sendable {
        /// Which object goes.
        package let key: CopyKey
        /// The resource through which the target serves it.
        package let kind: ResourceKind
        /// The incarnation that was seen: another one of the same name is not removed.
        package let uid: String
        /// Who else wrote to it since, sorted; it goes all the same.
        package let writers: [String]

        var wave: CopyWave { CopyWave.of(key) }
    }

    /// The name of the copy that is undone.
    package var name: String
    /// In the order in which they go: what others need goes last.
    package var removals: [Removal]
    /// Bears the copy's mark and stays, each with the reason, sorted.
    package var kept: [CopyPlan.LeftOut]

    /// For people, a line for each object and one for all.
    package var lines: [String] {
        removals.map { removal in
            let writers = removal.writers.joined(separator: ", ")
            return "remove  \(removal.key)"
                + (writers.isEmpty ? "" : " (written to since by \(writers))")
        } + kept.map { "keep    \($0.key): \($0.reason)" } + [
            "\(removals.count) to remove, \(kept.count) to keep"
        ]
    }
}

extension CopyUndoPlan {
    /// For machines: `docs/copy-json.md` says what stands where; `summary` is nil when nothing was
    /// done.
    package func json(_ summary: CopyUndoSummary?, at target: String) -> JSON {
        let hasFailed = summary?.failures.isEmpty == false
        return [
            "apiVersion": "diolkos.dev/v1alpha1",
            "kind": "CopyUndoReport",
            "copy": .string(name),
            "target": .string(target),
            "state": summary == nil ? "planned" : hasFailed ? "failed" : "undone",
            "removed": .int(summary?.removed ?? 0),
            "objects": .array(
                removals.sorted { $0.key < $1.key }.map { removal in
                    [
                        "object": removal.key.json,
                        "writers": .array(removal.writers.map(JSON.string)),
                    ]
                }
            ),
            "kept": .array(
                kept.map { ["object": $0.key.json, "reason": .string($0.reason)] }
            ),
            "failures": .array(
                (summary?.failures ?? []).map {
                    ["object": $0.key.json, "reason": .string($0.reason)]
                }
            ),
        ]
    }
}

/// Tells the objects that a copy made from others that bear its label: pure.
struct CopyUndoPlanner {
    let name: String
    /// Whether claims that hold data go too.
    let includesVolumes: Bool
    /// Everything in the namespaces in which something bears the label, and of the definitions that do.
    let surroundings: [JSON]

    func make(of marked: [(key: CopyKey, kind: ResourceKind, object: JSON)]) -> CopyUndoPlan {
        var plan = CopyUndoPlan(name: name, removals: [], kept: [])
        let owners = OwnerChain(surroundings + marked.map(\.object))
        let staying = surroundings.filter {
            reasonToKeep($0) != nil && $0.deletionTimestamp == nil && owners.reason($0) == nil
        }
        let uses = StandingUses(of: staying, candidates: marked.map(\.object))
        for (key, kind, object) in marked {
            // Controllers hand labels on: what they make goes with what it is made for.
            let isHandedOn =
                !CopyMarks.isWritten(object, by: name) && owners.reason(object) != nil
            if isHandedOn { continue }
            let reason =
                reasonToKeep(object) ?? reasonToStand(object, for: staying)
                ?? uses.users[key].map { "\($0) uses it, and stays" }
            if let reason {
                plan.kept.append(CopyPlan.LeftOut(key: key, reason: reason))
            } else {
                plan.removals.append(
                    .init(
                        key: key,
                        kind: kind,
                        uid: object.uid ?? "",
                        writers: writers(of: object)
                    )
                )
            }
        }
        plan.removals.sort { ($1.wave, $0.key) < ($0.wave, $1.key) }
        plan.kept.sort { $0.key < $1.key }
        return plan
    }

    /// What keeps an object for its own sake.
    private func reasonToKeep(_ object: JSON) -> String? {
        if !CopyMarks.isWritten(object, by: name) { return "somebody else put the label there" }
        if CopyMarks.isOfMigration(object) { return "a migration has brought it into use" }
        guard object.kind == "PersistentVolumeClaim", object.at("status", "phase") == "Bound",
            !includesVolumes
        else { return nil }
        return "it holds data; --with-volumes removes it"
    }

    /// What keeps an object for the sake of others that would go with it.
    private func reasonToStand(_ object: JSON, for staying: [JSON]) -> String? {
        switch object.kind {
        case "Namespace":
            return stays(because: staying.filter { $0.namespace == object.name })
        case "CustomResourceDefinition":
            let kind = object.at("spec", "names", "kind")?.string
            let group = object.at("spec", "group")?.string
            return stays(
                because: staying.filter {
                    $0.kind == kind && $0.groupVersionKind?.group == group
                }
            )
        default: return nil
        }
    }

    private func stays(because staying: [JSON]) -> String? {
        guard let first = staying.map({ "\($0.kind ?? "") \($0.namespacedName)" }).min() else {
            return nil
        }
        let others = staying.count > 1 ? " and \(staying.count - 1) more" : ""
        return "\(first)\(others) would go with it, and stays"
    }

    private func writers(of object: JSON) -> [String] {
        let others = ManagedFields(of: object).entries.map(\.manager).filter {
            $0.name != CopyMarks.manager && $0.subresource.isEmpty
        }
        return Set(others.map(\.name)).sorted()
    }
}
