import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Stands in for the EndpointSlice controller: one slice per Service that has a selector.
struct SliceKeeper: Sendable {
    let cluster: EmbeddedCluster

    func run() async throws {
        for await change in cluster.changes(of: [.pods, .services], includingCurrent: true) {
            for service in cluster.list(.services, namespace: change.object.namespace) {
                try keep(service)
            }
        }
    }

    private func keep(_ service: JSON) throws {
        guard let name = service.name, let namespace = service.namespace,
            let selector = service.at("spec", "selector")?.stringMap, !selector.isEmpty
        else { return }
        let endpoints = cluster.list(.pods, namespace: namespace)
            .filter { pod in selector.allSatisfy { pod.labels[$0.key] == $0.value } }
            .compactMap(endpoint)
        let slice: JSON = [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": .string("\(name)-slice"), "namespace": .string(namespace),
                "labels": ["kubernetes.io/service-name": .string(name)],
            ],
            "addressType": "IPv4",
            "ports": [["name": "", "port": 8080, "protocol": "TCP"]],
            "endpoints": .array(endpoints),
        ]
        if cluster.get(.endpointSlices, namespace: namespace, name: "\(name)-slice") == nil {
            try cluster.create(slice, manager: "test")
        } else {
            try cluster.mutate(
                .endpointSlices,
                namespace: namespace,
                name: "\(name)-slice",
                manager: "test"
            ) { $0["endpoints"] = slice["endpoints"] }
        }
    }

    private func endpoint(_ pod: JSON) -> JSON? {
        guard let address = pod.at("status", "podIP") else { return nil }
        let isReady = pod.hasCondition("Ready")
        let isTerminating = pod.deletionTimestamp != nil
        return [
            "addresses": [address],
            "conditions": [
                "ready": .bool(isReady && !isTerminating), "serving": .bool(isReady),
                "terminating": .bool(isTerminating),
            ],
        ]
    }
}
