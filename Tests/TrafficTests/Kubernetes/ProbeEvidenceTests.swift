import Clocks
import ControlPlaneSupport
import HTTPTransport
import MigrationModel
import MigrationPorts
import Synchronization
import Testing
import TrafficKubernetes

/// What requests of ours tell of a route.
@Suite struct ProbeEvidenceTests {
    private let route = RouteID("shop/web")
    private let time = ManualTime()
    private let front = ToldFront()

    private func evidence(grace: Duration = .seconds(30)) -> ProbeEvidence {
        ProbeEvidence(
            front: front,
            hosts: [route: "web.example"],
            marker: .init(header: "X-Site", source: "old", target: "new"),
            grace: grace,
            time: time
        )
    }

    private func counters(
        _ evidence: ProbeEvidence,
        _ weight: Weight
    ) async throws -> RouteCounters {
        try await evidence.counters(of: route, asked: weight)
    }

    @Test func `answers are counted by the site that they name, and as probes`() async throws {
        let evidence = evidence()
        front.answer.withLock {
            $0 = .success(HTTPResponse(status: 200, headers: ["X-Site": "old"]))
        }
        #expect(try await evidence.probe(route, path: "/") == .source)
        front.answer.withLock {
            $0 = .success(HTTPResponse(status: 503, headers: ["X-Site": "new"]))
        }
        #expect(try await evidence.probe(route, path: "/") == .target)
        let counters = try await counters(evidence, Weight(percent: 50) ?? .none)
        #expect([counters.source.requests, counters.source.failures] == [1, 0])
        #expect([counters.target.requests, counters.target.failures] == [1, 1])
        let nothing = RouteCounters(
            source: .init(requests: 0, failures: 0, inFlight: 0),
            target: .init(requests: 0, failures: 0, inFlight: 0),
            incarnation: counters.incarnation
        )
        #expect(counters.evidence(since: nothing, window: .seconds(1))?.basis == .probed)
        #expect(front.hosts.withLock { $0 } == ["web.example", "web.example"])
    }

    @Test(arguments: [
        Result<HTTPResponse, TransportError>.success(HTTPResponse(status: 503)),
        .failure(.broken(reason: "reset")), .failure(.timedOut(after: .seconds(5))),
    ])
    func `a failure that names no site is the target's while anything goes there`(
        answer: Result<HTTPResponse, TransportError>
    ) async throws {
        let evidence = evidence()
        front.answer.withLock { $0 = answer }
        _ = try await counters(evidence, .all)
        await #expect(throws: ProviderError.self) {
            _ = try await evidence.probe(route, path: "/")
        }
        let forward = try await counters(evidence, .none)
        #expect(forward.target.failures == 1)
        await #expect(throws: ProviderError.self) {
            _ = try await evidence.probe(route, path: "/")
        }
        let back = try await counters(evidence, .none)
        #expect([back.source.failures, back.target.failures] == [1, 1])
    }

    @Test func `a front that cannot be reached says nothing of either site`() async throws {
        let evidence = evidence()
        front.answer.withLock { $0 = .failure(.notSent(reason: "refused")) }
        await #expect {
            _ = try await evidence.probe(route, path: "/")
        } throws: { error in
            if case .unavailable = error as? ProviderError { true } else { false }
        }
        let counters = try await counters(evidence, .all)
        #expect(counters.target.requests + counters.source.requests == 0)
    }

    @Test func `an answer without the mark is refused with where to read of it`() async throws {
        let evidence = evidence()
        front.answer.withLock { $0 = .success(HTTPResponse(status: 200)) }
        await #expect(
            throws: ProviderError.rejected(
                reason: "route shop/web: the answer (200) has no X-Site that names a site; "
                    + "docs/traffic.md says how to let it"
            )
        ) {
            _ = try await evidence.probe(route, path: "/")
        }
    }

    @Test func `a site that is left gets its time, and anew when it was used again`() async throws {
        let evidence = evidence()
        let first = try await counters(evidence, .all)
        #expect(first.source.inFlight == 1 && first.source.isInFlightPresumed)
        #expect(first.target.inFlight == 0)
        time.advance(by: .seconds(29))
        #expect(try await counters(evidence, .all).source.inFlight == 1)
        time.advance(by: .seconds(1))
        #expect(try await counters(evidence, .all).source.inFlight == 0)
        _ = try await counters(evidence, Weight(percent: 50) ?? .none)
        #expect(try await counters(evidence, .all).source.inFlight == 1)
    }
}

/// A front that answers what it was told.
private final class ToldFront: HTTPTransport {
    let answer = Mutex<Result<HTTPResponse, TransportError>>(.failure(.cancelled))
    let hosts = Mutex<[String?]>([])

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        hosts.withLock { $0.append(request.headers["Host"]) }
        return try answer.withLock { $0 }.get()
    }
}
