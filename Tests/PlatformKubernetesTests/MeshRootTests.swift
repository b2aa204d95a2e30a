import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

@testable import PlatformKubernetes

/// Where a mesh of Istio has what is for all of it.
@Suite struct MeshRootTests {
    private static let definition: JSON = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "peerauthentications.security.istio.io"],
        "spec": [
            "group": "security.istio.io", "scope": "Namespaced",
            "names": [
                "kind": "PeerAuthentication", "plural": "peerauthentications",
                "singular": "peerauthentication", "listKind": "PeerAuthenticationList",
            ],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                        ]
                    ],
                ]
            ],
        ],
    ]

    private static func namespace(_ name: String) -> JSON {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    }

    /// What gives pods their sidecars, and where its control plane is.
    private static func injector(_ revision: String, in namespace: String) -> JSON {
        [
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingWebhookConfiguration",
            "metadata": [
                "name": .string("istio-sidecar-injector-\(revision)"),
                "labels": ["istio.io/rev": .string(revision)],
            ],
            "webhooks": [
                [
                    "name": "rev.namespace.sidecar-injector.istio.io", "sideEffects": "None",
                    "admissionReviewVersions": ["v1"], "failurePolicy": "Ignore",
                    "clientConfig": [
                        "service": ["name": "istiod", "namespace": .string(namespace)]
                    ],
                    "rules": [
                        [
                            "apiGroups": ["mesh.example"], "apiVersions": ["v1"],
                            "resources": ["nothings"], "operations": ["CREATE"],
                        ]
                    ],
                ]
            ],
        ]
    }

    private static func strict(in namespace: String) -> JSON {
        [
            "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
            "metadata": ["name": "strict", "namespace": .string(namespace)],
            "spec": ["mtls": ["mode": "STRICT"]],
        ]
    }

    private static func configuration(_ name: String, in namespace: String, _ mesh: String) -> JSON
    {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": ["mesh": .string(mesh)],
        ]
    }

    /// The policies in the way of bridges of `shop`, with these objects around it.
    private func policies(_ objects: [JSON]) async throws -> [String] {
        let pair = try await SitePair.twin()
        try await pair.source.create(Self.definition)
        for name in ["shop", "istio-system", "mesh-root"] {
            try await pair.source.create(Self.namespace(name))
        }
        for namespace in ["istio-system", "mesh-root"] {
            try await pair.wait(until: "the mesh's kinds are served") {
                do {
                    try await pair.source.create(Self.strict(in: namespace))
                    return true
                } catch {
                    return false
                }
            }
        }
        for object in objects { try await pair.source.create(object) }
        let inventory = try await pair.platform(.source).inventory(namespaces: ["shop"])
        #expect(inventory.unreadable == [])
        return inventory.obstacles.map(\.policy.description)
    }

    @Test func `without a configuration it is the usual namespace`() async throws {
        #expect(try await policies([]) == ["PeerAuthentication istio-system/strict"])
        let silent = try await policies([
            Self.injector("default", in: "istio-system"),
            Self.configuration("istio", in: "istio-system", "accessLogFile: /dev/stdout\n"),
        ])
        #expect(silent == ["PeerAuthentication istio-system/strict"])
    }

    @Test func `a mesh configuration names another, of each revision its own`() async throws {
        let other = try await policies([
            Self.injector("default", in: "istio-system"),
            Self.configuration("istio", in: "istio-system", "rootNamespace: mesh-root\n"),
        ])
        #expect(other == ["PeerAuthentication mesh-root/strict"])
        let both = try await policies([
            Self.injector("default", in: "istio-system"),
            Self.configuration("istio", in: "istio-system", "rootNamespace: mesh-root\n"),
            Self.injector("1-27-0", in: "istio-system"),
            Self.configuration("istio-1-27-0", in: "istio-system", "{}\n"),
        ])
        #expect(
            both == [
                "PeerAuthentication istio-system/strict", "PeerAuthentication mesh-root/strict",
            ]
        )
    }
}
