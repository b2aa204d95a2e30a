import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import LoadGenerator
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// Calls between pods: by name, over bridges, round in circles, into nothing, and while pods go.
@Suite(.serialized) struct CrossingTests {
    /// Where `cart` is reached from outside at the target.
    private static let nodePort = 30_080

    /// `web` calls `cart` at the source; `cart` runs at the target only, behind a bridge.
    private static func fillBridged(_ source: Estate, _ target: Estate) throws {
        for estate in [source, target] { try estate.addNamespace("shop") }
        try source.addPod(
            "web-1",
            of: "web",
            in: "shop",
            annotations: [TwinAnnotation.calls: "cart", TwinAnnotation.latency: "0ms"]
        )
        try source.addService("web", in: "shop", selecting: "web")
        try source.addIngress("web.test", to: "web", in: "shop")
        try source.addService("cart", in: "shop", selecting: nil)
        try target.addPod("cart-1", of: "cart", in: "shop")
        try target.addService("cart-local", in: "shop", selecting: "cart", nodePort: nodePort)
        try source.addBridge("cart", in: "shop", to: "10.2.255.1", port: nodePort)
    }

    @Test func `a name that leads over the bridge is answered by the other site`() async throws {
        try await TestWorld.run { source, target in
            try Self.fillBridged(source, target)
        } body: { world in
            let port = world.running.ports.sourceEntry
            try await world.eventually("the bridged call succeeds") {
                try await world.client.get("web.test", port: port).status == 200
            }
            let answer = try await world.client.get("web.test", port: port)
            let call = try JSON.parse(answer.body)["calls"]?[0]
            #expect(answer.site == "source")
            #expect(call?["name"] == "cart")
            #expect(call?.at("answer", "site") == "target")
            #expect(call?.at("answer", "workload") == "shop/cart")
            let edge = PodCounts.Edge(name: "cart", answeredBy: .target)
            let counters = world.running.counters
            #expect((counters.source.workloads["shop/web"]?.calls[edge] ?? 0) >= 2)
            #expect(counters.recrossings == 0)
            #expect(counters.connectionLoops == 0)
            #expect(counters.problems == [])
        }
    }

    @Test func `a node port is reached from outside through a forwarder`() async throws {
        try await TestWorld.run { source, target in
            try Self.fillBridged(source, target)
        } body: { world in
            let port = try await world.running.forward(nodePort: Self.nodePort, of: .target)
            try await world.eventually("the pod behind the node port answers") {
                do {
                    return try await world.client.get("any", port: port).workload == "shop/cart"
                } catch is CallFailure {
                    return false
                }
            }
            #expect(try await world.client.get("any", port: port).site == "target")
            let closed = try await world.running.forward(nodePort: 30_999, of: .target)
            await #expect(throws: CallFailure.broken) {
                try await world.client.get("any", port: closed)
            }
        }
    }

    @Test func `a link takes its time, and while it is cut calls over it fail`() async throws {
        var settings = TestWorld.quick
        settings.linkLatency = .milliseconds(40)
        settings.callTimeout = .seconds(2)
        try await TestWorld.run(settings) { source, target in
            try Self.fillBridged(source, target)
        } body: { world in
            let time = SystemTime()
            let port = world.running.ports.sourceEntry
            try await world.eventually("the bridged call succeeds") {
                try await world.client.get("web.test", port: port).status == 200
            }
            let start = time.uptime
            #expect(try await world.client.get("web.test", port: port).status == 200)
            let latency = time.uptime - start
            #expect(latency >= .milliseconds(80))
            let link = world.running.world.network.link
            link.setCut(true, from: .target)
            let cut = try await world.client.get("web.test", port: port)
            #expect([502, 504].contains(cut.status))
            link.setCut(false, from: .target)
            try await world.eventually("the healed link carries again") {
                try await world.client.get("web.test", port: port).status == 200
            }
        }
    }

    @Test func `node ports of two sites that lead to each other are noticed`() async throws {
        try await TestWorld.run { source, target in
            try Self.fillBridged(source, target)
            try source.addService("back", in: "shop", selecting: nil, nodePort: 30_090)
            try source.addBridge("back", in: "shop", to: "10.2.255.1", port: Self.nodePort)
            try target.cluster.delete(.pods, namespace: "shop", name: "cart-1")
            try target.cluster.mutate(
                .services,
                namespace: "shop",
                name: "cart-local",
                manager: "test"
            ) { $0.set(nil, at: "spec", "selector") }
            try target.addBridge("cart-local", in: "shop", to: "10.1.255.1", port: 30_090)
        } body: { world in
            let port = world.running.ports.sourceEntry
            try await world.eventually("the loop is counted") {
                let status = try await world.client.get("web.test", port: port).status
                #expect(status != 200)
                return world.running.counters.connectionLoops > 0
            }
        }
    }

    @Test func `workloads that call each other for ever are stopped by the guard`() async throws {
        try await TestWorld.run { source, _ in
            try source.addNamespace("shop")
            for (name, called) in [("a", "b"), ("b", "a")] {
                try source.addPod(
                    "\(name)-1",
                    of: name,
                    in: "shop",
                    annotations: [TwinAnnotation.calls: called]
                )
                try source.addService(name, in: "shop", selecting: name)
            }
            try source.addIngress("a.test", to: "a", in: "shop")
        } body: { world in
            let port = world.running.ports.sourceEntry
            try await world.eventually("both pods are ready") {
                world.source.isReady("a-1", in: "shop") && world.source.isReady("b-1", in: "shop")
            }
            try await world.eventually("the loop is counted") {
                let status = try await world.client.get("a.test", port: port).status
                #expect([502, 503].contains(status))
                return world.running.counters.requestLoops > 0
            }
        }
    }

    @Test func `a Service without endpoints refuses, and the caller says so`() async throws {
        try await TestWorld.run { source, _ in
            try source.addNamespace("shop")
            try source.addPod(
                "web-1",
                of: "web",
                in: "shop",
                annotations: [TwinAnnotation.calls: "cart,none"]
            )
            try source.addService("web", in: "shop", selecting: "web")
            try source.addService("cart", in: "shop", selecting: nil)
            try source.addIngress("web.test", to: "web", in: "shop")
            try source.addIngress("cart.test", to: "cart", in: "shop")
        } body: { world in
            let port = world.running.ports.sourceEntry
            try await world.eventually("the pod answers") {
                try await world.client.get("web.test", port: port).status == 502
            }
            let body = try JSON.parse(try await world.client.get("web.test", port: port).body)
            #expect(body["calls"]?[0] == ["name": "cart", "failure": "refused"])
            #expect(body["calls"]?[1] == ["name": "none", "failure": "name not known"])
            #expect(try await world.client.get("cart.test", port: port).status == 503)
            #expect(world.running.counters.source.refusals >= 1)
            let lines = world.running.counters.failures.joined(separator: "\n")
            #expect(lines.contains("source pod web-1 called cart: refused"))
            #expect(lines.contains("source entry: nothing serves cart.test"))
        }
    }

    @Test func `no request reaches a pod before it is ready`() async throws {
        var settings = TestWorld.quick
        settings.nodes.probeScale = 0.01
        try await TestWorld.run(settings) { source, _ in
            try source.addNamespace("shop")
            try source.addPod("web-1", of: "web", in: "shop", readinessDelay: 30)
            try source.addService("web", in: "shop", selecting: "web")
            try source.addIngress("web.test", to: "web", in: "shop")
        } body: { world in
            let port = world.running.ports.sourceEntry
            try await world.eventually("the pod runs") {
                let pod = world.source.cluster.get(.pods, namespace: "shop", name: "web-1")
                return pod?.at("status", "phase") == "Running"
            }
            try await world.eventually("the entry serves") {
                let wasReady = world.source.isReady("web-1", in: "shop")
                let status = try await world.client.get("web.test", port: port).status
                let isReady = world.source.isReady("web-1", in: "shop")
                if !isReady { #expect([404, 503].contains(status)) }
                if wasReady { #expect([200, 404, 503].contains(status)) }
                return status == 200
            }
            let pod = try #require(
                world.source.cluster.get(.pods, namespace: "shop", name: "web-1")
            )
            #expect(pod.at("status", "podIP")?.string?.hasPrefix("10.1.") == true)
            #expect(pod.at("status", "containerStatuses")?[0]?["ready"] == true)
            let types = pod.at("status", "conditions")?.array?.compactMap { $0["type"]?.string }
            #expect(
                types?.sorted() == ["ContainersReady", "Initialized", "PodScheduled", "Ready"]
            )
        }
    }

    @Test func `a name that is turned to the bridge and back under load fails no request`()
        async throws
    {
        try await TestWorld.run { source, target in
            try Self.fillBridged(source, target)
            // The name begins with local pods; the bridge is put up later.
            try source.cluster.delete(.endpointSlices, namespace: "shop", name: "cart-bridge")
            try source.cluster.mutate(.services, namespace: "shop", name: "cart", manager: "test") {
                $0.set(["app": "cart"], at: "spec", "selector")
            }
            try source.addPod("cart-1", of: "cart", in: "shop")
        } body: { world in
            let port = world.running.ports.sourceEntry
            let cluster = world.source.cluster
            let time = SystemTime()
            let lag = Duration.milliseconds(300)
            try await world.eventually("the local call succeeds, and the far pod is ready") {
                let status = try await world.client.get("web.test", port: port).status
                return status == 200 && world.target.isReady("cart-1", in: "shop")
            }
            let load = TestWorld.load(port: port)
            func answered(by site: TwinSite) -> Int {
                let edge = PodCounts.Edge(name: "cart", answeredBy: site)
                return world.running.counters.source.workloads["shop/web"]?.calls[edge] ?? 0
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run() }
                try world.source.addBridge(
                    "cart",
                    in: "shop",
                    to: "10.2.255.1",
                    port: Self.nodePort
                )
                try await time.sleep(for: lag)
                try cluster.mutate(.services, namespace: "shop", name: "cart", manager: "test") {
                    $0.set(nil, at: "spec", "selector")
                }
                try cluster.delete(.endpointSlices, namespace: "shop", name: "cart-slice")
                try cluster.delete(.pods, namespace: "shop", name: "cart-1")
                try await world.eventually("the local pod is gone") {
                    cluster.get(.pods, namespace: "shop", name: "cart-1") == nil
                }
                let far = answered(by: .target)
                try await world.eventually("the far pod answers") { answered(by: .target) > far }

                try world.source.addPod("cart-2", of: "cart", in: "shop")
                try cluster.mutate(.services, namespace: "shop", name: "cart", manager: "test") {
                    $0.set(["app": "cart"], at: "spec", "selector")
                }
                try await world.eventually("the new local pod is ready") {
                    world.source.isReady("cart-2", in: "shop")
                }
                try await time.sleep(for: lag)
                try cluster.delete(.endpointSlices, namespace: "shop", name: "cart-bridge")
                let near = answered(by: .source)
                try await world.eventually("the local pod answers") { answered(by: .source) > near }
                group.cancelAll()
            }
            #expect(load.report(of: "all").failures == [:])
            #expect(world.running.counters.recrossings == 0)
        }
    }

    @Test func `load tells when another site answers than the one whose entry was asked`()
        async throws
    {
        try await TestWorld.run { source, target in
            try Self.fillBridged(source, target)
            // What a migration never leaves: an entry that leads to a name and not to a local name.
            try source.addIngress("direct.test", to: "cart", in: "shop")
        } body: { world in
            let port = world.running.ports.sourceEntry
            for (host, strays) in [("web.test", false), ("direct.test", true)] {
                try await world.eventually("the entry serves") {
                    try await world.client.get(host, port: port).status == 200
                }
                let load = TestWorld.load(port: port, host: host)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await load.run() }
                    try await world.eventually("requests are answered") {
                        load.report(of: "all").answered >= 5
                    }
                    group.cancelAll()
                }
                let report = load.report(of: "all")
                #expect(report.strayed == (strays ? report.answered : 0))
            }
        }
    }

    @Test func `pods that are replaced under load lose no request`() async throws {
        try await TestWorld.run { source, _ in
            try source.addNamespace("shop")
            for number in 1...2 {
                try source.addPod(
                    "web-\(number)",
                    of: "web",
                    in: "shop",
                    annotations: [TwinAnnotation.calls: "cart", TwinAnnotation.latency: "2ms"]
                )
                try source.addPod("cart-\(number)", of: "cart", in: "shop")
            }
            for name in ["web", "cart"] {
                try source.addService(name, in: "shop", selecting: name)
            }
            try source.addIngress("web.test", to: "web", in: "shop")
        } body: { world in
            world.running.balancer.ensureRoute("web.test")
            let port = world.running.ports.balancer
            try await world.eventually("the whole path serves") {
                try await world.client.get("web.test", port: port).status == 200
            }
            // Before the load begins, calls may have found nobody ready.
            let early = world.running.counters.source.workloads["shop/web"]?.callFailures
            let load = TestWorld.load(port: port)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run() }
                for workload in ["cart", "web"] {
                    try world.source.addPod(
                        "\(workload)-3",
                        of: workload,
                        in: "shop",
                        annotations: workload == "web" ? [TwinAnnotation.calls: "cart"] : [:]
                    )
                    try await world.eventually("the new pod is ready") {
                        world.source.isReady("\(workload)-3", in: "shop")
                    }
                    for number in 1...2 {
                        try world.source.cluster.delete(
                            .pods,
                            namespace: "shop",
                            name: "\(workload)-\(number)"
                        )
                    }
                }
                try await world.eventually("the old pods are gone") {
                    world.source.cluster.list(.pods, namespace: "shop").count == 2
                }
                group.cancelAll()
            }
            let report = load.report(of: "all")
            #expect(report.failures == [:])
            #expect(report.answered > 50)
            let counts = world.running.counters.source.workloads
            #expect(counts["shop/cart"]?.statuses.keys.sorted() == [200])
            #expect(counts["shop/web"]?.callFailures == early)
            #expect(world.running.counters.problems == [])
        }
    }
}
