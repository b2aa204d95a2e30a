import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

struct WatchTests {
    let test = TestCluster()
    let path = "/api/v1/namespaces/default/configmaps"

    @Test func `a watch goes on behind the version of a list`() async throws {
        try await test.send("POST", path, configMap("a"))
        let list = try await test.send("GET", path)
        let revision = list.body.resourceVersion ?? ""
        try await test.send("POST", path, configMap("b"))
        try await test.send("DELETE", "\(path)/a")
        let lines = try await test.watchLines(
            "\(path)?watch=true&resourceVersion=\(revision)",
            count: 2
        )
        #expect(lines.map { $0["type"] } == ["ADDED", "DELETED"])
        #expect(lines.map { $0.at("object", "kind") } == ["ConfigMap", "ConfigMap"])
    }
}
