import JSONValues

/// An estate as clusters have it: most objects are what controllers made of a few, one in some hundred is
/// nearly a megabyte large.
struct EstateObjects: Sequence {
    /// How many objects there are at least, beside the namespaces.
    let count: Int

    private static let namespaces = 50
    /// How many objects one app consists of.
    private static let perApp = 12
    private static let text = String(repeating: "a line of some configuration; ", count: 12)

    func makeIterator() -> AnyIterator<JSON> {
        let apps = (count + Self.perApp - 1) / Self.perApp
        let furniture = (0..<Self.namespaces).lazy.flatMap { index -> [JSON] in
            [
                [
                    "apiVersion": "v1", "kind": "Namespace",
                    "metadata": ["name": .string("team-\(index)")],
                ],
                object("v1", "ServiceAccount", "default", index),
            ]
        }
        let objects = (0..<apps).lazy.flatMap { app($0) }
        return AnyIterator([AnySequence(furniture), AnySequence(objects)].joined().makeIterator())
    }

    private func app(_ index: Int) -> [JSON] {
        let name = "app-\(index)"
        var deployment = object("apps/v1", "Deployment", name, index)
        deployment["spec"] = ["replicas": 3, "selector": selector(name), "template": pods(name)]
        var set = object("apps/v1", "ReplicaSet", "\(name)-1", index, owner: ("Deployment", name))
        set["spec"] = deployment["spec"]
        var service = object("v1", "Service", name, index)
        service["spec"] = ["selector": ["app": .string(name)], "ports": [["port": 80]]]
        let replicas = (0..<3).map { number in
            var pod = object(
                "v1",
                "Pod",
                "\(name)-1-\(number)",
                index,
                owner: ("ReplicaSet", "\(name)-1")
            )
            pod["spec"] = pods(name)["spec"]
            return pod
        }
        let maps = (0..<3).map { number in
            var map = object("v1", "ConfigMap", "\(name)-\(number)", index)
            let isLarge = number == 0 && index.isMultiple(of: 100)
            map["data"] = [
                "settings": .string(String(repeating: Self.text, count: isLarge ? 2_500 : 1)),
                "next": .string("http://app-\(index / 2).team-\(index / 2 % Self.namespaces)"),
                "database": .string("postgres://app:secret@db-\(index % 40).example.org/app"),
            ]
            return map
        }
        let secrets = (0..<2).map { number in
            var secret = object("v1", "Secret", "\(name)-\(number)", index)
            secret["stringData"] = ["token": .string(Self.text)]
            return secret
        }
        return [deployment, set, service] + replicas + maps + secrets
            + [object("v1", "ServiceAccount", name, index)]
    }

    private func object(
        _ version: String,
        _ kind: String,
        _ name: String,
        _ index: Int,
        owner: (kind: String, name: String)? = nil
    ) -> JSON {
        var metadata: JSON = [
            "name": .string(name), "namespace": .string("team-\(index % Self.namespaces)"),
            "labels": ["app": .string("app-\(index)")],
        ]
        if let owner {
            metadata["ownerReferences"] = [
                [
                    "apiVersion": "apps/v1", "kind": .string(owner.kind),
                    "name": .string(owner.name), "uid": .string("\(owner.kind)-\(owner.name)"),
                    "controller": true,
                ]
            ]
        }
        return ["apiVersion": .string(version), "kind": .string(kind), "metadata": metadata]
    }

    private func selector(_ name: String) -> JSON { ["matchLabels": ["app": .string(name)]] }

    private func pods(_ name: String) -> JSON {
        [
            "metadata": ["labels": ["app": .string(name)]],
            "spec": [
                "containers": [
                    [
                        "name": "main", "image": "example.org/app",
                        "resources": ["requests": ["cpu": "10m", "memory": "16Mi"]],
                        "envFrom": [["configMapRef": ["name": .string("\(name)-0")]]],
                    ]
                ]
            ],
        ]
    }
}
