import JSONValues

extension EmbeddedCluster {
    /// Makes what every cluster has before anybody asks: four namespaces, and the Service by which
    /// pods reach the API.
    func bootstrap() {
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            ensure(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
        }
        guard let range = AddressRange(configuration.serviceRange) else { return }
        ensure([
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": "kubernetes", "namespace": "default",
                "labels": ["component": "apiserver", "provider": "kubernetes"],
            ],
            "spec": [
                "type": "ClusterIP", "clusterIP": .string(range.text(at: 1)),
                "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None",
                "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443]],
            ],
        ])
        ensureEndpoints()
    }

    private func ensureEndpoints() {
        let address: JSON = .string(configuration.apiServerAddress)
        let port: JSON = ["name": "https", "port": 6443, "protocol": "TCP"]
        ensure([
            "apiVersion": "v1", "kind": "Endpoints",
            "metadata": [
                "name": "kubernetes", "namespace": "default",
                "labels": ["endpointslice.kubernetes.io/skip-mirror": "true"],
            ],
            "subsets": [["addresses": [["ip": address]], "ports": [port]]],
        ])
        ensure([
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": "kubernetes", "namespace": "default",
                "labels": ["kubernetes.io/service-name": "kubernetes"],
            ],
            "addressType": "IPv4",
            "endpoints": [["addresses": [address], "conditions": ["ready": true]]],
            "ports": [port],
        ])
    }

    private func ensure(_ object: JSON) {
        do throws(APIStatusError) {
            try create(object, manager: "kube-apiserver")
        } catch {
            preconditionFailure("a fresh cluster refuses what every cluster has: \(error)")
        }
    }
}
