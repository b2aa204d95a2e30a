import JSONValues
import KubernetesObjects

/// Something that happened to an object, as its part of the cluster tells it.
package struct EventNote: Sendable, Equatable {
    /// What it happened to: kind, version, namespace, name and uid.
    let involved: JSON
    let isWarning: Bool
    /// One word for machines: `ScalingReplicaSet`.
    let reason: String
    let message: String
    /// Who tells it: `deployment-controller`.
    let component: String
    /// The node on which it happened, empty for the cluster's controllers.
    let host: String

    /// `fieldPath` says which part of the object is meant: `spec.containers{main}`.
    package init(
        about object: JSON,
        fieldPath: String? = nil,
        isWarning: Bool = false,
        reason: String,
        message: String,
        component: String,
        host: String = ""
    ) {
        var involved = JSON.emptyObject
        involved.apiVersion = object.apiVersion
        involved.kind = object.kind
        for key in ["namespace", "name", "uid", "resourceVersion"] {
            involved[key] = object.at("metadata", key)
        }
        involved["fieldPath"] = fieldPath.map(JSON.string)
        self.involved = involved
        self.isWarning = isWarning
        self.reason = reason
        self.message = message
        self.component = component
        self.host = host
    }

    var namespace: String {
        let namespace = involved["namespace"]?.string ?? ""
        return namespace.isEmpty ? "default" : namespace
    }

    /// The name of its Event: the same for what is the same, which is counted and not repeated.
    var name: String {
        let parts = [
            involved["uid"]?.string, involved["fieldPath"]?.string, reason, message, component,
            host,
        ]
        let identity = parts.map { $0 ?? "" }.joined(separator: "\n")
        let digits = ContentHash.text(of: Array(identity.utf8)).prefix(16).lowercased()
        return "\(involved["name"]?.string ?? "").\(digits)"
    }
}
