import JSONValues
import KubernetesObjects

/// Which objects a cluster makes by itself, and would make again: those are not copied.
enum GeneratedObjects {
    /// Who made the object; nil when a person, or something a person installed, did.
    static func generator(of object: JSON) -> String? {
        if let owner = object.controllerReference {
            return "\(owner["kind"]?.string ?? "its owner") \(owner["name"]?.string ?? "")"
        }
        switch object.kind {
        case "ConfigMap": return configMap(object)
        case "ServiceAccount":
            return object.name == "default" ? "the service account controller" : nil
        case "Secret":
            // Its token was signed by this cluster and is worth nothing elsewhere.
            return object["type"] == "kubernetes.io/service-account-token"
                ? "the token controller" : nil
        case "Endpoints": return endpoints(object)
        case "EndpointSlice": return slice(object)
        case "Lease": return "whoever holds it"
        case "Service":
            return object.namespace == "default" && object.name == "kubernetes"
                ? "the API server" : nil
        case "Pod":
            return object.annotations["kubernetes.io/config.mirror"] != nil ? "its node" : nil
        default: return nil
        }
    }

    private static func configMap(_ object: JSON) -> String? {
        switch object.name {
        case "kube-root-ca.crt", "openshift-service-ca.crt": return "the root CA publisher"
        default: break
        }
        return isLeaderLock(object) ? "a leader election" : nil
    }

    private static func endpoints(_ object: JSON) -> String? {
        if isLeaderLock(object) { return "a leader election" }
        // Set by the endpoints controller on what follows a selector.
        let controlled =
            object.annotations["endpoints.kubernetes.io/last-change-trigger-time"] != nil
            || object.labels["endpoints.kubernetes.io/managed-by"] == "endpoint-controller"
        return controlled ? "the endpoints controller" : nil
    }

    private static func slice(_ object: JSON) -> String? {
        let manager = object.labels["endpointslice.kubernetes.io/managed-by"] ?? ""
        return manager.hasSuffix("-controller.k8s.io") ? manager : nil
    }

    /// Copied, it would keep its controllers waiting for a leader that is elsewhere.
    private static func isLeaderLock(_ object: JSON) -> Bool {
        object.annotations["control-plane.alpha.kubernetes.io/leader"] != nil
    }
}
