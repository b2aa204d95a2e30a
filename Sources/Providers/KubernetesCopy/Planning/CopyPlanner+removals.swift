import JSONValues
import KubernetesObjects
import MigrationModel

extension CopyPlanner {
    /// What the copy made and the source no longer has; too many of them are a finding instead.
    func addRemovals(
        to plan: inout CopyPlan,
        _ transformer: CopyTransformer
    ) -> [Finding] {
        guard case .upTo(let limit) = rule.pruning, source.unreadable.isEmpty else { return [] }
        let made = target.objects.filter { CopyMarks.isWritten($0.value, by: rule.name) }
        let originals = Set(source.objects.keys.map(transformer.target(of:)))
        let gone = made.filter { !originals.contains($0.key) && !holdsData($0.value) }
        guard gone.count <= max(limit, made.count / 100), !source.objects.isEmpty || gone.isEmpty
        else {
            return [
                Finding(
                    check: "many-gone",
                    severity: .blocker,
                    objects: Array(gone.keys.sorted().prefix(10).map(\.description)),
                    reason: "\(gone.count) of \(made.count) copied objects are gone at the source",
                    remedy:
                        "If they are meant to be gone, say so with --removals-max \(gone.count); "
                        + "if not, look at the source."
                )
            ]
        }
        for (key, object) in gone {
            guard let choice = choice(of: key), let kind = choice.target, let uid = object.uid
            else { continue }
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
        return []
    }

    private func holdsData(_ object: JSON) -> Bool {
        object.kind == "PersistentVolumeClaim" && object.at("status", "phase") == "Bound"
    }
}
