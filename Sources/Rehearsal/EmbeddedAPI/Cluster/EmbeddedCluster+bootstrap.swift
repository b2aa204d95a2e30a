import JSONValues

extension EmbeddedCluster {
    /// Makes what every cluster has before anybody asks: the four namespaces.
    func bootstrap() {
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            ensure(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
        }
    }

    private func ensure(_ object: JSON) {
        do throws(APIStatusError) {
            try create(object, manager: "kube-apiserver")
        } catch {
            preconditionFailure("a fresh cluster refuses what every cluster has: \(error)")
        }
    }
}
