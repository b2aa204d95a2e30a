import JSONValues
import KubernetesObjects
import MigrationModel

/// Tells what the pods of a stack need of their namespaces and the stack does not bring: pure.
struct StackGaps {
    let stack: String
    /// Everything that was read of the source, and what of it is not a user's.
    let source: [CopyKey: JSON]
    let owners: OwnerChain
    /// Whether the target has what an object of the source becomes there.
    let isAtTarget: (CopyKey) -> Bool

    /// Nil when nothing is missing.
    func finding(of selected: [(key: CopyKey, object: JSON)]) -> Finding? {
        let members = Set(selected.map(\.key))
        var missing: Set<CopyKey> = []
        for (key, object) in selected {
            guard let pod = object.podSpec else { continue }
            for reference in PodReference.needs(of: pod) {
                let needed = CopyKey(
                    group: "",
                    kind: reference.kind,
                    namespace: key.namespace,
                    name: reference.name
                )
                guard !members.contains(needed), let found = source[needed],
                    owners.reason(found) == nil, !isAtTarget(needed)
                else { continue }
                missing.insert(needed)
            }
        }
        guard !missing.isEmpty else { return nil }
        return Finding(
            check: "stack-incomplete",
            severity: .decide,
            objects: missing.map(\.description),
            reason:
                "pods of the stack \(stack) name them, they do not belong to it, and the target "
                + "lacks them; the pods would not start",
            remedy: "Select them, too, or label them \(CopyMarks.stack)=\(stack)."
        )
    }
}
