import Clocks
import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Testing

/// The client against the twin's API server, in the process.
@Suite struct EmbeddedClusterTests {
    private let cluster: EmbeddedCluster
    private let client: KubernetesClient

    init() {
        let time = JumpingTime()
        cluster = EmbeddedCluster(
            time: time,
            identifiers: CountedIdentifiers().next,
            seed: 1
        )
        client = KubernetesClient(transport: InProcessTransport(cluster), time: time)
    }

    private func configMap(_ name: String, _ value: String = "1") -> JSON {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": "default"],
            "data": ["a.b": .string("/\(value)")],
        ]
    }

    private func makeQuota() throws {
        try cluster.create(
            [
                "apiVersion": "v1", "kind": "ResourceQuota",
                "metadata": ["name": "q", "namespace": "default"],
                "spec": ["hard": ["configmaps": "5"]],
            ],
            manager: "test"
        )
    }

    @Test func `a write that a new quota holds up is sent again when it has been counted`()
        async throws
    {
        let kind = try await client.resource(group: "", kind: "ConfigMap")
        try makeQuota()
        let attempts = Log<Void>()
        let cluster = self.cluster
        cluster.intercept { request, next in
            if request.method == "POST" { attempts.append(()) }
            if attempts.entries.count == 3 {
                do {
                    try cluster.mutate(
                        .resourceQuotas,
                        namespace: "default",
                        name: "q",
                        subresource: .status,
                        manager: "test"
                    ) { $0.status = ["hard": ["configmaps": "5"], "used": ["configmaps": "0"]] }
                } catch {
                    Issue.record("\(error)")
                }
            }
            return await next(request)
        }
        _ = try await client.create(kind, configMap("a"))
        #expect(attempts.entries.count == 3)
    }

    @Test func `a quota that nobody ever counts makes a write unavailable, not wrong`()
        async throws
    {
        let kind = try await client.resource(group: "", kind: "ConfigMap")
        try makeQuota()
        let refused = await failure { () throws(KubernetesError) in
            try await client.create(kind, configMap("a"))
        }
        #expect(refused?.status?.isQuotaUncounted == true)
        #expect(refused?.writeOutcome == .unavailable(retryAfter: .seconds(1)))
        #expect(cluster.get(.configMaps, namespace: "default", name: "a") == nil)
    }

    @Test func `discovery finds what is served`() async throws {
        let discovery = try await client.discovery()
        #expect(discovery.failures.isEmpty)
        let deployment = try await client.resource(group: "apps", kind: "Deployment")
        #expect(deployment.plural == "deployments")
        #expect(deployment.subresource("scale")?.kind.group == "autoscaling")
        #expect(discovery.kind(named: "cm")?.kind == "ConfigMap")
        let error = await failure { () throws(KubernetesError) in
            try await client.resource(group: "apps", kind: "Nothing")
        }
        guard case .noMatch = error else {
            Issue.record("\(error?.description ?? "no error")")
            return
        }
    }

    @Test func `objects are made, read, changed and deleted under their preconditions`()
        async throws
    {
        let kind = try await client.resource(group: "", kind: "ConfigMap")
        let created = try await client.create(kind, configMap("a"))
        let twice = await failure { () throws(KubernetesError) in
            try await client.create(kind, configMap("a"))
        }
        #expect(twice?.isAlreadyExists == true)
        var changed = created
        changed.set("2", at: "data", "c")
        let replaced = try await client.replace(kind, changed)
        let stale = await failure { () throws(KubernetesError) in
            try await client.replace(kind, changed)
        }
        #expect(stale?.isConflict == true)
        #expect(stale?.writeOutcome == .rejected)
        let patched = try await client.patch(
            kind,
            namespace: "default",
            name: "a",
            .json([
                ["op": "test", "path": "/data/a.b", "value": "/1"],
                ["op": "remove", "path": "/data/c"],
            ])
        )
        #expect(patched["data"] == ["a.b": "/1"])
        #expect(replaced.uid == created.uid)
        let other = await failure { () throws(KubernetesError) in
            try await client.delete(
                kind,
                namespace: "default",
                name: "a",
                options: DeleteOptions(uid: "another")
            )
        }
        #expect(other?.isConflict == true)
        _ = try await client.delete(
            kind,
            namespace: "default",
            name: "a",
            options: DeleteOptions(uid: created.uid)
        )
        #expect(try await client.find(kind, namespace: "default", name: "a") == nil)
    }

    @Test func `a dry run changes nothing and a scale changes only replicas`() async throws {
        let kind = try await client.resource(group: "", kind: "ConfigMap")
        _ = try await client.create(
            kind,
            configMap("dry"),
            options: WriteOptions(isDryRun: true, fieldValidation: .strict)
        )
        #expect(try await client.find(kind, namespace: "default", name: "dry") == nil)
        let deployment = try await client.resource(group: "apps", kind: "Deployment")
        _ = try await client.create(
            deployment,
            [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": "d", "namespace": "default"],
                "spec": [
                    "replicas": 1, "selector": ["matchLabels": ["a": "b"]],
                    "template": [
                        "metadata": ["labels": ["a": "b"]],
                        "spec": ["containers": [["name": "c", "image": "i"]]],
                    ],
                ],
            ]
        )
        let scale = try await client.scale(deployment, namespace: "default", name: "d", to: 4)
        #expect(scale.kind == "Scale")
        let read = try await client.get(deployment, namespace: "default", name: "d")
        #expect(read.at("spec", "replicas") == 4)
    }

    @Test func `an apply is owned, and another manager's field is a conflict`() async throws {
        let kind = try await client.resource(group: "", kind: "ConfigMap")
        let applied = try await client.apply(kind, configMap("s"))
        #expect(applied.managedFields.first?["manager"] == "diolkos")
        let conflict = await failure { () throws(KubernetesError) in
            try await client.apply(
                kind,
                configMap("s", "2"),
                options: WriteOptions(fieldManager: "another")
            )
        }
        #expect(conflict?.isFieldManagerConflict == true)
        let forced = try await client.apply(
            kind,
            configMap("s", "2"),
            isForced: true,
            options: WriteOptions(fieldManager: "another")
        )
        #expect(forced["data"] == ["a.b": "/2"])
    }

    @Test func `lists come in pages and a watch goes on from them`() async throws {
        let kind = try await client.resource(group: "", kind: "ConfigMap")
        for index in 0..<25 { _ = try await client.create(kind, configMap("l\(index)")) }
        let list = try await client.list(
            kind,
            namespace: "default",
            options: ListOptions(pageSize: 7)
        )
        #expect(list.items.filter { $0.name?.hasPrefix("l") == true }.count == 25)
        _ = try await client.create(kind, configMap("later"))
        _ = try await client.delete(kind, namespace: "default", name: "l3")
        var events = try client.watch(kind, namespace: "default", from: list.resourceVersion)
            .makeAsyncIterator()
        guard case .added(let added) = try await events.next(),
            case .deleted(let deleted) = try await events.next()
        else {
            Issue.record("the watch told something else")
            return
        }
        #expect(added.name == "later")
        #expect(deleted.name == "l3")
    }
}
