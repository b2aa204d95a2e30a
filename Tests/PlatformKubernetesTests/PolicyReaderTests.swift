import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import Testing

@testable import PlatformKubernetes

/// Which policies would stop a bridge, and which would not.
@Suite struct PolicyReaderTests {
    private static let workload: JSON = [
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": ["name": "web", "namespace": "shop"],
        "spec": ["template": ["metadata": ["labels": ["app": "web"]]]],
    ]

    private static let service: JSON = [
        "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "namespace": "shop"],
        "spec": [
            "selector": ["app": "web"],
            "ports": [["name": "http", "port": 80, "targetPort": "http"]],
        ],
    ]

    /// What is in the way of bridges between nodes, but for the Job that listens.
    private func obstacles(_ specs: JSON...) -> [BridgeObstacle] {
        everything(specs).filter { $0.reach == .nodes && $0.barrier != .intoListener }
    }

    private func everything(
        _ specs: [JSON],
        podsOfOther: [String] = ["10.8.0.0/16"]
    ) -> [BridgeObstacle] {
        let policies = specs.enumerated().map { index, spec -> JSON in
            [
                "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                "metadata": ["name": .string("p\(index)"), "namespace": "shop"], "spec": spec,
            ]
        }
        return read(policies, podsOfOther: podsOfOther)
    }

    private func read(
        _ policies: [JSON],
        wide: [JSON] = [],
        podsOfOther: [String] = []
    ) -> [BridgeObstacle] {
        PolicyReader(
            namespaces: ["shop"],
            objects: [Self.workload, Self.service] + policies,
            wide: wide,
            nodes: [AddressRange("10.0.0.1"), AddressRange("10.0.0.2")].compactMap { $0 },
            nodesOfOther: [AddressRange("10.9.0.1")].compactMap { $0 },
            podsOfOther: podsOfOther.compactMap { AddressRange($0) }
        ).read()
    }

    @Test func `without a policy nothing is in the way`() {
        #expect(obstacles() == [])
    }

    @Test func `pods that only their namespace may call are behind a policy, at their port`() {
        let found = obstacles([
            "podSelector": ["matchLabels": ["app": "web"]],
            "ingress": [["from": [["podSelector": .emptyObject]]]],
        ])
        #expect(found.map(\.barrier) == [.intoPods])
        #expect(found.first?.concerns == ["Service shop/web"])
        #expect(found.first?.ports == ["http"])
        #expect(found.first?.reason == nil)
    }

    @Test
    func `a policy beside it that lets all nodes in opens the way, one that lets some in not`() {
        let closed: JSON = ["podSelector": .emptyObject, "policyTypes": ["Ingress"]]
        func opening(_ cidr: String, except: [String] = [], port: JSON = "http") -> JSON {
            [
                "podSelector": .emptyObject,
                "ingress": [
                    [
                        "from": [
                            [
                                "ipBlock": [
                                    "cidr": .string(cidr),
                                    "except": .array(except.map(JSON.string)),
                                ]
                            ]
                        ],
                        "ports": [["port": port]],
                    ]
                ],
            ]
        }
        #expect(obstacles(closed).count == 1)
        #expect(obstacles(closed, opening("10.0.0.0/24")) == [])
        #expect(obstacles(closed, opening("10.0.0.1/32")).count == 1)
        #expect(obstacles(closed, opening("10.0.0.0/24", except: ["10.0.0.2/32"])).count == 1)
        #expect(obstacles(closed, opening("10.0.0.0/24", port: 9_999)).count == 1)
    }

    @Test func `pods that may not go out are told, and so are the Jobs that would try`() {
        let closed: JSON = [
            "podSelector": .emptyObject, "policyTypes": ["Egress"],
            "egress": [["ports": [["port": 53, "protocol": "UDP"]]]],
        ]
        let found = obstacles(closed)
        #expect(found.map(\.barrier) == [.outOfPods, .outOfTrials])
        #expect(found[0].concerns == ["Deployment shop/web"])
        let opening: JSON = [
            "podSelector": .emptyObject, "policyTypes": ["Egress"],
            "egress": [
                [
                    "to": [["ipBlock": ["cidr": "10.9.0.0/16"]]],
                    "ports": [["port": 30_000, "endPort": 32_767]],
                ]
            ],
        ]
        #expect(obstacles(closed, opening) == [])
        // Only those who call may go out: a Job that tries bears none of their labels.
        let callers: JSON = [
            "podSelector": ["matchLabels": ["app": "web"]], "policyTypes": ["Egress"],
            "egress": [.emptyObject],
        ]
        #expect(obstacles(closed, callers).map(\.barrier) == [.outOfTrials])
    }

    @Test func `bridges from pod to pod need the other site's pods let in, and callers out`() {
        let closed: JSON = ["podSelector": .emptyObject, "policyTypes": ["Ingress", "Egress"]]
        func opening(_ cidr: String) -> JSON {
            let peers: JSON = [["ipBlock": ["cidr": .string(cidr)]]]
            return [
                "podSelector": .emptyObject, "policyTypes": ["Ingress", "Egress"],
                "ingress": [["from": peers]], "egress": [["to": peers]],
            ]
        }
        func barriers(_ specs: [JSON], pods: [String] = ["10.8.0.0/16"]) -> Set<String> {
            let found = everything(specs, podsOfOther: pods).filter { $0.reach == .pods }
            return Set(found.map(\.barrier.rawValue))
        }
        let all: Set = ["intoListener", "intoPods", "outOfPods", "outOfTrials"]
        #expect(barriers([closed]) == all)
        // That nodes are let in says nothing of pods.
        #expect(barriers([closed, opening("10.0.0.0/16")]) == all)
        #expect(barriers([closed, opening("10.8.0.0/16")]) == [])
        #expect(barriers([closed, opening("10.8.0.0/17")]) == all)
        // Of ranges that nobody tells only what is for everybody is known.
        #expect(barriers([closed, opening("10.8.0.0/16")], pods: []) == all)
    }

    @Test func `the Job that listens is behind policies as pods are, at its own port`() throws {
        let closed: JSON = ["podSelector": .emptyObject, "policyTypes": ["Ingress"]]
        func listening(_ specs: [JSON]) -> [BridgeObstacle] {
            everything(specs).filter { $0.barrier == .intoListener && $0.reach == .nodes }
        }
        let found = try #require(listening([closed]).first)
        #expect(found.ports == ["8080"])
        #expect(found.concerns == ["the Job of shop that listens"])
        let ofWeb: JSON = ["podSelector": ["matchLabels": ["app": "web"]]]
        #expect(listening([ofWeb]) == [])
    }

    @Test
    func `what a mesh or a cluster asks everywhere is told, unless the namespace overrules it`() {
        func policy(
            _ version: String,
            _ kind: String,
            in namespace: String?,
            _ spec: JSON
        ) -> JSON {
            var object: JSON = [
                "apiVersion": .string(version), "kind": .string(kind), "metadata": ["name": "x"],
                "spec": spec,
            ]
            object.namespace = namespace
            return object
        }
        func peers(_ mode: String, in namespace: String, selecting: JSON = .emptyObject) -> JSON {
            policy(
                "security.istio.io/v1",
                "PeerAuthentication",
                in: namespace,
                ["mtls": ["mode": .string(mode)], "selector": selecting]
            )
        }
        let mesh = MeshRoots.usual
        let strict = peers("STRICT", in: mesh)
        let told = read([], wide: [strict])
        #expect(told.map(\.policy.description) == ["PeerAuthentication istio-system/x"])
        #expect(told.first?.reason?.contains("has no certificate of the mesh") == true)
        // A namespace that says nothing of its own takes the mesh's word.
        #expect(read([peers("UNSET", in: "shop")], wide: [strict]).count == 1)
        let one: JSON = ["matchLabels": ["app": "web"]]
        #expect(read([peers("PERMISSIVE", in: "shop", selecting: one)], wide: [strict]).count == 1)
        #expect(read([peers("PERMISSIVE", in: "shop")], wide: [strict]) == [])
        #expect(read([], wide: [peers("STRICT", in: mesh, selecting: one)]) == [])
        #expect(read([], wide: [peers("PERMISSIVE", in: mesh)]) == [])

        let ofCluster = read(
            [],
            wide: [
                policy("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", in: nil, [:]),
                policy("cilium.io/v2", "CiliumClusterwideNetworkPolicy", in: nil, [:]),
                policy("crd.projectcalico.org/v1", "GlobalNetworkPolicy", in: nil, [:]),
            ]
        )
        #expect(ofCluster.count == 3)
        #expect(ofCluster.allSatisfy { $0.reason == "what it lets in and out is not judged here" })
    }

    @Test func `what meshes ask of callers is told with a way out`() {
        func policy(_ version: String, _ kind: String, _ spec: JSON) -> JSON {
            [
                "apiVersion": .string(version), "kind": .string(kind),
                "metadata": ["name": "x", "namespace": "shop"], "spec": spec,
            ]
        }
        let istio = "security.istio.io/v1"
        let found = read([
            policy(istio, "PeerAuthentication", ["mtls": ["mode": "STRICT"]]),
            policy(
                istio,
                "AuthorizationPolicy",
                ["rules": [["from": [["source": ["principals": ["a"]]]]]]]
            ),
            policy("policy.linkerd.io/v1beta3", "Server", ["port": "http"]),
            policy("cilium.io/v2", "CiliumNetworkPolicy", .emptyObject),
        ])
        #expect(
            found.map(\.policy.kind) == [
                "AuthorizationPolicy", "CiliumNetworkPolicy", "PeerAuthentication", "Server",
            ]
        )
        #expect(found.allSatisfy { $0.reason != nil && $0.remedy != nil })
        let harmless = read([
            policy(istio, "PeerAuthentication", ["mtls": ["mode": "PERMISSIVE"]]),
            policy(
                istio,
                "AuthorizationPolicy",
                ["rules": [["from": [["source": ["ipBlocks": ["10.0.0.0/8"]]]]]]]
            ),
            policy(istio, "AuthorizationPolicy", ["action": "DENY", "rules": [.emptyObject]]),
            policy(
                "policy.linkerd.io/v1beta3",
                "Server",
                ["accessPolicy": "all-unauthenticated"]
            ),
        ])
        #expect(harmless == [])
    }
}
