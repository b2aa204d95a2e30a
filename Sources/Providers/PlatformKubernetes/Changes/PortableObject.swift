import JSONValues
import KubernetesObjects

/// An object as it can be created elsewhere.
enum PortableObject {
    /// Annotations that speak of the cluster they stand in, or may hold what must not travel.
    private static let annotationsLeft = [
        // Kept by `kubectl apply`; of a Secret it holds the values in the clear.
        "kubectl.kubernetes.io/last-applied-configuration",
        // Counted by the Deployment controller.
        "deployment.kubernetes.io/revision",
        "endpoints.kubernetes.io/last-change-trigger-time",
    ]

    static func make(_ original: JSON) -> JSON {
        var object = original
        object.remove(at: "status")
        var metadata: [String: JSON] = ["name": original.name.map(JSON.string) ?? .null]
        if let namespace = original.namespace { metadata["namespace"] = .string(namespace) }
        var labels = original.labels
        if original.kind == "Namespace" { labels["kubernetes.io/metadata.name"] = nil }
        labels[Marks.run] = nil
        if !labels.isEmpty { metadata["labels"] = JSON(stringMap: labels) }
        let annotations = original.annotations.filter {
            !annotationsLeft.contains($0.key) && !$0.key.hasPrefix("diolkos.dev/")
        }
        if !annotations.isEmpty { metadata["annotations"] = JSON(stringMap: annotations) }
        object["metadata"] = .object(metadata)
        switch original.kind {
        case "Namespace": object.remove(at: "spec")
        case "Service": leaveAddresses(&object)
        case "ServiceAccount": object.remove(at: "secrets")
        default: break
        }
        return object
    }

    /// Addresses and ports that the cluster drew; a headless Service stays one.
    private static func leaveAddresses(_ service: inout JSON) {
        if service.at("spec", "clusterIP") != "None" {
            service.remove(at: "spec", "clusterIP")
            service.remove(at: "spec", "clusterIPs")
        }
        service.remove(at: "spec", "ipFamilies")
        service.remove(at: "spec", "ipFamilyPolicy")
        service.remove(at: "spec", "healthCheckNodePort")
        if let ports = service.at("spec", "ports")?.array {
            service.set(
                .array(
                    ports.map { port in
                        var port = port
                        port["nodePort"] = nil
                        return port
                    }
                ),
                at: "spec",
                "ports"
            )
        }
    }
}
