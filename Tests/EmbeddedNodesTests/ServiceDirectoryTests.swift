import Clocks
import EmbeddedAPI
import JSONValues
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// Names, Services and slices as a Service proxy understands them.
@Suite struct ServiceDirectoryTests {
    private let estate = Estate("source", seed: 1)

    init() throws {
        try estate.addNamespace("shop")
    }

    private var directory: ServiceDirectory {
        get async {
            var directory = ServiceDirectory()
            let resources: Set<ResourceName> = [.services, .endpointSlices]
            let count = resources.reduce(0) { $0 + estate.cluster.list($1).count }
            guard count > 0 else { return directory }
            var seen = 0
            for await change in estate.cluster.changes(of: resources, includingCurrent: true) {
                directory.apply(change)
                seen += 1
                if seen == count { break }
            }
            return directory
        }
    }

    private func slice(
        _ name: String,
        of service: String,
        port: JSON = ["name": "", "port": 8080],
        _ endpoints: [JSON]
    ) throws {
        try estate.cluster.create(
            [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": [
                    "name": .string(name), "namespace": "shop",
                    "labels": ["kubernetes.io/service-name": .string(service)],
                ],
                "addressType": "IPv4", "ports": [port], "endpoints": .array(endpoints),
            ],
            manager: "test"
        )
    }

    private func addresses(
        _ text: String,
        from namespace: String = "shop"
    ) async throws -> [String]? {
        let name = try #require(ServiceName(text))
        return await directory.endpoints(named: name, from: namespace)?.map(\.description)
    }

    @Test func `all slices of a Service are merged and an address counts once`() async throws {
        try estate.addService("web", in: "shop", selecting: "web")
        try slice("a", of: "web", [["addresses": ["10.1.1.1"]], ["addresses": ["10.1.1.2"]]])
        try slice("b", of: "web", [["addresses": ["10.1.1.2"]]])
        try slice(
            "c",
            of: "web",
            port: ["name": "", "port": 30_080],
            [["addresses": ["10.2.255.1"]]]
        )
        try slice(
            "d",
            of: "web",
            port: ["name": "other", "port": 1],
            [["addresses": ["10.1.1.9"]]]
        )
        let merged = try await addresses("web")
        #expect(merged == ["10.1.1.1:8080", "10.1.1.2:8080", "10.2.255.1:30080"])
    }

    @Test func `endpoints that terminate serve only while nothing is ready`() async throws {
        try estate.addService("web", in: "shop", selecting: "web")
        let leaving: JSON = [
            "addresses": ["10.1.1.1"],
            "conditions": ["ready": false, "serving": true, "terminating": true],
        ]
        let unready: JSON = ["addresses": ["10.1.1.2"], "conditions": ["ready": false]]
        try slice("a", of: "web", [leaving, unready])
        #expect(try await addresses("web") == ["10.1.1.1:8080"])
        try slice("b", of: "web", [["addresses": ["10.1.1.3"]]])
        #expect(try await addresses("web") == ["10.1.1.3:8080"])
    }

    @Test func `a name is read along the search path of the caller's namespace`() async throws {
        try estate.addNamespace("users")
        try estate.addService("web", in: "shop", selecting: "web")
        try slice("a", of: "web", [["addresses": ["10.1.1.1"]]])
        for name in ["web", "web.shop", "web.shop.svc", "WEB.shop.svc.cluster.local:80"] {
            #expect(try await addresses(name) == ["10.1.1.1:8080"], "\(name)")
        }
        #expect(try await addresses("web.shop", from: "users") == ["10.1.1.1:8080"])
        #expect(try await addresses("web", from: "users") == nil)
        #expect(try await addresses("web.users") == nil)
        #expect(try await addresses("web:81") == [])
    }

    @Test func `what is no name is refused`() {
        for text in ["", "a b", "10.0.0.1:80", "a:0", "a:x", "a:1:2", "a..b", "http://a"] {
            #expect(ServiceName(text) == nil, "\(text)")
        }
    }

    @Test func `an ExternalName leads on, and no further than a few names`() async throws {
        try estate.addService("web", in: "shop", selecting: "web")
        try slice("a", of: "web", [["addresses": ["10.1.1.1"]]])
        for (name, next) in [
            ("alias", "web.shop.svc.cluster.local"), ("round", "round.shop.svc"),
            ("far", "example.test"),
        ] {
            try estate.cluster.create(
                [
                    "apiVersion": "v1", "kind": "Service",
                    "metadata": ["name": .string(name), "namespace": "shop"],
                    "spec": ["type": "ExternalName", "externalName": .string(next)],
                ],
                manager: "test"
            )
        }
        #expect(try await addresses("alias") == ["10.1.1.1:8080"])
        #expect(try await addresses("round") == nil)
        #expect(try await addresses("far") == nil)
    }

    @Test func `a headless Service gives addresses, dialled at the caller's port`() async throws {
        try estate.cluster.create(
            [
                "apiVersion": "v1", "kind": "Service",
                "metadata": ["name": "db", "namespace": "shop"],
                "spec": [
                    "clusterIP": "None", "selector": ["app": "db"],
                    "ports": [["port": 5432, "targetPort": 5432]],
                ],
            ],
            manager: "test"
        )
        try slice(
            "a",
            of: "db",
            port: ["name": "", "port": 5432],
            [
                ["addresses": ["10.1.1.1"], "hostname": "db-0"],
                ["addresses": ["10.1.1.2"], "hostname": "db-1"],
            ]
        )
        #expect(try await addresses("db:9999") == ["10.1.1.1:9999", "10.1.1.2:9999"])
        #expect(try await addresses("db-1.db.shop.svc:5432") == ["10.1.1.2:5432"])
        #expect(try await addresses("db-1.db:5432") == ["10.1.1.2:5432"])
        #expect(try await addresses("db-7.db:5432") == nil)
    }

    @Test func `the proxy's view follows only when its lag has passed`() async throws {
        let time = ManualTime()
        try estate.addService("web", in: "shop", selecting: "web")
        let proxy = ServiceProxy(
            cluster: estate.cluster,
            lag: .milliseconds(200)...(.milliseconds(200)),
            draws: SeededDraws(seed: 1),
            time: time
        )
        let name = try #require(ServiceName("web"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await proxy.run() }
            while proxy.resolve(name, from: "shop") == .unknown { await Task.yield() }
            #expect(proxy.resolve(name, from: "shop") == .nothingServes)
            #expect(throws: Never.self) {
                try slice("a", of: "web", [["addresses": ["10.1.1.1"]]])
            }
            while time.sleeperCount == 0 { await Task.yield() }
            #expect(proxy.resolve(name, from: "shop") == .nothingServes)
            time.advance(by: .milliseconds(199))
            for _ in 0..<100 { await Task.yield() }
            #expect(proxy.resolve(name, from: "shop") == .nothingServes)
            time.advance(by: .milliseconds(1))
            while proxy.resolve(name, from: "shop") == .nothingServes { await Task.yield() }
            let endpoint = TwinEndpoint(TwinAddress(10, 1, 1, 1), port: 8080)
            #expect(proxy.resolve(name, from: "shop") == .endpoint(endpoint))
            group.cancelAll()
        }
    }
}
