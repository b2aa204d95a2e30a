import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Testing

@Suite struct ClientDiscoveryTests {
    private static func resource(_ plural: String, _ kind: String) -> JSON {
        [
            "resource": .string(plural), "scope": "Namespaced", "verbs": ["get", "list"],
            "singularResource": .string(kind.lowercased()), "shortNames": ["x"],
            "responseKind": ["group": "", "version": "", "kind": .string(kind)],
            "subresources": [
                [
                    "subresource": "scale", "verbs": ["get"],
                    "responseKind": ["group": "autoscaling", "version": "v1", "kind": "Scale"],
                ]
            ],
        ]
    }

    private static func aggregated(_ groups: JSON) -> ScriptedServer.Answer {
        .json(
            [
                "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2",
                "items": groups,
            ]
        )
    }

    /// A server with aggregated discovery, one group of which is away.
    private static let partial = ScriptedServer { request, _ in
        if request.target == "/api" {
            return aggregated([
                [
                    "metadata": [:],
                    "versions": [
                        [
                            "version": "v1", "freshness": "Current",
                            "resources": [
                                resource("pods", "Pod"), ["resource": "odd", "verbs": []],
                            ],
                        ]
                    ],
                ]
            ])
        }
        return aggregated([
            [
                "metadata": ["name": "apps"],
                "versions": [
                    ["version": "v1", "resources": [resource("deployments", "Deployment")]],
                    ["version": "v1beta1", "resources": [resource("deployments", "Deployment")]],
                ],
            ],
            [
                "metadata": ["name": "metrics.k8s.io"],
                "versions": [["version": "v1", "freshness": "Stale", "resources": []]],
            ],
        ])
    }

    @Test func `aggregated discovery gives kinds, versions and subresources`() async throws {
        let client = client(Self.partial)
        let discovery = try await client.discovery()
        #expect(
            discovery.kinds.map(\.groupVersionKind.description) == [
                "/v1, Kind=Pod", "apps/v1, Kind=Deployment", "apps/v1beta1, Kind=Deployment",
            ]
        )
        #expect(discovery.preferredVersions == ["": "v1", "apps": "v1", "metrics.k8s.io": "v1"])
        #expect(discovery.preferredKinds.map(\.version) == ["v1", "v1"])
        let scale = discovery.kinds[1].subresource("scale")
        #expect(scale?.kind == GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale"))
        #expect(discovery.kind(named: "deployments.apps")?.version == "v1")
        #expect(
            Self.partial.requests.first?.headers["Accept"]?.hasPrefix(
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
            ) == true
        )
    }

    @Test func `a stale group is unavailable and never empty`() async throws {
        let client = client(Self.partial)
        #expect(try await client.resource(group: "apps", kind: "Deployment").version == "v1")
        let error = await failure { () throws(KubernetesError) in
            try await client.resource(group: "metrics.k8s.io", kind: "PodMetrics")
        }
        #expect(
            error?.description
                == "the API group metrics.k8s.io is not available (stale: the server behind its "
                + "APIService does not answer); repair or remove its APIService"
        )
        #expect(error?.writeOutcome == .unavailable(retryAfter: nil))
        #expect(
            try await client.discovery().failures.map(\.groupVersion.group) == ["metrics.k8s.io"]
        )
    }

    @Test func `a server without aggregation is asked group by group`() async throws {
        let server = ScriptedServer { request, _ in
            switch request.target {
            case "/api": .json(["kind": "APIVersions", "versions": ["v1"]])
            case "/apis":
                .json([
                    "kind": "APIGroupList",
                    "groups": [
                        [
                            "name": "apps", "preferredVersion": ["version": "v1"],
                            "versions": [["version": "v1beta1"], ["version": "v1"]],
                        ],
                        ["name": "broken.example", "versions": [["version": "v1"]]],
                    ],
                ])
            case "/api/v1":
                .json([
                    "kind": "APIResourceList", "groupVersion": "v1",
                    "resources": [
                        ["name": "pods", "kind": "Pod", "namespaced": true, "verbs": ["list"]]
                    ],
                ])
            case "/apis/broken.example/v1": .refusal(503)
            default:
                .json([
                    "kind": "APIResourceList",
                    "resources": [
                        [
                            "name": "deployments", "singularName": "deployment",
                            "kind": "Deployment", "namespaced": true, "verbs": ["get"],
                        ],
                        [
                            "name": "deployments/scale", "kind": "Scale", "group": "autoscaling",
                            "version": "v1", "verbs": ["get"],
                        ],
                    ],
                ])
            }
        }
        let client = client(server)
        let deployment = try await client.resource(group: "apps", kind: "Deployment")
        #expect(deployment.version == "v1")
        #expect(deployment.subresource("scale")?.kind.group == "autoscaling")
        let discovery = try await client.discovery()
        #expect(discovery.kinds.map(\.version) == ["v1", "v1", "v1beta1"])
        #expect(discovery.failures.map(\.reason) == ["answered 503"])
    }

    @Test func `a kind that is missing is looked for once more, and then is none`() async throws {
        let server = ScriptedServer { request, index in
            if request.target == "/api" {
                return Self.aggregated([["metadata": [:], "versions": []]])
            }
            // The second look finds what was installed meanwhile.
            return Self.aggregated([
                [
                    "metadata": ["name": "a.example"],
                    "versions": [
                        [
                            "version": "v1",
                            "resources": index < 2 ? [] : [Self.resource("things", "Thing")],
                        ]
                    ],
                ]
            ])
        }
        let client = client(server)
        _ = try await client.discovery()
        #expect(try await client.resource(group: "a.example", kind: "Thing").plural == "things")
        #expect(server.requests.count == 4)
        let error = await failure { () throws(KubernetesError) in
            try await client.resource(
                for: GroupVersionKind(group: "a.example", version: "v1", kind: "Nothing")
            )
        }
        guard case .noMatch(kind: "a.example/v1, Kind=Nothing") = error else {
            Issue.record("\(error?.description ?? "no error")")
            return
        }
        #expect(server.requests.count == 6)
    }

    @Test func `what is no discovery document is an error`() async {
        let error = await failure { () throws(KubernetesError) in
            try await client(ScriptedServer(.json([:]))).discovery()
        }
        #expect(error?.description == "GET /api: the answer is no discovery document")
    }
}
