/// A Service as it was seen.
package struct ServiceRecord: Sendable, Hashable, Codable {
    /// By which callers reach it.
    package var name: ServiceName
    /// The incarnation and version that was seen.
    package var seen: ObjectSeen
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    package var type: String
    /// Whether it has no address of its own (`clusterIP: None`).
    package var isHeadless: Bool
    /// Whether callers inside reach endpoints of their own node only: `internalTrafficPolicy: Local`.
    package var keepsToNode: Bool
    /// The labels of the pods behind it; empty when its endpoints are somebody's own.
    package var selector: [String: String]
    /// In the order of the object.
    package var ports: [ServicePort]
    /// Its ports whose protocol keeps connections open, with the protocol: `api (grpc)`; sorted.
    package var lastingPorts: [String]

    /// Takes what was seen of one Service.
    package init(
        name: ServiceName,
        seen: ObjectSeen,
        type: String = "ClusterIP",
        isHeadless: Bool = false,
        keepsToNode: Bool = false,
        selector: [String: String],
        ports: [ServicePort],
        lastingPorts: [String] = []
    ) {
        self.name = name
        self.seen = seen
        self.type = type
        self.isHeadless = isHeadless
        self.keepsToNode = keepsToNode
        self.selector = selector
        self.ports = ports
        self.lastingPorts = lastingPorts
    }
}

/// An Ingress as it was seen.
package struct EntryRecord: Sendable, Hashable, Codable {
    /// The Ingress.
    package var reference: ObjectReference
    /// The incarnation and version that was seen.
    package var seen: ObjectSeen
    /// Its hosts and paths, in the order of the object.
    package var rules: [EntryRule]

    /// Takes what was seen of one Ingress.
    package init(reference: ObjectReference, seen: ObjectSeen, rules: [EntryRule]) {
        self.reference = reference
        self.seen = seen
        self.rules = rules
    }
}

/// One host and path of an Ingress and the Service behind it.
package struct EntryRule: Sendable, Hashable, Codable {
    /// Nil for the default backend and for rules without a host.
    package var host: String?
    /// The path as the Ingress has it; `/` where it has none.
    package var path: String
    /// The Service behind it, in the Ingress's own namespace.
    package var service: String

    /// Takes one rule as it was read.
    package init(host: String?, path: String, service: String) {
        self.host = host
        self.path = path
        self.service = service
    }
}
