import Clocks
import MigrationModel
import MigrationPorts
import Testing

/// One sentence of what every balancer must do, and how it is looked at.
struct TrafficCase: Sendable, CustomTestStringConvertible {
    let says: String
    /// One word for it.
    let name: String
    /// Whether only a balancer that counts its users' requests can keep it.
    var needsCounts = false
    let hold: @Sendable (Rig) async throws -> Void

    var testDescription: String { says }

    private static let route = RouteID("a.example")

    static let all = [
        TrafficCase(says: "routes are told sorted", name: "sorted") { rig in
            let routes = try await rig.provider.routes()
            #expect(routes == [RouteID("a.example"), RouteID("b.example")])
        },
        TrafficCase(
            says: "a weight reads back as what was asked, and asking again changes nothing",
            name: "weight"
        ) { rig in
            #expect(try await rig.provider.requestedWeight(of: route).weight == .none)
            for percent in rig.percents + [0] {
                let weight = try #require(Weight(percent: percent))
                try await rig.provider.setWeight(weight, on: route)
                let first = try await rig.provider.requestedWeight(of: route)
                #expect(first.weight == weight)
                try await rig.provider.setWeight(weight, on: route)
                #expect(try await rig.provider.requestedWeight(of: route) == first)
                try await rig.settle()
            }
            let other = try await rig.provider.requestedWeight(of: RouteID("b.example"))
            #expect(other.weight == .none)
        },
        TrafficCase(says: "what was read once is given back exactly", name: "restoring") { rig in
            let before = try await rig.provider.requestedWeight(of: route)
            try await rig.provider.setWeight(.all, on: route)
            try await rig.provider.restore(before, on: route)
            #expect(try await rig.provider.requestedWeight(of: route) == before)
            try await rig.provider.restore(before, on: route)
            let other = RequestedWeight(weight: .all, native: "nonsense")
            await #expect(throws: ProviderError.self) {
                try await rig.provider.restore(other, on: route)
            }
            #expect(try await rig.provider.requestedWeight(of: route) == before)
        },
        TrafficCase(says: "the counted share is the share that callers see", name: "share") { rig in
            for percent in [0] + rig.percents.filter({ [25, 50, 100].contains($0) }) {
                let weight = try #require(Weight(percent: percent))
                try await rig.provider.setWeight(weight, on: route)
                try await rig.settle()
                let before = try await rig.provider.counters(of: route)
                let sites = try await rig.sites("a.example", count: 100)
                let after = try await rig.provider.counters(of: route)
                let evidence = try #require(after.evidence(since: before, window: .seconds(1)))
                #expect(evidence.target.requests == sites.count { $0 == "target" })
                #expect(evidence.source.requests == sites.count { $0 == "source" })
                #expect(abs(evidence.target.requests - percent) <= 2)
                #expect(evidence.target.failures + evidence.source.failures == 0)
            }
        },
        TrafficCase(says: "a failure of a site is counted as its own", name: "failure") { rig in
            try await rig.provider.setWeight(.all, on: route)
            try await rig.settle()
            let before = try await rig.provider.counters(of: route)
            _ = try await rig.sites("a.example", count: 7, path: "/fail")
            let after = try await rig.provider.counters(of: route)
            let evidence = try #require(after.evidence(since: before, window: .seconds(1)))
            #expect(evidence.target.requests == 7)
            #expect(evidence.target.failures == 7)
            #expect(evidence.source.failures == 0)
        },
        TrafficCase(
            says: "latency is that of the answers, not of a caller's pauses between them",
            name: "latency"
        ) { rig in
            let before = try await rig.provider.counters(of: route)
            for _ in 0..<4 {
                _ = try await rig.sites("a.example", count: 1)
                // Shorter than the client keeps an idle connection.
                try await rig.time.sleep(for: .milliseconds(300))
            }
            let quick = try await rig.provider.counters(of: route)
            _ = try await rig.sites("a.example", count: 4, path: "/slow")
            let slow = try await rig.provider.counters(of: route)
            let answered = try #require(quick.evidence(since: before, window: .seconds(1)))
            let waited = try #require(slow.evidence(since: quick, window: .seconds(1)))
            #expect(try #require(answered.source.latencyMeanMicroseconds) < 150_000)
            #expect(try #require(waited.source.latencyMeanMicroseconds) > 200_000)
        },
        TrafficCase(
            says: "what is under way is counted until it ends",
            name: "underway",
            needsCounts: true
        ) { rig in
            async let answers = rig.sites("a.example", count: 1, path: "/slow")
            try await SystemTime().sleep(for: .milliseconds(200))
            let during = try await rig.provider.counters(of: route)
            #expect(during.source.inFlight == 1)
            try await rig.provider.setWeight(.all, on: route)
            #expect(try await answers == ["source"])
            let after = try await rig.provider.counters(of: route)
            #expect(after.source.inFlight == 0)
        },
        TrafficCase(
            says: "counters of a balancer that began anew make no evidence",
            name: "anew",
            needsCounts: true
        ) { rig in
            _ = try await rig.sites("a.example", count: 3)
            let before = try await rig.provider.counters(of: route)
            try await rig.restart()
            let after = try await lookAgain { try await rig.provider.counters(of: route) }
            #expect(before.incarnation != after.incarnation)
            #expect(after.evidence(since: before, window: .seconds(1)) == nil)
        },
        TrafficCase(says: "a route that is not there is refused by its name", name: "unknown") {
            rig in
            for name in ["nowhere.example", "a b", "a.example/source weight 0\nshutdown"] {
                await #expect {
                    try await rig.provider.setWeight(.all, on: RouteID(name))
                } throws: { error in
                    guard case .rejected(let reason) = error as? ProviderError else { return false }
                    return reason.contains("route")
                }
            }
            let untouched = try await rig.provider.requestedWeight(of: route)
            #expect(untouched.weight == .none)
        },
    ]

    /// Looks until it is not `unavailable`: a connection that was kept breaks with a restart, and what
    /// read over it is to be tried again.
    private static func lookAgain<Seen>(
        _ look: () async throws -> Seen
    ) async throws -> Seen {
        for _ in 0..<3 {
            do {
                return try await look()
            } catch ProviderError.unavailable {
                continue
            }
        }
        return try await look()
    }
}
