import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

/// Addresses and node ports: given once, and given back.
struct AllocationTests {
    let test = TestCluster { $0.nodePortRange = 30_000...30_002 }
    let path = "/api/v1/namespaces/default/services"

    private func create(_ name: String, _ spec: JSON) async throws -> TestCluster.Answer {
        try await test.send("POST", path, ["metadata": ["name": .string(name)], "spec": spec])
    }

    private func nodePort(_ more: JSON = .emptyObject) -> JSON {
        var port: JSON = ["port": 80]
        for (key, value) in more.object ?? [:] { port[key] = value }
        return ["type": "NodePort", "ports": [port]]
    }

    @Test func `node ports run out, and come back with the Services that had them`() async throws {
        var ports: Set<Int> = []
        for name in ["a", "b", "c"] {
            let answer = try await create(name, nodePort())
            ports.insert(try #require(answer.body.at("spec", "ports")?[0]?["nodePort"]?.int))
        }
        #expect(ports == [30_000, 30_001, 30_002])
        let refused = try await create("d", nodePort())
        #expect(refused.status >= 400)
        #expect(refused.message.contains("range is full"), "\(refused.message)")
        try await test.send("DELETE", "\(path)/b")
        #expect(try await create("d", nodePort()).status == 201)
    }

    @Test func `a refused Service takes nothing`() async throws {
        #expect(try await create("a", nodePort(["nodePort": 30_001])).status == 201)
        // Its address is free and its port is not: neither may be taken.
        var spec = nodePort(["nodePort": 30_001])
        spec["clusterIP"] = "10.96.4.4"
        #expect(try await create("b", spec).status == 422)
        let other: JSON = ["clusterIP": "10.96.4.4", "ports": [["port": 80]]]
        #expect(try await create("c", other).status == 201)
    }

    @Test func `a Service that turns inward gives its node port back and keeps its address`()
        async throws
    {
        let created = try await create("a", nodePort(["nodePort": 30_002]))
        let address = created.body.at("spec", "clusterIP")
        let inward: JSON = ["spec": ["type": "ClusterIP"]]
        let type = "application/merge-patch+json"
        let turned = try await test.send("PATCH", "\(path)/a", inward, type: type)
        #expect(turned.body.at("spec", "clusterIP") == address)
        #expect(turned.body.at("spec", "ports")?[0]?["nodePort"] == nil)
        #expect(try await create("b", nodePort(["nodePort": 30_002])).status == 201)
    }

    @Test func `a Service that becomes a name gives its address back`() async throws {
        try await test.send(
            "POST",
            path,
            [
                "metadata": ["name": "a"],
                "spec": ["clusterIP": "10.96.5.5", "ports": [["port": 80]]],
            ]
        )
        let named: JSON = [
            "spec": ["type": "ExternalName", "externalName": "example.com", "clusterIP": ""]
        ]
        let type = "application/merge-patch+json"
        let turned = try await test.send("PATCH", "\(path)/a", named, type: type)
        #expect(turned.body.at("spec", "clusterIP") == nil)
        #expect(
            try await create("b", ["clusterIP": "10.96.5.5", "ports": [["port": 80]]]).status == 201
        )
    }

    @Test func `the same port over another protocol is another port`() async throws {
        #expect(
            try await create("a", nodePort(["nodePort": 30_000, "protocol": "TCP"])).status == 201
        )
        let udp = try await create("b", nodePort(["nodePort": 30_000, "protocol": "UDP"]))
        #expect(udp.status == 201, "\(udp.message)")
    }
}
