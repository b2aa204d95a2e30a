import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Where an object is found: what a controller's queue holds.
struct ObjectAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    let resource: ResourceName
    /// Empty for cluster-wide objects.
    let namespace: String
    let name: String

    init(_ resource: ResourceName, namespace: String, name: String) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }

    /// The address of an object that was read.
    init(_ resource: ResourceName, of object: JSON) {
        self.init(resource, namespace: object.namespace ?? "", name: object.name ?? "")
    }

    // Enough to tell most apart; controllers ask for these at every turn.
    func hash(into hasher: inout Hasher) {
        hasher.combine(namespace)
        hasher.combine(name)
    }

    var description: String {
        namespace.isEmpty ? "\(resource)/\(name)" : "\(resource)/\(namespace)/\(name)"
    }

    static func < (left: ObjectAddress, right: ObjectAddress) -> Bool {
        (left.resource, left.namespace, left.name) < (right.resource, right.namespace, right.name)
    }
}
