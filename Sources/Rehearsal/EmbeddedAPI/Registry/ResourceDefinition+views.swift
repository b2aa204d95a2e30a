import JSONValues
import KubernetesObjects

extension ResourceDefinition {
    var listKind: String { kind + "List" }

    /// The object as a client of `version` sees it.
    func converted(_ stored: JSON, to version: String) -> JSON {
        guard version != storageVersion else { return stored }
        var object = stored
        object.apiVersion = apiVersion(version)
        return object
    }

    /// The fields that a field selector may name: those that the original registers for the kind.
    var selectableFields: Set<String> {
        let common: Set<String> = ["metadata.name", "metadata.namespace"]
        switch name {
        case .pods:
            return common.union([
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
                "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP",
                "status.podIPs", "status.nominatedNodeName",
            ])
        case .nodes: return ["metadata.name", "spec.unschedulable"]
        case .namespaces: return ["metadata.name", "status.phase"]
        case .events:
            return common.union([
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
                "involvedObject.uid", "involvedObject.apiVersion",
                "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type",
            ])
        case .secrets: return common.union(["type"])
        case .services: return common.union(["spec.clusterIP", "spec.type"])
        case .jobs: return common.union(["status.successful"])
        case .replicaSets, .replicationControllers: return common.union(["status.replicas"])
        default: return common
        }
    }

    /// How the original refuses a field: kinds with a list of their own name themselves.
    func unsupportedFieldText(_ field: String) -> String {
        "field label not supported: \(field)"
    }
}
