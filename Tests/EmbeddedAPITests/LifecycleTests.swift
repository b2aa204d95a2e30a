import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesObjects
import Testing

/// How objects come, stay and go.
struct LifecycleTests {
    let test = TestCluster()
    let path = "/api/v1/namespaces/default/configmaps"
    private var cluster: EmbeddedCluster { test.cluster }

    // MARK: Names

    private func generated(in test: TestCluster) async throws -> TestCluster.Answer {
        let object: JSON = ["metadata": ["generateName": "map-"]]
        return try await test.send("POST", path, object)
    }

    @Test func `a generated name that is taken is drawn again`() async throws {
        let first = try await generated(in: test).body.name ?? ""
        #expect(first.wholeMatch(of: /map-[bcdfghjklmnpqrstvwxz2456789]{5}/) != nil, "\(first)")
        // The same seed draws the same name.
        let other = TestCluster()
        try other.cluster.create(configMap(first), manager: "test")
        let second = try await generated(in: other)
        #expect(second.status == 201)
        #expect(second.body.name?.hasPrefix("map-") == true && second.body.name != first)
    }

    @Test func `after eight names that are taken the client is told to try again`() async throws {
        let names = try await (0..<8).asyncMap { _ in
            try await generated(in: test).body.name ?? ""
        }
        #expect(Set(names).count == 8)
        let other = TestCluster()
        for name in names { try other.cluster.create(configMap(name), manager: "test") }
        let refused = try await generated(in: other)
        #expect(refused.status == 409)
        #expect(
            refused.message == "configmaps \"\(names[7])\" already exists, the server was not able "
                + "to generate a unique name for the object"
        )
        #expect(refused.headers["Retry-After"] == "1")
    }

    // MARK: Deletion

    private func delete(_ name: String, _ options: JSON) async throws -> TestCluster.Answer {
        try await test.send("DELETE", "\(path)/\(name)", options)
    }

    @Test func `a deletion in the foreground or one that orphans waits for the collector`()
        async throws
    {
        for (policy, finalizer) in [
            ("Foreground", "foregroundDeletion"), ("Orphan", "orphan"),
        ] {
            try cluster.create(configMap("a"), manager: "test")
            let answer = try await delete("a", ["propagationPolicy": .string(policy)])
            #expect(answer.body.finalizers == [finalizer])
            #expect(answer.body.deletionTimestamp != nil)
            // A second thought replaces the first.
            let again = try await delete("a", ["propagationPolicy": "Background"])
            #expect(again.body["status"] == "Success", "\(again.body)")
            #expect(cluster.get(.configMaps, namespace: "default", name: "a") == nil)
        }
    }

    @Test func `nothing is added to what waits for its deletion but what takes it away`()
        async throws
    {
        var object = configMap("a")
        object.finalizers = ["example.com/one", "example.com/two"]
        try cluster.create(object, manager: "test")
        _ = try await delete("a", [:])
        let type = "application/merge-patch+json"
        let more: JSON = ["metadata": ["finalizers": ["example.com/one", "example.com/three"]]]
        let refused = try await test.send("PATCH", "\(path)/a", more, type: type)
        #expect(refused.status == 422)
        #expect(
            refused.message.contains(
                "no new finalizers can be added if the object is being deleted, found new "
                    + "finalizers []string{\"example.com/three\"}"
            ),
            "\(refused.message)"
        )
        let one: JSON = ["metadata": ["finalizers": ["example.com/two"]]]
        #expect(try await test.send("PATCH", "\(path)/a", one, type: type).status == 200)
        let none: JSON = ["metadata": ["finalizers": nil]]
        #expect(try await test.send("PATCH", "\(path)/a", none, type: type).status == 200)
        #expect(try await test.send("GET", "\(path)/a").status == 404)
    }

    @Test func `a deletion that means another object of the name is refused`() async throws {
        let first = try cluster.create(configMap("a"), manager: "test")
        try cluster.delete(.configMaps, namespace: "default", name: "a")
        try cluster.create(configMap("a"), manager: "test")
        let stale: JSON = ["preconditions": ["uid": .string(first.uid ?? "")]]
        #expect(try await delete("a", stale).status == 409)
        #expect(try await test.send("GET", "\(path)/a").status == 200)
    }

    @Test func `a pod on a node is given its grace, which may shrink and not grow`() async throws {
        let pods = "/api/v1/namespaces/default/pods"
        try cluster.create(
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default"]],
            manager: "test"
        )
        let spec: JSON = [
            "nodeName": "n", "terminationGracePeriodSeconds": 40,
            "containers": [["name": "c", "image": "x:1"]],
        ]
        try await test.send("POST", pods, ["metadata": ["name": "p"], "spec": spec])
        func grace(_ options: JSON) async throws -> JSON? {
            try await test.send("DELETE", "\(pods)/p", options).body
                .at("metadata", "deletionGracePeriodSeconds")
        }
        #expect(try await grace([:]) == 40)
        #expect(try await grace(["gracePeriodSeconds": 90]) == 40)
        #expect(try await grace(["gracePeriodSeconds": 5]) == 5)
        #expect(try await test.send("GET", "\(pods)/p").status == 200)
        _ = try await grace(["gracePeriodSeconds": 0])
        #expect(try await test.send("GET", "\(pods)/p").status == 404)
    }

    // MARK: Namespaces

    @Test func `a namespace that goes takes nothing new, and stays until it is finalized`()
        async throws
    {
        try await test.send("POST", "/api/v1/namespaces", ["metadata": ["name": "yard"]])
        let gone = try await test.send("DELETE", "/api/v1/namespaces/yard")
        #expect(gone.body.at("status", "phase") == "Terminating")
        let object: JSON = ["metadata": ["name": "a"]]
        let refused = try await test.send("POST", "/api/v1/namespaces/yard/configmaps", object)
        #expect(refused.status == 403)
        #expect(
            refused.body.at("details", "causes")?[0]?["reason"] == "NamespaceTerminating"
        )
        // An update cannot take away what only `finalize` may.
        let update: JSON = ["spec": ["finalizers": []]]
        let type = "application/merge-patch+json"
        try await test.send("PATCH", "/api/v1/namespaces/yard", update, type: type)
        #expect(try await test.send("GET", "/api/v1/namespaces/yard").status == 200)
        let last: JSON = ["metadata": ["name": "yard"], "spec": ["finalizers": []]]
        try await test.send("PUT", "/api/v1/namespaces/yard/finalize", last)
        #expect(try await test.send("GET", "/api/v1/namespaces/yard").status == 404)
    }

    @Test(arguments: ["default", "kube-system", "kube-public"])
    func `the cluster's own namespaces stay`(_ name: String) async throws {
        let refused = try await test.send("DELETE", "/api/v1/namespaces/\(name)")
        #expect(refused.status == 403)
        #expect(
            refused.message
                == "namespaces \"\(name)\" is forbidden: this namespace may not be deleted"
        )
    }

    // MARK: What stays as it is

    @Test func `what names an object cannot be changed`() async throws {
        let created = try cluster.create(configMap("a"), manager: "test")
        let type = "application/merge-patch+json"
        let uid: JSON = ["metadata": ["uid": "00000000-0000-4000-8000-00000000ffff"]]
        #expect(try await test.send("PATCH", "\(path)/a", uid, type: type).status == 422)
        let time: JSON = ["metadata": ["creationTimestamp": "2020-01-01T00:00:00Z"]]
        let kept = try await test.send("PATCH", "\(path)/a", time, type: type)
        #expect(kept.body.creationTimestamp == created.creationTimestamp)
        let frozen: JSON = ["immutable": true, "data": ["k": "1"]]
        try await test.send("PATCH", "\(path)/a", frozen, type: type)
        let late: JSON = ["data": ["k": "2"]]
        let refused = try await test.send("PATCH", "\(path)/a", late, type: type)
        #expect(
            refused.message.hasSuffix("data: Forbidden: field is immutable when `immutable` is set")
        )
    }

    @Test func `a dry run leaves everything as it was, version and allocations included`()
        async throws
    {
        try cluster.create(configMap("a", ["k": "1"]), manager: "test")
        let services = "/api/v1/namespaces/default/services"
        let spec: JSON = [
            "type": "NodePort", "clusterIP": "10.96.9.9",
            "ports": [["port": 80, "nodePort": 30_500]],
        ]
        let service: JSON = ["metadata": ["name": "s"], "spec": spec]
        let before = cluster.revision
        let change: JSON = ["data": ["k": "2"]]
        let type = "application/merge-patch+json"
        let dry = "dryRun=All"
        let patched = try await test.send("PATCH", "\(path)/a?\(dry)", change, type: type)
        #expect(patched.body.at("data", "k") == "2")
        #expect(try await test.send("DELETE", "\(path)/a?\(dry)").status == 200)
        #expect(try await test.send("DELETE", "\(path)?\(dry)").status == 200)
        let options: JSON = ["apiVersion": "v1", "kind": "DeleteOptions", "dryRun": ["All"]]
        #expect(try await test.send("DELETE", "\(path)/a", options).status == 200)
        #expect(try await test.send("POST", "\(services)?\(dry)", service).status == 201)
        let apply = "application/apply-patch+yaml"
        let applied = "\(path)/new?\(dry)&fieldManager=m"
        #expect(try await test.send("PATCH", applied, configMap("new"), type: apply).status == 201)
        #expect(cluster.revision == before)
        #expect(cluster.get(.configMaps, namespace: "default", name: "a")?.at("data", "k") == "1")
        // What the dry run seemed to take is free.
        #expect(try await test.send("POST", services, service).status == 201)
        // Of a deletion with a body the query is not read.
        let earnest: JSON = ["apiVersion": "v1", "kind": "DeleteOptions"]
        #expect(try await test.send("DELETE", "\(path)/a?\(dry)", earnest).status == 200)
        #expect(cluster.get(.configMaps, namespace: "default", name: "a") == nil)
    }
}

extension Range where Bound == Int {
    fileprivate func asyncMap<Value>(
        _ body: (Int) async throws -> Value
    ) async throws -> [Value] {
        var values: [Value] = []
        for index in self { values.append(try await body(index)) }
        return values
    }
}
