import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesObjects
import Testing

/// What clients see over HTTP; each text is one that a real server of 1.36 gave.
struct RESTTests {
    let test = TestCluster()
    let configMaps = "/api/v1/namespaces/default/configmaps"
    let services = "/api/v1/namespaces/default/services"

    private func service(_ name: String, _ spec: JSON) -> JSON {
        ["apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)], "spec": spec]
    }

    @Test func `an object in a namespace that is not there is not found`() async throws {
        var object = configMap("a")
        object.namespace = nil
        let answer = try await test.send("POST", "/api/v1/namespaces/missing/configmaps", object)
        #expect(answer.status == 404)
        #expect(answer.message == "namespaces \"missing\" not found")
    }

    @Test func `an unknown field is named in a warning, and refused when that is asked for`()
        async throws
    {
        var object = configMap("a")
        object["nope"] = 1
        let strict = try await test.send("POST", "\(configMaps)?fieldValidation=Strict", object)
        #expect(strict.status == 400)
        #expect(
            strict.message == "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: "
                + "strict decoding error: unknown field \"nope\""
        )
        let lax = try await test.send("POST", configMaps, object)
        #expect(lax.status == 201)
        #expect(lax.body["nope"] == nil)
        #expect(lax.headers["Warning"] == "299 - \"unknown field \\\"nope\\\"\"")
    }

    @Test func `a dry run answers as if, and stores nothing`() async throws {
        let answer = try await test.send("POST", "\(configMaps)?dryRun=All", configMap("a"))
        #expect(answer.status == 201)
        #expect(answer.body.resourceVersion == nil)
        #expect(try await test.send("GET", "\(configMaps)/a").status == 404)
    }

    @Test func `applying what another manager owns is a conflict until it is forced`() async throws
    {
        let type = "application/apply-patch+yaml"
        let path = "\(configMaps)/a"
        try await test.send(
            "PATCH",
            "\(path)?fieldManager=m1",
            configMap("a", ["k": "1"]),
            type: type
        )
        let second = configMap("a", ["k": "2"])
        let refused = try await test.send("PATCH", "\(path)?fieldManager=m2", second, type: type)
        #expect(refused.status == 409)
        #expect(
            refused.message == "Apply failed with 1 conflict: conflict with \"m1\": .data.k"
        )
        let forced = try await test.send(
            "PATCH",
            "\(path)?fieldManager=m2&force=true",
            second,
            type: type
        )
        #expect(forced.body.at("data", "k") == "2")
        #expect(forced.body.managedFields.compactMap { $0["manager"]?.string } == ["m2"])
    }

    @Test func `an escaped slash in an applied body is refused, as YAML refuses it`() async throws {
        let response = await test.cluster.respond(
            to: HTTPRequest(
                method: "PATCH",
                target: "\(configMaps)/a?fieldManager=m",
                headers: ["Content-Type": "application/apply-patch+yaml"],
                body: Array("{\"data\":{\"k\":\"a\\/b\"}}".utf8)
            )
        )
        #expect(response.status == 400)
    }

    @Test func `a Service gets an address, and the one it asks for only while it is free`()
        async throws
    {
        let first = try await test.send(
            "POST",
            services,
            service("a", ["ports": [["port": 80]], "clusterIP": "10.96.7.7"])
        )
        #expect(first.body.at("spec", "clusterIPs") == ["10.96.7.7"])
        #expect(first.body.at("spec", "internalTrafficPolicy") == "Cluster")
        let second = service("b", ["ports": [["port": 80]], "clusterIP": "10.96.7.7"])
        let refused = try await test.send("POST", services, second)
        #expect(refused.status == 422)
        #expect(
            refused.message == "Service \"b\" is invalid: spec.clusterIPs: Invalid value: "
                + "[\"10.96.7.7\"]: failed to allocate IP 10.96.7.7: provided IP is already "
                + "allocated"
        )
        try await test.send("DELETE", "\(services)/a")
        #expect(try await test.send("POST", services, second).status == 201)
    }

    @Test func `a node port that is taken is refused`() async throws {
        let spec: JSON = ["type": "NodePort", "ports": [["port": 80, "nodePort": 30999]]]
        #expect(try await test.send("POST", services, service("a", spec)).status == 201)
        let refused = try await test.send("POST", services, service("b", spec))
        #expect(
            refused.message == "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: "
                + "30999: provided port is already allocated"
        )
    }

    @Test func `endpoints on loopback are refused`() async throws {
        let slice: JSON = [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": ["name": "a"], "addressType": "IPv4",
            "endpoints": [["addresses": ["127.0.0.1"]]], "ports": [["port": 80]],
        ]
        let answer = try await test.send(
            "POST",
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
            slice
        )
        #expect(answer.status == 422)
        #expect(
            answer.message.hasSuffix("may not be in the loopback range (127.0.0.0/8, ::1/128)")
        )
    }

    @Test func `a page whose moment is forgotten is expired, with a token to go on`() async throws {
        for name in ["a", "b", "c"] { try await test.send("POST", configMaps, configMap(name)) }
        let first = try await test.send("GET", "\(configMaps)?limit=2")
        let token = first.body.at("metadata", "continue")?.string ?? ""
        #expect(first.body.at("metadata", "remainingItemCount") == 1)
        try await test.send("DELETE", "\(configMaps)/a")
        test.cluster.compact(through: test.cluster.revision)
        let expired = try await test.send("GET", "\(configMaps)?limit=2&continue=\(token)")
        #expect(expired.status == 410)
        #expect(expired.reason == "Expired")
        let next = expired.body.at("metadata", "continue")?.string ?? ""
        let rest = try await test.send("GET", "\(configMaps)?limit=2&continue=\(next)")
        #expect(rest.body["items"]?.array?.compactMap(\.name) == ["c"])
    }

    @Test func `a watch from a forgotten moment says so in its stream`() async throws {
        try await test.send("POST", configMaps, configMap("a"))
        test.cluster.compact(through: test.cluster.revision)
        let lines = try await test.watchLines("\(configMaps)?watch=1&resourceVersion=1", count: 1)
        #expect(lines.first?["type"] == "ERROR")
        #expect(lines.first?.at("object", "code") == 410)
    }

    @Test func `an interceptor can refuse in the server's place`() async throws {
        test.cluster.intercept { request, next in
            guard request.method == "POST" else { return await next(request) }
            return HTTPResponse(status: 429, headers: ["Retry-After": "1"])
        }
        #expect(try await test.send("POST", configMaps, configMap("a")).status == 429)
        #expect(try await test.send("GET", configMaps).status == 200)
    }
}
