import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Synchronization
import Testing

@Suite struct ClientWritingTests {
    private let object: JSON = [
        "metadata": [
            "name": "cart", "namespace": "shop",
            "labels": ["app.kubernetes.io/name": "cart/é😀"],
        ]
    ]

    @Test func `an apply is sent as YAML that a server can read`() async throws {
        let server = ScriptedServer(.json(object))
        _ = try await client(server).apply(Kinds.configMap, object, isForced: true)
        let request = try #require(server.requests.first)
        #expect(request.method == "PATCH")
        #expect(
            request.target
                == "/api/v1/namespaces/shop/configmaps/cart?fieldManager=diolkos&force=true"
        )
        #expect(request.headers["Content-Type"] == "application/apply-patch+yaml")
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(body.contains(#""app.kubernetes.io/name":"cart/é😀""#))
        #expect(!body.contains(#"\/"#))
        #expect(body.contains(#""apiVersion":"v1""#))
        #expect(body.contains(#""kind":"ConfigMap""#))
    }

    @Test func `an apply of an object with managed fields is not sent`() async {
        let server = ScriptedServer(.json([:]))
        var object = object
        object.managedFields = [["manager": "x"]]
        let error = await failure { () throws(KubernetesError) in
            try await client(server).apply(Kinds.configMap, object)
        }
        #expect(error?.description == "ConfigMap shop/cart: managedFields in an apply")
        #expect(server.requests.isEmpty)
    }

    @Test func `each write goes where it belongs with what it asks for`() async throws {
        let server = ScriptedServer(.json([:]))
        let client = client(server)
        let strict = WriteOptions(isDryRun: true, fieldValidation: .strict, fieldManager: "me")
        _ = try await client.create(Kinds.configMap, object, options: strict)
        var replaced = object
        replaced.resourceVersion = "7"
        _ = try await client.replace(Kinds.configMap, replaced, subresource: "status")
        _ = try await client.patch(Kinds.clusterRole, name: "system:a", .merge(["a": nil]))
        _ = try await client.patch(
            Kinds.configMap,
            namespace: "shop",
            name: "cart",
            .json([["op": "remove", "path": "/data"]])
        )
        _ = try await client.patch(
            Kinds.deployment,
            namespace: "shop",
            name: "cart",
            .strategicMerge(["spec": [:]])
        )
        _ = try await client.scale(
            Kinds.deployment,
            namespace: "shop",
            name: "cart",
            to: 3,
            resourceVersion: "8"
        )
        _ = try await client.create(
            "eviction",
            of: Kinds.configMap,
            namespace: "shop",
            name: "p",
            [:]
        )
        let lines = server.requests.map { request in
            let type = request.headers["Content-Type"] ?? ""
            let body = String(decoding: request.body, as: UTF8.self)
            return "\(request.method) \(request.target) \(type) \(body.utf8.count < 70 ? body : "")"
        }
        let shop = "/api/v1/namespaces/shop/configmaps"
        let apps = "/apis/apps/v1/namespaces/shop/deployments/cart"
        #expect(
            lines == [
                "POST \(shop)?fieldManager=me&dryRun=All&fieldValidation=Strict application/json ",
                "PUT \(shop)/cart/status?fieldManager=diolkos application/json ",
                "PATCH /apis/rbac.authorization.k8s.io/v1/clusterroles/system:a?fieldManager=diolkos "
                    + #"application/merge-patch+json {"a":null}"#,
                "PATCH \(shop)/cart?fieldManager=diolkos application/json-patch+json "
                    + #"[{"op":"remove","path":"/data"}]"#,
                "PATCH \(apps)?fieldManager=diolkos application/strategic-merge-patch+json "
                    + #"{"spec":{}}"#,
                "PATCH \(apps)/scale?fieldManager=diolkos application/merge-patch+json "
                    + #"{"metadata":{"resourceVersion":"8"},"spec":{"replicas":3}}"#,
                "POST \(shop)/p/eviction?fieldManager=diolkos application/json {}",
            ]
        )
    }

    @Test func `a deletion says what it requires`() async throws {
        let server = ScriptedServer(.json([:]))
        let options = DeleteOptions(
            uid: "u",
            resourceVersion: "5",
            propagation: .foreground,
            gracePeriodSeconds: 0,
            isDryRun: true
        )
        _ = try await client(server).delete(
            Kinds.deployment,
            namespace: "shop",
            name: "cart",
            options: options
        )
        _ = try await client(server).deleteCollection(
            Kinds.configMap,
            namespace: "shop",
            selecting: ListOptions(labels: try LabelSelector(parsing: "a in (b,c),!d"))
        )
        let first = try #require(server.requests.first)
        #expect(first.target == "/apis/apps/v1/namespaces/shop/deployments/cart")
        #expect(
            try JSON.parse(first.body) == [
                "apiVersion": "v1", "kind": "DeleteOptions", "dryRun": ["All"],
                "gracePeriodSeconds": 0,
                "preconditions": ["uid": "u", "resourceVersion": "5"],
                "propagationPolicy": "Foreground",
            ]
        )
        #expect(
            server.targets.last
                == "/api/v1/namespaces/shop/configmaps?labelSelector=a%20in%20%28b%2Cc%29%2C%21d"
        )
    }

    @Test(arguments: ["", ".", "..", "a/../../secrets", "a/b"])
    func `a name never becomes a path`(name: String) async {
        let server = ScriptedServer(.json([:]))
        let client = client(server)
        let named = await failure { () throws(KubernetesError) in
            try await client.get(Kinds.configMap, namespace: "shop", name: name)
        }
        let placed = await failure { () throws(KubernetesError) in
            try await client.get(Kinds.configMap, namespace: name, name: "a")
        }
        for error in [named, placed] {
            #expect(
                error?.description
                    == "\"\(name)\" cannot be the name of an object or a namespace"
            )
        }
        #expect(server.requests.isEmpty)
    }

    @Test func `odd names are encoded and the path prefix of the server is kept`() async throws {
        let server = ScriptedServer(.json([:]))
        let client = client(server, configure: { $0.pathPrefix = "/k8s/c1" })
        _ = try await client.get(Kinds.clusterRole, name: "a b?é%")
        _ = try await client.request("GET", path: "/version")
        #expect(
            server.targets == [
                "/k8s/c1/apis/rbac.authorization.k8s.io/v1/clusterroles/a%20b%3F%C3%A9%25",
                "/k8s/c1/version",
            ]
        )
        #expect(server.requests[0].headers["User-Agent"] == "diolkos/0.1")
    }

    @Test func `calls and warnings are told to whoever observes`() async throws {
        let calls = Log<APICall>()
        let warnings = Log<APIWarning>()
        let server = ScriptedServer(
            .json(
                [:],
                headers: [
                    "Warning":
                        #"299 - "unknown field \"spec.a\"", 199 - "old", 299 x "second" "Sat""#,
                    "warning": #"299 - "third""#,
                ]
            )
        )
        let client = client(
            server,
            observer: KubernetesClient.Observer(
                willCall: { calls.append($0) },
                didWarn: { warnings.append($0) }
            )
        )
        _ = try await client.patch(
            Kinds.deployment,
            namespace: "shop",
            name: "cart",
            .merge([:]),
            subresource: "scale"
        )
        let call = try #require(calls.entries.first)
        #expect(call.description == "PATCH /apis/apps/v1/namespaces/shop/deployments/cart/scale")
        #expect(call.resource?.verb == .patch)
        #expect(call.resource?.group == "apps")
        #expect(call.resource?.plural == "deployments/scale")
        #expect(call.resource?.namespace == "shop")
        #expect(call.resource?.name == "cart")
        #expect(warnings.entries.map(\.text) == [#"unknown field "spec.a""#, "second", "third"])
    }

    @Test(arguments: [
        ("GET", "/version", nil), ("GET", "/apis", nil), ("GET", "/apis/apps", nil),
        ("GET", "/apis/apps/v1", nil), ("GET", "/api/v1", nil),
        ("GET", "/apis/batch/v1/jobs", "list batch jobs - -"),
        ("GET", "/api/v1/namespaces", "list  namespaces - -"),
        ("PUT", "/api/v1/namespaces/shop/finalize", "update  namespaces/finalize - shop"),
        (
            "GET", "/api/v1/namespaces/shop/services/web:80/proxy/health/live",
            "get  services/proxy shop web:80"
        ),
        ("POST", "/api/v1/namespaces/shop/pods/a/eviction", "create  pods/eviction shop a"),
        (
            "DELETE", "/apis/apps/v1/namespaces/shop/deployments",
            "deletecollection apps deployments shop -"
        ),
    ])
    func `a call by its path is told as what the server takes it for`(
        method: String,
        path: String,
        told: String?
    ) async throws {
        let calls = Log<APICall>()
        let client = client(
            ScriptedServer(.json([:])),
            observer: KubernetesClient.Observer(willCall: { calls.append($0) })
        )
        _ = try await client.request(method, path: path)
        let words = calls.entries.first?.resource.map { resource in
            [
                resource.verb.rawValue, resource.group, resource.plural,
                resource.namespace ?? "-", resource.name ?? "-",
            ].joined(separator: " ")
        }
        #expect(words == told)
    }
}

/// What was told, in order.
final class Log<Entry: Sendable>: Sendable {
    private let storage = Mutex<[Entry]>([])

    var entries: [Entry] { storage.withLock { $0 } }

    func append(_ entry: Entry) { storage.withLock { $0.append(entry) } }
}
