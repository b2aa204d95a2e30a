import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

/// What controllers and nodes rely on.
struct InProcessTests {
    let test = TestCluster()
    var cluster: EmbeddedCluster { test.cluster }

    @Test func `a fresh cluster has the four namespaces`() {
        let names = cluster.list(.namespaces).compactMap(\.name)
        #expect(names == ["default", "kube-node-lease", "kube-public", "kube-system"])
    }

    @Test func `what is created can be read, with the fields that the server sets`() throws {
        let created = try cluster.create(configMap("a", ["k": "v"]), manager: "test")
        #expect(created.uid?.isEmpty == false)
        #expect(created.creationTimestamp == "2026-01-01T00:00:00Z")
        #expect(created.resourceVersion == String(cluster.revision))
        #expect(cluster.get(.configMaps, namespace: "default", name: "a") == created)
    }

    @Test func `a write on the ground of an old version is refused`() throws {
        let first = try cluster.create(configMap("a"), manager: "test")
        var second = first
        second["data"] = ["k": "1"]
        try cluster.update(second, manager: "test")
        var late = first
        late["data"] = ["k": "2"]
        #expect {
            try cluster.update(late, manager: "test")
        } throws: { error in
            (error as? APIStatusError)?.code == 409
                && (error as? APIStatusError)?.message
                    == "Operation cannot be fulfilled on configmaps \"a\": the object has been "
                    + "modified; please apply your changes to the latest version and try again"
        }
        #expect(
            cluster.get(.configMaps, namespace: "default", name: "a")?.at("data", "k") == "1"
        )
    }

    @Test func `a change that changes nothing leaves the version as it is`() throws {
        let created = try cluster.create(configMap("a"), manager: "test")
        let same = try cluster.mutate(
            .configMaps,
            namespace: "default",
            name: "a",
            manager: "test"
        ) { _ in }
        #expect(same.resourceVersion == created.resourceVersion)
    }

    @Test func `changes arrive in order, those that exist first`() async throws {
        try cluster.create(configMap("a"), manager: "test")
        let changes = cluster.changes(of: [.configMaps], includingCurrent: true)
        try cluster.create(configMap("b"), manager: "test")
        try cluster.mutate(.configMaps, namespace: "default", name: "a", manager: "test") {
            $0["data"] = ["k": "v"]
        }
        try cluster.delete(.configMaps, namespace: "default", name: "b")
        var seen: [String] = []
        for await change in changes {
            seen.append("\(change.kind.rawValue) \(change.object.name ?? "")")
            if seen.count == 4 { break }
        }
        #expect(seen == ["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"])
    }

    @Test func `an object with finalizers stays until the last is gone`() throws {
        var object = configMap("a")
        object.finalizers = ["example.com/hold"]
        try cluster.create(object, manager: "test")
        let marked = try cluster.delete(.configMaps, namespace: "default", name: "a")
        #expect(marked?.deletionTimestamp != nil)
        try cluster.mutate(.configMaps, namespace: "default", name: "a", manager: "test") {
            $0.finalizers = []
        }
        #expect(cluster.get(.configMaps, namespace: "default", name: "a") == nil)
    }
}
