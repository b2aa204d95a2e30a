/// Names one object of a site by what people call it, not by its uid.
package struct ObjectReference: Sendable, Hashable, Codable {
    package var apiVersion: String
    package var kind: String
    /// Nil for what belongs to no namespace.
    package var namespace: String?
    package var name: String

    package init(apiVersion: String, kind: String, namespace: String?, name: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}

extension ObjectReference: CustomStringConvertible, Comparable {
    package var description: String {
        "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)"
    }

    package static func < (left: ObjectReference, right: ObjectReference) -> Bool {
        (left.namespace ?? "", left.kind, left.name, left.apiVersion)
            < (right.namespace ?? "", right.kind, right.name, right.apiVersion)
    }
}

/// A workload: the smallest thing that crosses by itself.
package struct WorkloadID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// `Deployment`, for now the only kind that crosses.
    package var kind: String
    package var namespace: String
    package var name: String

    package init(kind: String, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(kind) \(namespace)/\(name)" }

    package static func < (left: WorkloadID, right: WorkloadID) -> Bool {
        (left.namespace, left.name, left.kind) < (right.namespace, right.name, right.kind)
    }
}

/// The name by which callers inside a site reach a workload: a Service.
package struct ServiceName: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// The Service that always selects the pods of its own site and never a bridge.
    package var localName: ServiceName {
        ServiceName(namespace: namespace, name: name + ServiceName.localSuffix)
    }

    package var isLocalName: Bool { name.hasSuffix(ServiceName.localSuffix) }

    package static let localSuffix = "-local"

    package var description: String { "\(namespace)/\(name)" }

    package static func < (left: ServiceName, right: ServiceName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// One way by which requests reach a workload from outside, as the balancer names it.
package struct RouteID: TextID {
    /// The name as the balancer has it.
    package let text: String

    /// A name that is already known to be one.
    package init(_ text: String) { self.text = text }
}
