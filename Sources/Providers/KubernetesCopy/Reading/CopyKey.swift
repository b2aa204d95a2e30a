import JSONValues
import KubernetesObjects

/// Which object it is, in whatever version it is served.
package struct CopyKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Empty for the core group.
    package let group: String
    /// As objects bear it: `Deployment`.
    package let kind: String
    /// Nil for what belongs to no namespace.
    package let namespace: String?
    /// Unique within its kind and namespace.
    package let name: String

    /// Takes the parts as an object has them; whether they name something is not looked at.
    package init(group: String, kind: String, namespace: String?, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// Nil when the object bears no kind or no name.
    package init?(_ object: JSON) {
        guard let kind = object.groupVersionKind, let name = object.name, !name.isEmpty else {
            return nil
        }
        self.init(group: kind.group, kind: kind.kind, namespace: object.namespace, name: name)
    }

    /// `Deployment.apps`.
    package var kindName: String { GroupKind.name(kind, in: group) }

    var isNamespace: Bool { group.isEmpty && kind == "Namespace" }

    /// `Deployment.apps shop/web`.
    package var description: String {
        "\(kindName) \(namespace.map { "\($0)/" } ?? "")\(name)"
    }

    /// By namespace, with what has none first, then by group, kind and name.
    package static func < (left: CopyKey, right: CopyKey) -> Bool {
        (left.namespace ?? "", left.group, left.kind, left.name)
            < (right.namespace ?? "", right.group, right.kind, right.name)
    }
}
