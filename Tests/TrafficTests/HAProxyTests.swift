import Clocks
import Foundation
import HAProxyRuntime
import HTTPTransport
import HTTPTransportNIO
import MigrationModel
import MigrationPorts
import SiteSupport
import Testing

@testable import TrafficHAProxy

/// What only a HAProxy does; skipped where there is none.
@Suite(
    .serialized,
    .enabled(if: HAProxyProcess.isInstalled, "HAProxy is not installed")
) struct HAProxyTests {
    private let route = RouteID("a.example")

    private func run(
        _ backends: [HAProxyProcess.Backend],
        level: String = "admin",
        _ body: (HAProxyProcess) async throws -> Void
    ) async throws {
        let process = try await HAProxyProcess(backends: backends, level: level)
        do {
            try await body(process)
        } catch {
            process.stop()
            throw error
        }
        process.stop()
    }

    private func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "nothing was refused"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a reload in the middle of a ramp keeps the weight`() async throws {
        try await run([.init(name: "a.example", source: [1], target: [2])]) { process in
            let provider = TrafficHAProxy(
                runtime: process.runtime,
                naming: RouteNaming(),
                stateFilePath: process.stateFile
            )
            let weight = try #require(Weight(percent: 50))
            try await provider.setWeight(weight, on: route)
            try await process.reload()
            #expect(try await provider.requestedWeight(of: route).weight == weight)
        }
    }

    @Test func `without a state file a reload loses the weight, and reading back shows it`()
        async throws
    {
        try await run([.init(name: "a.example", source: [1], target: [2])]) { process in
            let provider = TrafficHAProxy(runtime: process.runtime, naming: RouteNaming())
            try await provider.setWeight(.all, on: route)
            try await process.reload()
            #expect(try await provider.requestedWeight(of: route).weight == .none)
        }
    }

    @Test func `a state file that cannot be written leaves the weight in doubt`() async throws {
        try await run([.init(name: "a.example", source: [1], target: [2])]) { process in
            let provider = TrafficHAProxy(
                runtime: process.runtime,
                naming: RouteNaming(),
                stateFilePath: "\(process.directory.path)/missing/state"
            )
            await #expect {
                try await provider.setWeight(.all, on: route)
            } throws: { error in
                guard case .unknown(let reason) = error as? ProviderError else { return false }
                return reason.contains("a reload would lose it")
            }
        }
    }

    @Test func `a static algorithm is refused with what to write`() async throws {
        let backend = HAProxyProcess.Backend(
            name: "a.example",
            source: [1],
            target: [2],
            balance: "source"
        )
        try await run([backend]) { process in
            let provider = TrafficHAProxy(runtime: process.runtime, naming: RouteNaming())
            #expect(
                await refusal { try await provider.setWeight(.all, on: route) }
                    == "route a.example: backend a.example balances by source, which does not follow "
                    + "weights while it runs; write `balance roundrobin`"
            )
            #expect(
                await refusal {
                    try await process.runtime.order(["set server a.example/target weight 50"])
                }
                    == "HAProxy refused: Backend is using a static LB algorithm and only accepts "
                    + "weights '0%' and '100%'."
            )
        }
    }

    @Test func `any text is an error, and nothing is success`() async throws {
        try await run([.init(name: "a.example", source: [1], target: [2])]) { process in
            let runtime = process.runtime
            try await runtime.order(["set server a.example/target weight 5"])
            try await runtime.order([
                "set server a.example/target weight 6", "set server a.example/source weight 7",
            ])
            for (command, text) in [
                ("set server a.example/nobody weight 5", "No such server."),
                ("set server nowhere/target weight 5", "No such backend."),
                (
                    "set server a.example/target weight 300",
                    "Absolute weight can only be between 0 and 256 inclusive."
                ),
            ] {
                await #expect(throws: HAProxyRuntimeError.refused(text: text)) {
                    try await runtime.order([command])
                }
            }
        }
    }

    @Test func `a socket without the right to set is refused in HAProxy's words`() async throws {
        let backend = HAProxyProcess.Backend(name: "a.example", source: [1], target: [2])
        try await run([backend], level: "operator") { process in
            let provider = TrafficHAProxy(runtime: process.runtime, naming: RouteNaming())
            let requested = try await provider.requestedWeight(of: route)
            #expect(requested.weight == .none)
            let text = await refusal { try await provider.setWeight(.all, on: route) }
            #expect(text.hasPrefix("route a.example: HAProxy refused: Permission denied"))
        }
    }

    @Test func `several servers of a side share its weight`() async throws {
        let backend = HAProxyProcess.Backend(
            name: "a.example",
            source: [1, 2, 3],
            target: [4, 5]
        )
        try await run([backend]) { process in
            let naming = RouteNaming(
                source: ["source1", "source2", "source3"],
                target: ["target1", "target2"]
            )
            let provider = TrafficHAProxy(runtime: process.runtime, naming: naming)
            let weight = try #require(Weight(percent: 50))
            try await provider.setWeight(weight, on: route)
            let requested = try await provider.requestedWeight(of: route)
            #expect(requested.weight == weight)
            #expect(requested.native == "source1=2,source2=2,source3=2,target1=3,target2=3")
        }
    }

    @Test func `a server that is not there is named with those that are`() async throws {
        try await run([.init(name: "a.example", source: [1], target: [2])]) { process in
            let naming = RouteNaming(target: ["green"])
            let provider = TrafficHAProxy(runtime: process.runtime, naming: naming)
            #expect(
                await refusal { _ = try await provider.requestedWeight(of: route) }
                    == "route a.example: backend a.example has no server green; it has source, target"
            )
            let routes = try await provider.routes()
            #expect(routes == [])
        }
    }

    @Test func `a weight goes to no side that is down`() async throws {
        try await run([.init(name: "a.example", source: [1], target: [2])]) { process in
            let provider = TrafficHAProxy(runtime: process.runtime, naming: RouteNaming())
            try await process.runtime.order(["set server a.example/target state maint"])
            await #expect {
                try await provider.setWeight(.all, on: route)
            } throws: { error in
                guard case .unavailable(let reason, _) = error as? ProviderError else {
                    return false
                }
                return reason == "backend a.example: no server of the target is up (target)"
            }
            #expect(try await provider.requestedWeight(of: route).weight == .none)
        }
    }

    @Test
    func `nothing goes back to a source that is down, and a target that is down stops nothing`()
        async throws
    {
        try await run([.init(name: "a.example", source: [1], target: [2])]) { process in
            let provider = TrafficHAProxy(runtime: process.runtime, naming: RouteNaming())
            let quarter = try #require(Weight(percent: 25))
            try await provider.setWeight(quarter, on: route)
            let before = try await provider.requestedWeight(of: route)
            try await provider.setWeight(.all, on: route)
            try await process.runtime.order(["set server a.example/source state maint"])
            await #expect {
                try await provider.restore(before, on: route)
            } throws: { error in
                guard case .unavailable(let reason, _) = error as? ProviderError else {
                    return false
                }
                return reason == "backend a.example: no server of the source is up (source)"
            }
            #expect(try await provider.requestedWeight(of: route).weight == .all)
            try await process.runtime.order([
                "set server a.example/source state ready",
                "set server a.example/target state maint",
            ])
            try await provider.restore(before, on: route)
            #expect(try await provider.requestedWeight(of: route) == before)
        }
    }

    @Test func `cleared counters begin a new incarnation`() async throws {
        let sites = try await TinySites()
        let backend = HAProxyProcess.Backend(
            name: "a.example",
            source: [sites.sourcePort],
            target: [sites.targetPort]
        )
        try await run([backend]) { process in
            let provider = TrafficHAProxy(runtime: process.runtime, naming: RouteNaming())
            _ = try await TinyClient().get("a.example", port: process.port)
            let before = try await provider.counters(of: route)
            #expect(before.source.requests == 1)
            try await process.runtime.order(["clear counters all"])
            let after = try await provider.counters(of: route)
            #expect(after.evidence(since: before, window: .seconds(1)) == nil)
        }
        await sites.stop()
    }

    @Test func `a probe of an idle route tells the site, by the host of the route`() async throws {
        let sites = try await TinySites()
        let backend = HAProxyProcess.Backend(
            name: "a.example",
            source: [sites.sourcePort],
            target: [sites.targetPort]
        )
        try await run([backend]) { process in
            let front = try NIOTransport(
                HTTPSite(origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: process.port))
            )
            let named = RouteID("shop")
            let naming = RouteNaming(
                backends: [
                    named: .init(name: "a.example", source: ["source"], target: ["target"])
                ],
                hosts: [named: "a.example"]
            )
            let provider = TrafficHAProxy(runtime: process.runtime, naming: naming, front: front)
            let first = try await provider.probe(named, path: "/")
            try await provider.setWeight(.all, on: named)
            let second = try await provider.probe(named, path: "/fail")
            let nowhere = await refusal {
                _ = try await provider.probe(RouteID("nowhere.example"), path: "/")
            }
            try await front.shutdown()
            #expect(first == .source)
            #expect(second == .target)
            #expect(
                nowhere
                    == "route nowhere.example: HAProxy's answer names no server of backend "
                    + "nowhere.example in X-Diolkos-Server; docs/haproxy.md says how to let it"
            )
        }
        await sites.stop()
    }

    @Test func `a refused connection counts as a failure of the side that refused`() async throws {
        // Nobody listens on port 1.
        try await run([.init(name: "a.example", source: [1], target: [1])]) { process in
            let provider = TrafficHAProxy(runtime: process.runtime, naming: RouteNaming())
            let before = try await provider.counters(of: route)
            let answer = try await TinyClient().get("a.example", port: process.port)
            #expect(answer.status == 503)
            let after = try await provider.counters(of: route)
            let evidence = try #require(after.evidence(since: before, window: .seconds(1)))
            #expect(evidence.source.requests == 1)
            #expect(evidence.source.failures == 1)
        }
    }
}

/// What needs no HAProxy.
@Suite struct HAProxyValueTests {
    @Test func `nobody at the socket is known as not sent`() async {
        for address in [
            HAProxyRuntime.Address.unix(path: "/tmp/no-such-socket"),
            .tcp(host: "127.0.0.1", port: 1),
        ] {
            let provider = TrafficHAProxy(
                runtime: HAProxyRuntime(address: address, timeout: .seconds(2)),
                naming: RouteNaming()
            )
            await #expect {
                try await provider.setWeight(.all, on: RouteID("a.example"))
            } throws: { error in
                if case .unavailable = error as? ProviderError { true } else { false }
            }
        }
    }

    @Test(arguments: ["show stat\nshow info", "show stat;show info", "", "set server a/b\u{0} x"])
    func `what would be several commands is never sent`(command: String) async {
        let runtime = HAProxyRuntime(address: .unix(path: "/tmp/no-such-socket"))
        await #expect(throws: HAProxyRuntimeError.notOneCommand) {
            try await runtime.order([command])
        }
    }

    @Test func `names that could be commands are refused`() async {
        for name in ["a b", "a;b", "a\nb", "", "a/b"] { #expect(!RouteNaming.isName(name)) }
        for name in [
            "a.example", "be_a-1", "[::1]".replacing("[", with: "").replacing("]", with: ""),
        ] {
            #expect(RouteNaming.isName(name))
        }
    }

    @Test func `statistics are read by the names of their columns`() throws {
        let text = """
            # svname,other,pxname,uweight,
            source,"x,y",a.example,7,
            BACKEND,,a.example,,
            """
        let statistics = try #require(HAProxyStatistics(text))
        #expect(statistics.servers(of: "a.example")["source"]?.count("uweight") == 7)
        #expect(statistics.servers(of: "a.example")["source"]?["other"] == "x,y")
        #expect(statistics.servers(of: "a.example").count == 1)
        #expect(statistics.backend("a.example") != nil)
        #expect(statistics.backend("b.example") == nil)
        #expect(HAProxyStatistics("Permission denied") == nil)
        #expect(HAProxyStatistics("") == nil)
    }

    @Test func `weights share as asked within what 256 allows, and never round a share away`()
        throws
    {
        for percent in 0...100 {
            let weight = try #require(Weight(percent: percent))
            for (sources, targets) in [(1, 1), (3, 2), (7, 1), (16, 5)] {
                let weights = ServerWeights(
                    weight,
                    source: (0..<sources).map { "s\($0)" },
                    target: (0..<targets).map { "t\($0)" }
                )
                let all = (weights.source + weights.target).map(\.weight)
                #expect(all.allSatisfy { (0...256).contains($0) })
                let share = try #require(weights.share)
                #expect(abs(share.percent - percent) <= (sources > 3 ? 2 : 0))
                #expect((share == .none) == (percent == 0))
                #expect((share == .all) == (percent == 100))
            }
        }
    }

    @Test func `weights are raised before others are lowered`() throws {
        let before = ServerWeights(.none, source: ["s"], target: ["t"])
        let after = ServerWeights(.all, source: ["s"], target: ["t"])
        #expect(after.raisedFirst(from: before).map(\.server) == ["t", "s"])
        #expect(before.raisedFirst(from: after).map(\.server) == ["s", "t"])
        #expect(after.raisedFirst(from: after).isEmpty)
        #expect(ServerWeights(after.text, source: ["s"], target: ["t"]) == after)
        #expect(ServerWeights("s=1,x=2", source: ["s"], target: ["t"]) == nil)
        #expect(ServerWeights("s=1,t=257", source: ["s"], target: ["t"]) == nil)
    }
}
