import JSONValues

/// One change of one object, as controllers see it.
package struct ObjectChange: Sendable {
    /// Whether it was added, changed or deleted.
    package let kind: ChangeKind
    /// What it is one of.
    package let resource: ResourceName
    /// The new version; of a deletion the last one.
    package let object: JSON
    /// What stood there before; nil for an addition.
    package let previous: JSON?
    /// The resourceVersion of the change.
    package let revision: Int

    /// Takes what a watch of another server told.
    package init(
        kind: ChangeKind,
        resource: ResourceName,
        object: JSON,
        previous: JSON?,
        revision: Int
    ) {
        self.kind = kind
        self.resource = resource
        self.object = object
        self.previous = previous
        self.revision = revision
    }

    init(_ change: StoredChange) {
        kind = change.kind
        resource = change.resource
        object = change.object.value
        previous = change.previous?.value
        revision = change.revision
    }
}
