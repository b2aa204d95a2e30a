import KubernetesObjects

/// A field of what an object is wanted to be that somebody else has written.
struct ForeignField: Sendable, Hashable {
    let path: [FieldElement]
    /// As the writer called itself.
    let manager: String

    /// `.spec.template.spec.priority (kubectl)`.
    var words: String { "\(path.fieldPath) (\(manager))" }
}

extension ManagedFields {
    /// What managers beside `ignored` own and none of `own` does, without metadata and status.
    ///
    /// A field that was only taken away is nobody's, and not among them.
    func foreignFields(own: Set<String>, ignored: Set<String>) -> Set<ForeignField> {
        let ours = entries.filter { own.contains($0.manager.name) }
            .reduce(FieldSet()) { $0.union($1.fields) }
        var found: Set<ForeignField> = []
        for entry in entries
        where entry.manager.subresource != "status" && !ignored.contains(entry.manager.name) {
            for path in entry.fields.paths
            where path.first != .name("metadata") && path.first != .name("status")
                && !ours.contains(path)
            {
                found.insert(ForeignField(path: path, manager: entry.manager.name))
            }
        }
        return found
    }
}
