import Clocks
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

    @Test func `a reader who wants bookmarks gets one a minute, with the last version it saw`()
        async throws
    {
        let list = try await test.send("GET", path)
        let target =
            "\(path)?watch=1&allowWatchBookmarks=true&resourceVersion="
            + (list.body.resourceVersion ?? "")
        let time = test.time
        async let lines = test.watchLines(target, count: 1)
        while time.sleeperCount == 0 { await Task.yield() }
        // Something that this reader does not see.
        try await test.send("POST", "/api/v1/namespaces", ["metadata": ["name": "other"]])
        time.advance(by: .seconds(60))
        let bookmark = try #require(try await lines.first)
        #expect(bookmark["type"] == "BOOKMARK")
        #expect(bookmark.at("object", "kind") == "ConfigMap")
        #expect(bookmark.at("object", "metadata", "name") == nil)
        #expect(bookmark["object"]?.resourceVersion == list.body.resourceVersion)
    }

    @Test func `initial objects end with a bookmark that says so`() async throws {
        try await test.send("POST", path, configMap("a"))
        try await test.send("POST", path, configMap("b"))
        let lines = try await test.watchLines(
            "\(path)?watch=1&allowWatchBookmarks=true&sendInitialEvents=true"
                + "&resourceVersionMatch=NotOlderThan",
            count: 3
        )
        #expect(lines.map { $0["type"] } == ["ADDED", "ADDED", "BOOKMARK"])
        #expect(lines[2]["object"]?.annotations == ["k8s.io/initial-events-end": "true"])
    }

    @Test func `a watch ends when its time is over, and lets its place go`() async throws {
        let before = test.cluster.watchCount
        let time = test.time
        async let lines = test.watchLines(
            "\(path)?watch=1&resourceVersion=\(test.cluster.revision)&timeoutSeconds=5",
            count: 1
        )
        while time.sleeperCount == 0 { await Task.yield() }
        #expect(test.cluster.watchCount == before + 1)
        time.advance(by: .seconds(5))
        #expect(try await lines.isEmpty)
        #expect(test.cluster.watchCount == before)
    }

    @Test func `a reader who falls too far behind is ended rather than served with a gap`()
        async throws
    {
        let test = TestCluster { $0.watchPendingMax = 2 }
        let changes = test.cluster.changes(of: [.configMaps], includingCurrent: false)
        for name in ["a", "b", "c", "d"] {
            try test.cluster.create(configMap(name), manager: "test")
        }
        var names: [String] = []
        for await change in changes { names.append(change.object.name ?? "") }
        #expect(names == ["a", "b"])
    }

    @Test func `an object that leaves a selector is deleted for who watches by it`() async throws {
        var labelled = configMap("a")
        labelled.labels = ["tier": "one"]
        let created = try test.cluster.create(labelled, manager: "test")
        let change: JSON = ["metadata": ["labels": ["tier": "two"]]]
        let type = "application/merge-patch+json"
        try await test.send("PATCH", "\(path)/a", change, type: type)
        let back: JSON = ["metadata": ["labels": ["tier": "one"]]]
        try await test.send("PATCH", "\(path)/a", back, type: type)
        let version = created.resourceVersion ?? ""
        let lines = try await test.watchLines(
            "\(path)?watch=1&labelSelector=tier%3Done&resourceVersion=\(version)",
            count: 2
        )
        #expect(lines.map { $0["type"] } == ["DELETED", "ADDED"])
    }
}
