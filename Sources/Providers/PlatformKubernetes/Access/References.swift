import JSONValues
import KubernetesObjects
import MigrationModel

extension ObjectReference {
    /// The reference of an object that came from a server; nil when it lacks what names it.
    init?(_ object: JSON) {
        guard let apiVersion = object.apiVersion, let kind = object.kind, let name = object.name
        else { return nil }
        self.init(
            apiVersion: apiVersion,
            kind: kind,
            namespace: object.namespace,
            name: name
        )
    }

    static func service(_ name: ServiceName) -> ObjectReference {
        ObjectReference(
            apiVersion: "v1",
            kind: "Service",
            namespace: name.namespace,
            name: name.name
        )
    }

    static func endpoints(_ name: ServiceName) -> ObjectReference {
        ObjectReference(
            apiVersion: "v1",
            kind: "Endpoints",
            namespace: name.namespace,
            name: name.name
        )
    }

    /// `name` may be empty where only the kind and the namespace matter.
    static func slice(_ namespace: String, _ name: String = "") -> ObjectReference {
        ObjectReference(
            apiVersion: "discovery.k8s.io/v1",
            kind: "EndpointSlice",
            namespace: namespace,
            name: name
        )
    }

    static func namespace(_ name: String) -> ObjectReference {
        ObjectReference(apiVersion: "v1", kind: "Namespace", namespace: nil, name: name)
    }
}

extension ObjectSeen {
    /// Nil when the object did not come from a server.
    init?(_ object: JSON) {
        guard let uid = object.uid, let version = object.resourceVersion else { return nil }
        self.init(uid: uid, resourceVersion: version, generation: object.generation)
    }

    /// Whether what people decided in the object is still what was seen.
    ///
    /// Kinds that count their generation are compared by it, since status moves their version.
    func isStill(_ object: JSON) -> Bool {
        guard object.uid == uid else { return false }
        if let generation, let now = object.generation { return generation == now }
        return object.resourceVersion == resourceVersion
    }
}
