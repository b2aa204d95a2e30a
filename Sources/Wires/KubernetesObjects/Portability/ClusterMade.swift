import JSONValues

/// Objects that a cluster makes for itself, and that a copy must leave out.
package enum ClusterMade {
    /// What every cluster has of its own: it moves only when it is asked for by name.
    package static let namespaces: Set<String> = ["kube-system", "kube-public", "kube-node-lease"]

    /// Resources that tell of what happens, or are views of others: `events`,
    /// `nodes.metrics.k8s.io`.
    package static let views: Set<String> = [
        "events", "events.events.k8s.io", "componentstatuses", "bindings", "pods.metrics.k8s.io",
        "nodes.metrics.k8s.io", "csistoragecapacities.storage.k8s.io",
    ]

    /// Why `object` is not a user's object, in a few words; nil when it may be one.
    package static func reason(_ object: JSON) -> String? {
        if let owner = object.controllerReference {
            return "\(owner["kind"]?.string ?? "a controller") "
                + "\(owner["name"]?.string ?? "") makes it"
        }
        // A mirror pod stands for a file on a node.
        if object.annotations["kubernetes.io/config.mirror"] != nil { return "a node makes it" }
        // A lock that is copied keeps the copied controllers waiting (rancher/fleet 2120).
        if object.annotations["control-plane.alpha.kubernetes.io/leader"] != nil {
            return "it is the lock of an elected leader"
        }
        if object.labels["kubernetes.io/bootstrapping"] == "rbac-defaults" {
            return "every server makes it"
        }
        // Flow control's own configuration, which each version has in another form.
        if object.annotations["apf.kubernetes.io/autoupdate-spec"] == "true" {
            return "every server makes it"
        }
        return reasonOfKind(object)
    }

    private static func reasonOfKind(_ object: JSON) -> String? {
        let group = object.groupVersionKind?.group
        switch (group, object.kind) {
        case ("", "Event"), ("events.k8s.io", "Event"): return "it reports what happened there"
        case ("", "Node"), ("storage.k8s.io", "CSINode"), ("storage.k8s.io", "VolumeAttachment"):
            return "it belongs to the cluster's machines"
        case ("coordination.k8s.io", "Lease"): return "it is a lock"
        case ("", "ConfigMap"):
            let isMade = [
                "kube-root-ca.crt", "openshift-service-ca.crt",
                "extension-apiserver-authentication",
            ].contains(object.name)
            return isMade ? "every cluster makes it" : nil
        case ("", "ServiceAccount"):
            // A user may have given it image pull secrets or a cloud role.
            let isTouched = object["imagePullSecrets"] != nil || !object.annotations.isEmpty
            return object.name == "default" && !isTouched ? "every namespace has it" : nil
        case ("", "Service"), ("", "Endpoints"), ("discovery.k8s.io", "EndpointSlice"):
            if object.namespace == "default", object.name == "kubernetes" {
                return "every cluster makes it"
            }
            return reasonOfEndpoints(object)
        case ("", "Secret"): return reasonOfSecret(object)
        case ("apiregistration.k8s.io", "APIService"):
            let isMade = object.labels["kube-aggregator.kubernetes.io/automanaged"] != nil
            return isMade ? "every server makes it" : nil
        case ("flowcontrol.apiserver.k8s.io", _):
            // Without a word, or with "false", somebody keeps it.
            let isMade = object.annotations["apf.kubernetes.io/autoupdate-spec"] == "true"
            return isMade ? "every server makes it" : nil
        case ("scheduling.k8s.io", "PriorityClass"):
            // A server keeps the prefix to itself.
            let isMade = object.name?.hasPrefix("system-") == true
            return isMade ? "every server makes it" : nil
        case ("networking.k8s.io", "ServiceCIDR"):
            return object.name == "kubernetes" ? "every server makes it" : nil
        case ("cert-manager.io", "CertificateRequest"), ("acme.cert-manager.io", _):
            // What is copied of an order is ordered again (cert-manager 2318).
            return "cert-manager makes it when a certificate has to be issued"
        case ("", "Namespace"):
            let isMade = ["default", "kube-system", "kube-public", "kube-node-lease"]
                .contains(object.name)
            return isMade ? "every cluster has it" : nil
        default: return nil
        }
    }

    private static func reasonOfEndpoints(_ object: JSON) -> String? {
        let labels = object.labels
        let manager =
            labels["endpointslice.kubernetes.io/managed-by"]
            ?? labels["endpoints.kubernetes.io/managed-by"]
        if let manager,
            [
                "endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io",
                "endpoint-controller",
            ].contains(manager)
        {
            return "\(manager) makes it"
        }
        let trigger = "endpoints.kubernetes.io/last-change-trigger-time"
        if object.kind == "Endpoints", object.annotations[trigger] != nil {
            return "the endpoints controller makes it"
        }
        return nil
    }

    /// Tokens that the controller of older clusters made have no owner (crane 484), but bear the
    /// name that it draws and, since 1.27, a label.
    private static func reasonOfSecret(_ object: JSON) -> String? {
        guard object["type"] == "kubernetes.io/service-account-token" else {
            return object["type"] == "bootstrap.kubernetes.io/token"
                ? "it lets machines join the cluster" : nil
        }
        let account = object.annotations["kubernetes.io/service-account.name"] ?? ""
        let name = object.name ?? ""
        let prefix = "\(account)-token-"
        if !account.isEmpty, name.hasPrefix(prefix), name.utf8.count == prefix.utf8.count + 5 {
            return "the token controller makes it"
        }
        return nil
    }
}
