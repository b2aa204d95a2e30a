import JSONValues
import KubernetesObjects

/// Which objects of a collection a reader wants.
struct ObjectFilter: Sendable {
    private let labels: LabelSelector
    private let fields: FieldSelector

    init(_ query: Query, _ definition: ResourceDefinition) throws(APIStatusError) {
        do throws(SelectorError) {
            labels = try LabelSelector(parsing: query["labelSelector"] ?? "")
            fields = try FieldSelector(parsing: query["fieldSelector"] ?? "")
        } catch {
            throw .badRequest("\(error)")
        }
        if let field = fields.unsupportedField(supported: definition.selectableFields) {
            throw .badRequest(definition.unsupportedFieldText(field))
        }
    }

    var isEmpty: Bool { labels.isEmpty && fields.isEmpty }

    func matches(_ object: StoredObject) -> Bool {
        isEmpty || (labels.matches(labels: object.labels) && fields.matches(object.value))
    }

    /// What a change means to a reader who sees only what matches; nil when it means nothing.
    ///
    /// An object that stops matching is deleted for this reader, in its last matching form but
    /// with the new resourceVersion.
    func seen(_ change: StoredChange) -> (kind: ChangeKind, object: StoredObject)? {
        guard !isEmpty else { return (change.kind, change.object) }
        let isMatch = change.kind != .deleted && matches(change.object)
        let wasMatch = change.previous.map(matches) ?? false
        switch (wasMatch, isMatch) {
        case (false, false): return nil
        case (false, true): return (.added, change.object)
        case (true, true): return (.modified, change.object)
        case (true, false): return (.deleted, lastSeen(change))
        }
    }

    private func lastSeen(_ change: StoredChange) -> StoredObject {
        guard change.kind != .deleted, let previous = change.previous else { return change.object }
        var value = previous.value
        value.resourceVersion = String(change.revision)
        return StoredObject(value: value, key: previous.key, revision: change.revision)
    }
}
