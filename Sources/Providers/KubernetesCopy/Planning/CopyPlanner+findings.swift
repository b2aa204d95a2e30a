import JSONValues
import MigrationModel

extension CopyPlanner {
    /// A finding about what the target cannot serve.
    func notServed(_ kind: String, _ count: Int) -> Finding {
        Finding(
            check: "kind-not-served",
            severity: .blocker,
            objects: [kind],
            reason: "the target serves no version of \(kind) that the source serves; "
                + "\(count) objects of it cannot be copied",
            remedy: "Install what serves it at the target, or leave the kind out of the copy."
        )
    }

    /// A finding about what the pods of a stack need and the stack does not bring.
    func stackGaps(
        _ selected: [(key: CopyKey, object: JSON)],
        _ transformer: CopyTransformer
    ) -> Finding? {
        guard let stack = rule.selection.stack else { return nil }
        let gaps = StackGaps(stack: stack.name, source: source.objects, owners: owners) { key in
            target.objects[transformer.target(of: key)] != nil
        }
        return gaps.finding(of: selected)
    }
}
