import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

/// What the recordings do not reach of LimitRanges and ResourceQuotas.
struct QuotaTests {
    let test = TestCluster()
    private let path = "/api/v1/namespaces/default/"

    private func quota(_ name: String, _ hard: JSON, scopes: JSON? = nil) throws {
        var spec: JSON = ["hard": hard]
        spec["scopes"] = scopes
        try test.cluster.create(
            [
                "apiVersion": "v1", "kind": "ResourceQuota",
                "metadata": ["name": .string(name), "namespace": "default"], "spec": spec,
            ],
            manager: "test"
        )
        let used = (hard.object ?? [:]).mapValues { _ in JSON.string("0") }
        try test.cluster.mutate(
            .resourceQuotas,
            namespace: "default",
            name: name,
            subresource: .status,
            manager: "test"
        ) { $0.status = ["hard": hard, "used": .object(used)] }
    }

    private func used(_ name: String) -> JSON? {
        test.cluster.get(.resourceQuotas, namespace: "default", name: name)?.at("status", "used")
    }

    private func pod(_ name: String, resources: JSON = [:]) async throws -> TestCluster.Answer {
        let container: JSON = ["name": "c", "image": "x:1", "resources": resources]
        return try await test.send(
            "POST",
            path + "pods",
            ["metadata": ["name": .string(name)], "spec": ["containers": [container]]]
        )
    }

    init() throws {
        try test.cluster.create(
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default"]],
            manager: "test"
        )
    }

    @Test func `what the first quota grants and the second refuses is charged to neither`()
        async throws
    {
        try quota("a", ["pods": "5"])
        try quota("b", ["pods": "1"])
        #expect(try await pod("one").status == 201)
        let refused = try await pod("two")
        #expect(
            refused.message == "pods \"two\" is forbidden: exceeded quota: b, requested: pods=1, "
                + "used: pods=1, limited: pods=1"
        )
        #expect(used("a") == ["pods": "1"])
        #expect(used("b") == ["pods": "1"])
    }

    @Test func `a quota of pods without requests leaves the others alone`() async throws {
        try quota("q", ["pods": "0"], scopes: ["BestEffort"])
        #expect(try await pod("a").status == 403)
        #expect(try await pod("b", resources: ["requests": ["cpu": "1m"]]).status == 201)
        let map = try await test.send("POST", path + "configmaps", configMap("m"))
        #expect(map.status == 201)
    }

    @Test func `before its use is known a quota lets in nothing that it bounds`() async throws {
        try test.cluster.create(
            [
                "apiVersion": "v1", "kind": "ResourceQuota",
                "metadata": ["name": "q", "namespace": "default"],
                "spec": ["hard": ["configmaps": "5"]],
            ],
            manager: "test"
        )
        let refused = try await test.send("POST", path + "configmaps", configMap("m"))
        #expect(
            refused.message == "configmaps \"m\" is forbidden: status unknown for quota: q, "
                + "resources: configmaps"
        )
        #expect(try await pod("a").status == 201)
    }

    @Test func `init containers count where they ask for more than the others together`()
        async throws
    {
        try quota("q", ["requests.cpu": "1"])
        func containers(_ amounts: [String]) -> JSON {
            .array(
                amounts.enumerated().map { index, cpu in
                    [
                        "name": .string("c\(index)-\(cpu)"), "image": "x:1",
                        "resources": ["requests": ["cpu": .string(cpu)]],
                    ]
                }
            )
        }
        let spec: JSON = [
            "initContainers": containers(["500m", "800m"]),
            "containers": containers(["200m", "300m"]),
        ]
        let created = try await test.send(
            "POST",
            path + "pods",
            ["metadata": ["name": "p"], "spec": spec]
        )
        #expect(created.status == 201, "\(created.message)")
        #expect(used("q") == ["requests.cpu": "800m"])
    }

    @Test func `several LimitRanges fill in one after the other, and each may refuse`()
        async throws
    {
        for (name, limit) in [
            ("a", ["type": "Container", "default": ["cpu": "1"]] as JSON),
            ("b", ["type": "Container", "default": ["cpu": "9", "memory": "1Gi"]]),
            ("c", ["type": "Container", "max": ["memory": "512Mi"]]),
        ] {
            let object: JSON = [
                "metadata": ["name": .string(name)], "spec": ["limits": [limit]],
            ]
            #expect(try await test.send("POST", path + "limitranges", object).status == 201)
        }
        let refused = try await pod("p")
        #expect(
            refused.message == "pods \"p\" is forbidden: maximum memory usage per Container is "
                + "512Mi, but limit is 1Gi"
        )
        try await test.send("DELETE", path + "limitranges/c")
        let created = try await pod("p")
        let resources = created.body.at("spec", "containers")?[0]?["resources"]
        #expect(resources?["limits"] == ["cpu": "1", "memory": "1Gi"])
    }
}
