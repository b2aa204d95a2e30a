import JSONValues

/// Objects of mixed kinds, most of about 500 bytes, one in a thousand of nearly a megabyte.
enum BenchObjects {
    /// The namespace first, then `count` objects in it.
    static func make(_ count: Int, namespace: String) -> [JSON] {
        let space: JSON = [
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)],
        ]
        return [space] + (0..<count).map { object($0, namespace) }
    }

    private static func object(_ index: Int, _ namespace: String) -> JSON {
        let text = String(repeating: "a line of some configuration; ", count: 12)
        let metadata: JSON = [
            "name": .string("object-\(index)"), "namespace": .string(namespace),
            "labels": ["app": .string("app-\(index % 50)")],
        ]
        switch index % 20 {
        case 0..<12:
            let size = index % 1_000 == 0 ? 2_500 : 1
            let value = String(repeating: text, count: size)
            return [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
                "data": ["settings": .string(value)],
            ]
        case 12..<16:
            return [
                "apiVersion": "v1", "kind": "Secret", "metadata": metadata,
                "stringData": ["token": .string(text)],
            ]
        case 16, 17: return ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata]
        case 18:
            return [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata,
                "rules": [["apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]]],
            ]
        default:
            let labels: JSON = ["app": .string("app-\(index)")]
            return [
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
                "spec": [
                    "replicas": 0, "selector": ["matchLabels": labels],
                    "template": [
                        "metadata": ["labels": labels],
                        "spec": ["containers": [["name": "main", "image": "nothing"]]],
                    ],
                ],
            ]
        }
    }
}
