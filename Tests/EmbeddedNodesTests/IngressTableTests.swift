import EmbeddedAPI
import JSONValues
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// How hosts and paths lead to Services.
@Suite struct IngressTableTests {
    private func table(_ ingresses: [(name: String, spec: JSON)]) async throws -> IngressTable {
        let estate = Estate("source", seed: 1)
        try estate.addNamespace("shop")
        for ingress in ingresses {
            try estate.cluster.create(
                [
                    "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                    "metadata": ["name": .string(ingress.name), "namespace": "shop"],
                    "spec": ingress.spec,
                ],
                manager: "test"
            )
        }
        var table = IngressTable()
        var seen = 0
        for await change in estate.cluster.changes(of: [.ingresses], includingCurrent: true) {
            table.apply(change)
            seen += 1
            if seen == ingresses.count { break }
        }
        return table
    }

    private func rule(_ host: String?, _ paths: [(String, String, String)]) -> JSON {
        var rule: JSON = [
            "http": [
                "paths": .array(
                    paths.map { path, type, service in
                        [
                            "path": .string(path), "pathType": .string(type),
                            "backend": backend(service),
                        ]
                    }
                )
            ]
        ]
        rule["host"] = host.map(JSON.string)
        return rule
    }

    private func backend(_ service: String) -> JSON {
        ["service": ["name": .string(service), "port": ["number": 80]]]
    }

    @Test func `exact paths come first, then the longest prefix by elements`() async throws {
        let table = try await table([
            (
                "a",
                [
                    "rules": [
                        rule(
                            "a.test",
                            [
                                ("/", "Prefix", "root"), ("/cart", "Prefix", "cart"),
                                ("/cart", "Exact", "exact"), ("/cart/items", "Prefix", "items"),
                            ]
                        )
                    ]
                ]
            )
        ])
        func service(_ path: String) -> String? {
            table.backend(host: "a.test", path: path)?.service.name
        }
        #expect(service("/") == "root")
        #expect(service("/cart") == "exact")
        #expect(service("/cart/") == "cart")
        #expect(service("/cart/x") == "cart")
        #expect(service("/cartoon") == "root")
        #expect(service("/cart/items/1") == "items")
        #expect(table.backend(host: "b.test", path: "/") == nil)
        #expect(table.hosts == ["a.test"])
    }

    @Test func `a wildcard host covers one label, and the default covers the rest`() async throws {
        let table = try await table([
            ("a", ["rules": [rule("*.a.test", [("/", "Prefix", "wild")])]]),
            ("b", ["rules": [rule("x.a.test", [("/own", "Prefix", "own")])]]),
            ("c", ["defaultBackend": backend("rest")]),
        ])
        #expect(table.backend(host: "y.a.test", path: "/")?.service.name == "wild")
        #expect(table.backend(host: "x.a.test", path: "/own")?.service.name == "own")
        #expect(table.backend(host: "z.y.a.test", path: "/")?.service.name == "rest")
        #expect(table.backend(host: "q.test", path: "/")?.service.name == "rest")
    }
}
