import JSONValues
import KubernetesObjects

extension ResourceDefinition {
    /// The stored object as a client of `version` sees it.
    func converted(_ stored: JSON, to version: String) -> JSON {
        guard isConverted(version) else { return stored }
        var object: JSON =
            switch name {
            case .horizontalPodAutoscalers: AutoscalerConversion.version1(from: stored)
            case EventConversion.resource: EventConversion.event(fromCore: stored)
            default: stored
            }
        object.apiVersion = apiVersion(version)
        object.kind = kind
        return object
    }

    /// Whether objects of `version` differ from what is stored.
    func isConverted(_ version: String) -> Bool { version != storageVersion || storage != name }

    /// What a client of `version` sent, as it is stored.
    func stored(_ sent: JSON, from version: String) -> JSON {
        var object: JSON =
            switch name {
            case .horizontalPodAutoscalers: AutoscalerConversion.version2(from: sent)
            case EventConversion.resource: EventConversion.core(fromEvent: sent)
            default: sent
            }
        object.apiVersion = storageAPIVersion
        object.kind = storageKind
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

    /// How the original refuses a field: kinds with a list of their own say less.
    func unsupportedFieldText(_ field: String) -> String {
        let own: Set<ResourceName> = [
            .pods, .nodes, .namespaces, .events, .secrets, .services, .jobs, .replicaSets,
            .replicationControllers,
        ]
        if isCustom || own.contains(name) { return "field label not supported: \(field)" }
        return "\"\(field)\" is not a known field selector: only \"metadata.name\", "
            + "\"metadata.namespace\""
    }

    /// Whether a deletion that is done at once answers with the object, not with a Status.
    var returnsDeleted: Bool {
        let kinds: Set<ResourceName> = [
            .pods, .services, .persistentVolumes, .persistentVolumeClaims, .serviceAccounts,
            .resourceQuotas, .namespaces, .storageClasses, ResourceName("podtemplates"),
            ResourceName("csidrivers", group: "storage.k8s.io"),
            ResourceName("csinodes", group: "storage.k8s.io"),
            ResourceName("volumeattachments", group: "storage.k8s.io"),
        ]
        return kinds.contains(name)
    }

    /// What the server says of the kind with every answer.
    var warnings: [String] {
        guard name == .endpoints else { return [] }
        return ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"]
    }
}
