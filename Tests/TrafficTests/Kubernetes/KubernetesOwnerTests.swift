import ControlPlaneSupport
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

@testable import TrafficKubernetes

/// Who else writes an object, what its controllers say, and writes that get lost.
@Suite struct KubernetesOwnerTests {
    private let route = RouteScene.route
    private let quarter = Weight(percent: 25) ?? .none

    private func scene(
        _ kind: RouteSample.Kind,
        edit: (inout JSON) -> Void = { _ in }
    ) async throws -> RouteScene {
        try await RouteScene(kind, in: try await SitePair.twin(), name: "traffic", edit: edit)
    }

    /// Writes the source's weight as somebody else.
    private func write(
        _ weight: Int,
        as manager: String,
        to scene: RouteScene
    ) async throws {
        let reference = try await scene.reference
        _ = try await scene.site.client.patch(
            try await scene.site.kind(reference),
            namespace: reference.namespace,
            name: reference.name,
            .json([
                [
                    "op": "add", "path": "/spec/http/0/route/0/weight", "value": .int(weight),
                ]
            ]),
            options: WriteOptions(fieldManager: manager)
        )
    }

    @Test func `a write that is reverted is drift, with the name of who did it`() async throws {
        let scene = try await scene(.virtualService)
        try await scene.provider.setWeight(quarter, on: route)
        _ = try await scene.provider.counters(of: route)
        try await write(100, as: "argocd-controller", to: scene)
        await #expect {
            _ = try await scene.provider.counters(of: route)
        } throws: { error in
            guard case .drift(let reason) = error as? ProviderError else { return false }
            return reason.contains(
                #"{"main/source":75,"main/target":25} was written, "#
                    + #"{"main/source":100,"main/target":25} stands there now; "#
                    + #""argocd-controller" using networking.istio.io/v1 wrote it last, at "#
            )
        }
    }

    @Test func `who owns the weights is found before anything is written`() async throws {
        let scene = try await scene(.virtualService)
        #expect(try await scene.provider.findings() == [])
        try await write(1, as: "flagger", to: scene)
        try await write(2, as: "kubectl-edit", to: scene)
        #expect(
            try await scene.provider.findings().map { [$0.severity.rawValue, $0.reason] }
                == [["note", "\"kubectl-edit\" owns its weights by Update"]]
        )
        try await write(3, as: "flagger", to: scene)
        let finding = try #require(try await scene.provider.findings().first)
        #expect(finding.severity == .blocker)
        #expect(finding.reason == "\"flagger\" owns its weights by Update")
        #expect(finding.remedy.contains("spec.traffic.kubernetes.owners: handled"))
    }

    @Test func `who keeps or made an object is found by what it bears`() async throws {
        let kept = try await scene(.trafficSplit) { object in
            object.annotations["argocd.argoproj.io/tracking-id"] = "shop:split"
        }
        let seen = try await kept.provider.findings().map(\.reason)
        #expect(
            seen == ["Argo CD keeps it as its repository has it, and may put the weights back"]
        )
        let made = try await scene(.trafficSplit) { object in
            object.ownerReferences = [
                [
                    "apiVersion": "flagger.app/v1beta1", "kind": "Canary", "name": "web",
                    "uid": "1", "controller": true,
                ]
            ]
        }
        let reasons = try await made.provider.findings().map(\.reason)
        #expect(reasons == ["Canary web made it, and its controller may put the weights back"])
    }

    @Test func `an object that is gone once it was written is drift`() async throws {
        let scene = try await scene(.virtualService)
        try await scene.provider.setWeight(quarter, on: route)
        try await scene.site.delete(try await scene.reference)
        await #expect {
            _ = try await scene.provider.counters(of: route)
        } throws: { error in
            guard case .drift(let reason) = error as? ProviderError else { return false }
            return reason == "route a.example: old has no VirtualService traffic/a any more"
        }
    }

    @Test func `a lost answer is unknown, and asking again is safe`() async throws {
        let scene = try await scene(.virtualService)
        scene.site.tap.reset()
        scene.site.tap.spoil(write: 0, .answerLost)
        await #expect {
            try await scene.provider.setWeight(quarter, on: route)
        } throws: { error in
            if case .unknown = error as? ProviderError { true } else { false }
        }
        #expect(try await scene.provider.requestedWeight(of: route).weight == quarter)
        try await scene.provider.setWeight(quarter, on: route)
        #expect(scene.site.tap.writes.count == 1)
    }

    @Test func `a write that comes late changes nothing`() async throws {
        let scene = try await scene(.virtualService)
        scene.site.tap.reset()
        scene.site.tap.spoil(write: 0, .keptBack)
        await #expect(throws: ProviderError.self) {
            try await scene.provider.setWeight(.all, on: route)
        }
        try await scene.provider.setWeight(quarter, on: route)
        #expect(try await scene.site.tap.deliver() == [409])
        #expect(try await scene.provider.requestedWeight(of: route).weight == quarter)
    }

    @Test func `a route that its controller has not taken is waited for`() async throws {
        let scene = try await scene(.httpRoute)
        try await scene.provider.setWeight(quarter, on: route)
        await #expect {
            _ = try await scene.provider.counters(of: route)
        } throws: { error in
            guard case .unavailable(let reason, _) = error as? ProviderError else { return false }
            return reason.hasSuffix(
                "Gateway front: Accepted is of generation 1, the route is of 2"
            )
        }
        try await scene.settle("False")
        let text = await refusal { try await scene.provider.setWeight(.all, on: route) }
        #expect(text.hasSuffix("Gateway front: ResolvedRefs is False (BackendNotFound)"))
        #expect(try await scene.provider.requestedWeight(of: route).weight == quarter)
        // The way back does not depend on it.
        try await scene.provider.setWeight(.none, on: route)
        try await scene.settle()
        _ = try await scene.provider.counters(of: route)
    }

    @Test func `what a Gateway and a backend of another namespace need is found`() async throws {
        let scene = try await scene(.httpRoute) { object in
            object.set(
                [
                    [
                        "backendRefs": [
                            ["name": "web-blue", "port": 80],
                            ["name": "web-green", "port": 80, "weight": 0],
                            ["name": "far", "namespace": "pay", "port": 80, "weight": 0],
                        ]
                    ]
                ],
                at: "spec",
                "rules"
            )
        }
        let grantMissing =
            "no ReferenceGrant in pay lets a HTTPRoute of traffic lead to Service far"
        func reasons() async throws -> [String] {
            Set(try await scene.provider.findings().map(\.reason)).sorted()
        }
        // Without the kinds nobody could have granted anything; no Gateway is known to ask.
        #expect(try await reasons() == [grantMissing])
        try await scene.defineGateways()
        #expect(
            try await reasons() == [
                "its Gateway traffic/front is not there", grantMissing,
            ]
        )
        try await scene.addGateway(programmed: false)
        #expect(
            try await reasons() == [
                "its Gateway traffic/front does not say that it is Programmed as it stands",
                grantMissing,
            ]
        )
        try await scene.addGateway(programmed: true)
        try await scene.grant(to: "near")
        #expect(try await reasons() == [grantMissing])
        try await scene.grant(to: "far")
        #expect(try await scene.provider.findings() == [])
    }

    @Test func `what makes a canary's weight mean something else is found`() async throws {
        let scene = try await scene(.canary) { object in
            if object.name == "a" {
                object.annotations["nginx.ingress.kubernetes.io/canary-by-header"] = "x"
            }
        }
        #expect(try await scene.provider.findings().map(\.severity) == [.note])
        var shared = RouteSample.objects(.canary, "a", in: "traffic")[0]
        shared.name = "shared"
        shared.set(
            [
                [
                    "host": "other.example",
                    "http": shared.at("spec", "rules")?[0]?["http"] ?? .null,
                ]
            ],
            at: "spec",
            "rules"
        )
        try await scene.site.create(shared)
        var rival = RouteSample.objects(.canary, "a", in: "traffic")[1]
        rival.name = "rival"
        try await scene.site.create(rival)
        let reasons = try await scene.provider.findings().filter { $0.severity == .blocker }
            .map(\.reason)
        #expect(
            reasons.sorted() == [
                "another canary, rival, has a.example/, and one of them only is taken",
                "other.example/ of shared lead to a-blue:http as well, and would be shared by the "
                    + "same weight",
            ]
        )
    }
}

extension RouteScene {
    /// The kinds beside routes that the Gateway API has.
    fileprivate func defineGateways() async throws {
        for (kind, version) in [("Gateway", "v1"), ("ReferenceGrant", "v1beta1")] {
            var definition = RouteSample.definition(.httpRoute) ?? .null
            let plural = kind.lowercased() + "s"
            definition.name = "\(plural).gateway.networking.k8s.io"
            definition.set(
                [
                    "kind": .string(kind), "plural": .string(plural),
                    "singular": .string(kind.lowercased()), "listKind": .string("\(kind)List"),
                ],
                at: "spec",
                "names"
            )
            var served = definition.at("spec", "versions")?[0] ?? .null
            served["name"] = .string(version)
            definition.set([served], at: "spec", "versions")
            try await site.create(definition)
        }
        try await site.create([
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "pay"],
        ])
    }

    /// The Gateway that the routes name as their parent.
    fileprivate func addGateway(programmed: Bool) async throws {
        let reference = ObjectReference(
            "gateway.networking.k8s.io/v1",
            "Gateway",
            "traffic",
            "front"
        )
        if try await site.find(reference) == nil {
            try await site.create([
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
                "metadata": ["name": "front", "namespace": "traffic"],
                "spec": ["gatewayClassName": "played"],
            ])
        }
        try await site.setStatus(
            of: reference,
            [
                "conditions": [
                    [
                        "type": "Programmed", "status": programmed ? "True" : "False",
                        "observedGeneration": 1, "reason": "Programmed", "message": "",
                        "lastTransitionTime": "2026-01-01T00:00:00Z",
                    ]
                ]
            ]
        )
    }

    /// A grant for one Service of the namespace `pay`.
    fileprivate func grant(to service: String) async throws {
        try await site.create([
            "apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
            "metadata": ["name": .string(service), "namespace": "pay"],
            "spec": [
                "from": [
                    [
                        "group": "gateway.networking.k8s.io", "kind": "HTTPRoute",
                        "namespace": "traffic",
                    ]
                ],
                "to": [["group": "", "kind": "Service", "name": .string(service)]],
            ],
        ])
    }
}
