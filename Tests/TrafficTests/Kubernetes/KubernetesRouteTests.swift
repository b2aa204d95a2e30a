import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

@testable import TrafficKubernetes

/// What is written of an object that shares requests, and what is not.
@Suite struct KubernetesRouteTests {
    private let route = RouteScene.route
    private let quarter = Weight(percent: 25) ?? .none

    private func scene(
        _ kind: RouteSample.Kind,
        edit: (inout JSON) -> Void = { _ in },
        route: (inout WeightedRoute) -> Void = { _ in }
    ) async throws -> RouteScene {
        try await RouteScene(
            kind,
            in: try await SitePair.twin(),
            name: "traffic",
            edit: edit,
            route: route
        )
    }

    @Test func `an HTTPRoute keeps everything but the weights, and a weight of 0 is written`()
        async throws
    {
        let scene = try await scene(.httpRoute)
        let before = try await scene.object()
        let recorded = try await scene.provider.requestedWeight(of: route)
        try await scene.provider.setWeight(.all, on: route)
        let after = try await scene.object()
        var expected = before.spec
        let backends = "/spec/rules/0/backendRefs"
        #expect(JSONPointer("\(backends)/1/weight").find(in: after) == 0)
        #expect(JSONPointer("\(backends)/2/weight").find(in: after) == 100)
        expected?["rules"] = after.at("spec", "rules")
        #expect(after.spec == expected)
        #expect(
            JSONPointer("\(backends)/0").find(in: after) == [
                "name": "retired", "port": 80, "weight": 0,
            ]
        )
        #expect(
            JSONPointer("/spec/rules/0/filters").find(in: after) == [
                ["type": "RequestHeaderModifier"]
            ]
        )
        try await scene.provider.restore(recorded, on: route)
        #expect(try await scene.object().spec == before.spec)
    }

    @Test func `repeating a weight writes nothing`() async throws {
        let scene = try await scene(.httpRoute)
        try await scene.provider.setWeight(quarter, on: route)
        scene.site.tap.reset()
        try await scene.provider.setWeight(quarter, on: route)
        #expect(scene.site.tap.writes == [])
    }

    @Test func `a weight that is not stated is given back as one that is not`() async throws {
        let scene = try await scene(.traefikService)
        let services = JSONPointer("/spec/weighted/services")
        let before = services.find(in: try await scene.object())
        let recorded = try await scene.provider.requestedWeight(of: route)
        #expect(recorded.native == #"{"0/source":null,"0/target":0}"#)
        try await scene.provider.setWeight(quarter, on: route)
        #expect(
            services.find(in: try await scene.object()) == [
                ["name": "web-blue", "port": 80, "weight": 75],
                ["name": "web-green", "port": 80, "weight": 25],
            ]
        )
        try await scene.provider.restore(recorded, on: route)
        #expect(services.find(in: try await scene.object()) == before)
    }

    @Test(arguments: ["api", "1"])
    func `one rule of several is moved by its name or number`(rule: String) async throws {
        let api: JSON = [
            "name": rule == "api" ? "api" : "other",
            "backendRefs": [
                ["name": "web-blue", "port": 80, "weight": 3],
                ["name": "web-green", "port": 80, "weight": 0],
            ],
        ]
        let scene = try await scene(.httpRoute) { object in
            let rules = (object.at("spec", "rules")?.array ?? []) + [api]
            object.set(.array(rules), at: "spec", "rules")
        } route: {
            $0.rule = rule
        }
        try await scene.provider.setWeight(quarter, on: route)
        let after = try await scene.object()
        let first = "/spec/rules/0/backendRefs"
        #expect(JSONPointer("\(first)/1/weight").find(in: after) == 1)
        #expect(JSONPointer("\(first)/2/weight").find(in: after) == 0)
        #expect(JSONPointer("/spec/rules/1/backendRefs/0/weight").find(in: after) == 75)
        #expect(JSONPointer("/spec/rules/1/backendRefs/1/weight").find(in: after) == 25)
    }

    @Test func `without a rule all that lead to both sites move, and one that does not is refused`()
        async throws
    {
        func scene(_ second: JSON) async throws -> RouteScene {
            try await self.scene(.httpRoute) { object in
                let rules = (object.at("spec", "rules")?.array ?? []) + [second]
                object.set(.array(rules), at: "spec", "rules")
            }
        }
        let blue: JSON = ["name": "web-blue", "port": 80, "weight": 1]
        let green: JSON = ["name": "web-green", "port": 80, "weight": 0]
        let both = try await scene(["backendRefs": [blue, green]])
        try await both.provider.setWeight(.all, on: route)
        let after = try await both.object()
        #expect(JSONPointer("/spec/rules/0/backendRefs/2/weight").find(in: after) == 100)
        #expect(JSONPointer("/spec/rules/1/backendRefs/1/weight").find(in: after) == 100)
        let one = try await scene(["backendRefs": [blue]])
        let seen = "rule 1 leads to one of the two sites only, and would stay there"
        #expect(await refusal { try await one.provider.setWeight(.all, on: route) }.contains(seen))
        #expect(try await one.provider.findings().contains { $0.reason == seen })
        let other = try await scene(["backendRefs": [blue, ["name": "web-green", "weight": 9]]])
        #expect(
            await refusal { _ = try await other.provider.requestedWeight(of: route) }
                .contains("its rules share their requests differently")
        )
    }

    @Test func `a third backend that takes a share is named, before and instead of writing`()
        async throws
    {
        let scene = try await scene(.trafficSplit) { object in
            let third: JSON = ["service": "web-red", "weight": 5]
            let backends = (object.at("spec", "backends")?.array ?? []) + [third]
            object.set(.array(backends), at: "spec", "backends")
        }
        let finding = try #require(try await scene.provider.findings().first)
        #expect(finding.severity == .blocker)
        #expect(finding.reason == "a third backend, web-red, takes a share")
        scene.site.tap.reset()
        #expect(
            await refusal { try await scene.provider.setWeight(.all, on: route) }
                == "route a.example: TrafficSplit traffic/a at old: a third backend, web-red, takes a "
                + "share; give it the weight 0, or a rule of its own"
        )
        #expect(scene.site.tap.writes == [])
    }

    @Test func `a backend that is not there is named with those that are`() async throws {
        let scene = try await scene(.httpRoute) { _ in
        } route: {
            $0.shares = .backends(.httpRoute, source: "web-blue:81", target: "web-green")
        }
        #expect(
            await refusal { _ = try await scene.provider.requestedWeight(of: route) }
                == "route a.example: HTTPRoute traffic/a at old: no rule leads to both web-blue:81 and "
                + "web-green (there are retired:80, web-blue:80, web-green:80); add both to one list, "
                + "the target with the weight 0"
        )
        #expect(try await scene.provider.routes() == [RouteID("b.example")])
        let finding = try #require(try await scene.provider.findings().first)
        #expect(finding.severity == .blocker)
        #expect(finding.check == "route-unreadable")
    }

    @Test func `a kind that is not served is a refusal that names it`() async throws {
        let scene = try await scene(.swap) { _ in
        } route: {
            $0.shares = .backends(.httpProxy, source: "web-blue", target: "web-green")
        }
        #expect(
            await refusal { _ = try await scene.provider.requestedWeight(of: route) }
                .contains("old serves no HTTPProxy.projectcontour.io")
        )
    }

    @Test func `an Ingress gives everything or nothing`() async throws {
        let scene = try await scene(.swap)
        let before = try await scene.object()
        let recorded = try await scene.provider.requestedWeight(of: route)
        #expect(
            await refusal { try await scene.provider.setWeight(quarter, on: route) }
                .contains("an Ingress has no weights, so 25 % cannot be had of it")
        )
        try await scene.provider.setWeight(.all, on: route)
        let service = JSONPointer("/spec/rules/0/http/paths/0/backend/service")
        #expect(
            service.find(in: try await scene.object())
                == ["name": "web-green", "port": ["number": 8080]]
        )
        try await scene.provider.restore(recorded, on: route)
        #expect(try await scene.object().spec == before.spec)
    }

    @Test func `a canary's weight is of its total`() async throws {
        let scene = try await scene(.canary)
        try await scene.provider.setWeight(quarter, on: route)
        let annotations = try await scene.object().annotations
        #expect(annotations["nginx.ingress.kubernetes.io/canary-weight"] == "250")
        #expect(annotations["nginx.ingress.kubernetes.io/canary-weight-total"] == "1000")
    }

    @Test func `a total below 100 counts as 100, as the balancer counts it`() async throws {
        let scene = try await scene(.canary) { object in
            object.annotations["nginx.ingress.kubernetes.io/canary-weight-total"] = "10"
            object.annotations["nginx.ingress.kubernetes.io/canary-weight"] = "10"
        }
        #expect(try await scene.provider.requestedWeight(of: route).weight.percent == 10)
    }
}

/// What something is refused with.
func refusal(_ body: () async throws -> Void) async -> String {
    do {
        try await body()
        return "nothing was refused"
    } catch {
        return "\(error)"
    }
}
