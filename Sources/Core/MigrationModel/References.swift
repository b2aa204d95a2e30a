/// Names one object of a site by what people call it, not by its uid.
package struct ObjectReference: Sendable, Hashable, Codable {
    /// `v1`, or the group and the version: `apps/v1`.
    package var apiVersion: String
    /// `Service`, in the singular and with capitals.
    package var kind: String
    /// Nil for what belongs to no namespace.
    package var namespace: String?
    /// Unique for its kind within its namespace.
    package var name: String

    /// Takes the four as an object has them.
    package init(apiVersion: String, kind: String, namespace: String?, name: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}

extension ObjectReference: CustomStringConvertible, Comparable {
    /// `Service shop/cart`, as messages have it.
    package var description: String {
        "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)"
    }

    /// By namespace, then kind, then name; what has no namespace goes first.
    package static func < (left: ObjectReference, right: ObjectReference) -> Bool {
        (left.namespace ?? "", left.kind, left.name, left.apiVersion)
            < (right.namespace ?? "", right.kind, right.name, right.apiVersion)
    }
}

/// A workload: the smallest thing that crosses by itself.
package struct WorkloadID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// One of `kinds`.
    package var kind: String
    /// The namespace that it lives in.
    package var namespace: String
    /// Its name there.
    package var name: String

    /// Takes the three as the object has them.
    package init(kind: String, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// The kinds that cross by themselves, with the versions in which both sites have them; sorted.
    package static let kinds: [(kind: String, apiVersion: String)] = [
        ("CronJob", "batch/v1"), ("DaemonSet", "apps/v1"), ("Deployment", "apps/v1"),
        ("StatefulSet", "apps/v1"),
    ]

    /// What a name stands for of which no kind is said.
    package static let kindUsual = "Deployment"

    /// The object that says what is run.
    package var reference: ObjectReference {
        let known = WorkloadID.kinds.first { $0.kind == kind }
        return ObjectReference(
            apiVersion: known?.apiVersion ?? "apps/v1",
            kind: kind,
            namespace: namespace,
            name: name
        )
    }

    /// Whether it runs at every node of a site, so that both sites run it at once and nothing scales it.
    package var isDaemonSet: Bool { kind == "DaemonSet" }

    /// Whether its pods have names of their own, and perhaps volumes.
    package var isStatefulSet: Bool { kind == "StatefulSet" }

    /// Whether it is a schedule, which runs nothing between its ticks.
    package var isCronJob: Bool { kind == "CronJob" }

    /// `Deployment shop/cart`.
    package var description: String { "\(kind) \(namespace)/\(name)" }

    /// By namespace, then name, then kind.
    package static func < (left: WorkloadID, right: WorkloadID) -> Bool {
        (left.namespace, left.name, left.kind) < (right.namespace, right.name, right.kind)
    }
}

/// The name by which callers inside a site reach a workload: a Service.
package struct ServiceName: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// The namespace that it lives in.
    package var namespace: String
    /// Its name there, by which callers of the same namespace dial it.
    package var name: String

    /// Takes the two as the Service has them.
    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// The Service that always selects the pods of its own site and never a bridge.
    package var localName: ServiceName {
        ServiceName(namespace: namespace, name: name + ServiceName.localSuffix)
    }

    /// Whether it is one of the names that a run makes.
    package var isLocalName: Bool { name.hasSuffix(ServiceName.localSuffix) }

    /// What makes a name a local name.
    package static let localSuffix = "-local"

    /// `shop/cart`.
    package var description: String { "\(namespace)/\(name)" }

    /// By namespace, then name.
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
