import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// The world as a whole, over real sockets.
@Suite struct TwinWorldTests {
    /// One workload `web` at both sites, with an Ingress for `web.test`.
    private static func fillBoth(_ source: Estate, _ target: Estate) throws {
        for estate in [source, target] {
            try estate.addNamespace("shop")
            try estate.addPod("web-1", of: "web", in: "shop")
            try estate.addPod("web-2", of: "web", in: "shop")
            try estate.addService("web", in: "shop", selecting: "web")
            try estate.addIngress("web.test", to: "web", in: "shop")
        }
    }

    @Test func `an entry answers with the word of a pod of its site`() async throws {
        try await TestWorld.run(fill: Self.fillBoth) { world in
            for site in TwinSite.allCases {
                let port = world.running.ports[entryOf: site]
                try await world.eventually("the entry of \(site) serves") {
                    try await world.client.get("web.test", port: port).status == 200
                }
                let answer = try await world.client.get("web.test", port: port)
                #expect(answer.site == site.rawValue)
                #expect(answer.workload == "shop/web")
                #expect(answer.entry == site.rawValue)
                #expect(try JSON.parse(answer.body)["pod"]?.string == answer.pod)
                let stranger = try await world.client.get("other.test", port: port)
                #expect(stranger.status == 404)
            }
        }
    }

    @Test func `the share at the balancer is the share by pod marker at every weight`()
        async throws
    {
        try await TestWorld.run(fill: Self.fillBoth) { world in
            let balancer = world.running.balancer
            let port = world.running.ports.balancer
            balancer.ensureRoute("web.test", source: 1, target: 1)
            try await world.eventually("both sites serve") {
                let shares = try await world.client.shares("web.test", count: 2, port: port)
                return shares == ["source": 1, "target": 1]
            }
            for weight in [0, 1, 25, 50, 75, 99, 100] {
                let asked = try balancer.setWeights(
                    source: 100 - weight,
                    target: weight,
                    on: "web.test"
                )
                try await world.eventually("the weight is in force") {
                    try balancer.route("web.test").active == asked.requested
                }
                let before = try balancer.route("web.test")
                let shares = try await world.client.shares("web.test", count: 100, port: port)
                let after = try balancer.route("web.test")
                #expect(shares["target", default: 0] == weight)
                #expect(shares["source", default: 0] == 100 - weight)
                #expect(after.target.requests - before.target.requests == weight)
                #expect(after.source.requests - before.source.requests == 100 - weight)
                #expect(after.source.failures == before.source.failures)
                #expect(after.target.failures == before.target.failures)
            }
        }
    }
}
