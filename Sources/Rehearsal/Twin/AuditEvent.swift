import Clocks
import EmbeddedNodes
import EmbeddedSites
import JSONValues
import KubernetesObjects

/// One write that a site's API server answered, as the audit log of a Kubernetes cluster has it.
///
/// Its form is `audit.k8s.io/v1`, level `Metadata`; no content of any object is in it.
package struct AuditEvent: Sendable {
    /// Whose API server answered.
    package let site: TwinSite
    /// `create`, `update`, `patch`, `delete` or `deletecollection`.
    package let verb: String
    /// What the write was of.
    package let object: AuditedObject
    /// The status of the answer.
    package let code: Int
    /// What the client called itself; empty where it said nothing.
    package let userAgent: String
    let id: String
    let uri: String
    let receivedAt: WallTime
    let answeredAt: WallTime

    /// Whether the server did what it was asked for.
    package var isAccepted: Bool { (200..<300).contains(code) }

    /// Which object this is of, and at which site: `source services shop/orders`.
    package var place: String { "\(site.rawValue) \(object)" }

    /// The event as one line of an audit log has it, with the site as an annotation.
    package var json: JSON {
        [
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata",
            "auditID": .string(id), "stage": "ResponseComplete", "requestURI": .string(uri),
            "verb": .string(verb), "user": ["username": "twin"],
            "userAgent": .string(userAgent), "objectRef": object.json,
            "responseStatus": ["metadata": [:], "code": .int(code)],
            "requestReceivedTimestamp": .string(receivedAt.rfc3339Micro),
            "stageTimestamp": .string(answeredAt.rfc3339Micro),
            "annotations": ["diolkos.dev/site": .string(site.rawValue)],
        ]
    }
}

/// What a write was of, from its path and, for what the server names itself, from its answer.
package struct AuditedObject: Sendable, Hashable, CustomStringConvertible {
    /// Empty for the core group.
    package var group: String
    /// As it stands in the path.
    package var version: String
    /// The plural, as it stands in the path.
    package var resource: String
    /// Empty for the object itself.
    package var subresource: String
    /// Empty for what belongs to no namespace.
    package var namespace: String
    /// Empty for a collection, and for a create that was refused.
    package var name: String
    /// Empty where the answer does not tell it.
    package var uid: String

    /// Nil when the path is not one of objects.
    init?(path: String) {
        var parts = path.prefix { $0 != "?" }.split(separator: "/").map(String.init)[...]
        switch parts.popFirst() {
        case "api": group = ""
        case "apis":
            guard let group = parts.popFirst() else { return nil }
            self.group = group
        default: return nil
        }
        guard let version = parts.popFirst() else { return nil }
        self.version = version
        namespace = ""
        // A namespace's own subresources are not objects in it (apiserver, requestinfo.go).
        if parts.first == "namespaces", parts.count > 2,
            !["status", "finalize"].contains(parts[parts.startIndex + 2])
        {
            parts.removeFirst()
            namespace = parts.removeFirst()
        }
        guard let resource = parts.popFirst() else { return nil }
        self.resource = resource
        name = parts.popFirst() ?? ""
        subresource = parts.popFirst() ?? ""
        uid = ""
    }

    package var description: String {
        let whole = group.isEmpty ? resource : "\(resource).\(group)"
        let place = namespace.isEmpty ? name : "\(namespace)/\(name)"
        return "\(whole) \(place)" + (subresource.isEmpty ? "" : " \(subresource)")
    }

    /// Takes from the server's answer what only that knows.
    mutating func complete(from answer: JSON) {
        guard answer.kind != "Status" else { return }
        if name.isEmpty { name = answer.name ?? "" }
        uid = answer.uid ?? ""
    }

    fileprivate var json: JSON {
        let members = [
            "apiGroup": group, "apiVersion": version, "resource": resource,
            "subresource": subresource, "namespace": namespace, "name": name, "uid": uid,
        ]
        return .object(members.filter { !$0.value.isEmpty }.mapValues(JSON.string))
    }
}
