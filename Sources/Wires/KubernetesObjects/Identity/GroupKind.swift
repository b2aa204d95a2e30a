import JSONValues

/// Kinds whatever their version, as one word: `Deployment.apps`, and `Pod` in the core group.
package enum GroupKind {
    /// The word for a kind of a group; the group is empty for the core.
    package static func name(_ kind: String, in group: String) -> String {
        group.isEmpty ? kind : "\(kind).\(group)"
    }
}

extension ResourceKind {
    /// `Deployment.apps`: what stays the same when a version is retired.
    package var groupKind: String { GroupKind.name(kind, in: group) }
}

extension JSON {
    /// `Deployment.apps`, or the kind alone in the core group; empty for what is no object.
    package var groupKind: String { groupVersionKind?.groupKind ?? "" }

    /// `Widget.example.com`: what a CustomResourceDefinition defines; nil for other objects.
    package var definedGroupKind: String? {
        guard kind == "CustomResourceDefinition", let group = at("spec", "group")?.string,
            let kind = at("spec", "names", "kind")?.string
        else { return nil }
        return GroupKind.name(kind, in: group)
    }
}
