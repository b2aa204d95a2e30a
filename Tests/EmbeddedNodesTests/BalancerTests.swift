import JSONValues
import NIOHTTP1
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// Weights, counters and the control API of the twin's balancer.
@Suite struct BalancerTests {
    @Test func `after any number of requests each share is exact within one`() {
        for target in 0...256 where target % 7 == 0 {
            let source = 256 - target
            var weights = SmoothWeights(source: source, target: target)
            var count = 0
            for requests in 1...512 {
                if weights.next() == .target { count += 1 }
                let exact = Double(requests * target) / 256
                #expect(abs(Double(count) - exact) <= 1, "weight \(target), \(requests) requests")
            }
            #expect(count == 2 * target)
        }
    }

    @Test func `a backend without weight is never chosen, and none when both are without`() {
        var drained = SmoothWeights(source: 0, target: 3)
        let turns = (0..<50).map { _ in drained.next() }
        #expect(turns.allSatisfy { $0 == .target })
        var stopped = SmoothWeights(source: 0, target: 0)
        let turn = stopped.next()
        #expect(turn == nil)
    }

    @Test func `an older weight never replaces a newer one`() {
        var route = BalancerRoute(id: "a.test", source: 100, target: 0)
        let isChanged = route.request(source: 100, target: 0)
        #expect(!isChanged)
        #expect(route.requested.generation == 1)
        _ = route.request(source: 50, target: 50)
        let second = route.requested
        _ = route.request(source: 0, target: 100)
        let third = route.requested
        route.activate(third)
        route.activate(second)
        #expect(route.active == third)
        #expect(route.active.generation == 3)
    }

    @Test func `counters add up and percentiles are at most a quarter too high`() {
        var counts = BalancerCounts()
        for milliseconds in 1...100 {
            counts.began()
            counts.ended(.success(200), nanoseconds: milliseconds * 1_000_000)
        }
        counts.began()
        counts.ended(.failure(.timedOut), nanoseconds: 1)
        counts.began()
        counts.ended(.success(503), nanoseconds: 1)
        counts.began()
        #expect(counts.requests == 103)
        #expect(counts.inFlight == 1)
        #expect(counts.failures == 2)
        #expect(counts.answered == [0, 100, 0, 0, 1])
        let median = counts.latency.percentile(0.5)
        #expect((50_000...62_500).contains(median))
        let high = counts.latency.percentile(0.99)
        #expect((98_000...125_000).contains(high))
    }

    @Test func `the control API does what its document says`() async throws {
        try await TestWorld.run { _, _ in
        } body: { world in
            let port = world.running.ports.control
            world.running.balancer.ensureRoute("B.test")
            world.running.balancer.ensureRoute("a.test", source: 3, target: 1)
            func send(
                _ method: HTTPMethod,
                _ path: String,
                _ body: String? = nil
            ) async throws -> (status: Int, body: JSON) {
                let answer = try await world.client.send(
                    method,
                    "control",
                    path,
                    body: body,
                    port: port
                )
                return (answer.status, try JSON.parse(answer.body))
            }

            let routes = try await send(.GET, "/v1/routes")
            #expect(routes.status == 200)
            #expect(routes.body["routes"]?.array?.map { $0["id"] } == ["a.test", "b.test"])
            let route = try await send(.GET, "/v1/routes/a.test").body
            #expect(route["active"] == ["source": 3, "target": 1, "generation": 1])
            #expect(route.at("backends", "target", "requests") == 0)
            #expect(route.at("backends", "target", "answered", "5xx") == 0)

            let body = #"{"source": 0, "target": 256}"#
            let put = try await send(.PUT, "/v1/routes/a.test/weights", body)
            #expect(put.status == 200)
            #expect(put.body["requested"] == ["source": 0, "target": 256, "generation": 2])
            #expect(put.body["active"] == ["source": 3, "target": 1, "generation": 1])
            let repeated = try await send(.PUT, "/v1/routes/a.test/weights", body)
            #expect(repeated.body["requested"] == put.body["requested"])
            try await world.eventually("the weights are in force") {
                try await send(.GET, "/v1/routes/a.test").body["active"] == put.body["requested"]
            }

            #expect(try await send(.GET, "/v1/routes/none.test").status == 404)
            #expect(try await send(.PUT, "/v1/routes/none.test/weights", body).status == 404)
            #expect(try await send(.GET, "/v2/routes").status == 404)
            #expect(try await send(.DELETE, "/v1/routes/a.test").status == 405)
            for wrong in [
                "", "[]", #"{"source":1}"#, #"{"source":-1,"target":1}"#,
                #"{"source":1,"target":257}"#, #"{"source":0.5,"target":1}"#,
            ] {
                let refused = try await send(.PUT, "/v1/routes/a.test/weights", wrong)
                #expect(refused.status == 400, "\(wrong)")
                #expect(refused.body["error"]?.string?.isEmpty == false)
            }
        }
    }

    @Test func `a route whose weights are both 0 answers 503, a host without a route 404`()
        async throws
    {
        try await TestWorld.run { _, _ in
        } body: { world in
            let port = world.running.ports.balancer
            world.running.balancer.ensureRoute("none.test", source: 0, target: 0)
            #expect(try await world.client.get("none.test", port: port).status == 503)
            #expect(try await world.client.get("other.test", port: port).status == 404)
            let route = try world.running.balancer.route("none.test")
            #expect(route.source.requests + route.target.requests == 0)
        }
    }
}
