import Clocks
import HTTPTransport
import JSONValues
import KubernetesAPI
import Synchronization
import Testing

@Suite struct AdaptiveLimiterTests {
    /// A server whose latency depends on how many calls it serves at once; it counts them.
    private final class LoadedServer: HTTPTransport {
        private let state = Mutex((now: 0, most: 0, served: 0))
        private let time: ManualTime
        private let answer: @Sendable (Int) -> (Duration, HTTPResponse)

        init(
            _ time: ManualTime,
            _ answer: @escaping @Sendable (Int) -> (Duration, HTTPResponse)
        ) {
            self.time = time
            self.answer = answer
        }

        var most: Int { state.withLock { $0.most } }
        var served: Int { state.withLock { $0.served } }

        func send(
            _ request: HTTPRequest,
            timeout: Duration
        ) async throws(TransportError) -> HTTPResponse {
            let now = state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
                return state.now
            }
            let (latency, response) = answer(now)
            do {
                try await time.sleep(for: latency)
            } catch {
                throw .cancelled
            }
            state.withLock { state in
                state.now -= 1
                state.served += 1
            }
            return response
        }
    }

    /// Makes `count` calls at once and moves the time until they are through.
    private func run(
        _ count: Int,
        _ server: LoadedServer,
        _ time: ManualTime,
        _ limiter: AdaptiveLimiter
    ) async {
        let client = KubernetesClient(
            transport: server,
            time: time,
            limiter: limiter,
            configuration: KubernetesClient.Configuration(timeout: .seconds(100_000))
        )
        let done = Log<Void>()
        let turns = TurnExecutor()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask(executorPreference: turns) {
                    do {
                        _ = try await client.request("GET", path: "/version")
                    } catch {
                        Issue.record("\(error)")
                    }
                    done.append(())
                }
            }
            turns.runUntilIdle()
            while done.entries.count < count {
                time.advance(by: .milliseconds(1))
                turns.runUntilIdle()
            }
        }
    }

    private static let ok = HTTPResponse(status: 200, body: .bytes(Array("{}".utf8)))

    @Test func `it begins at sixteen and grows while the server keeps its pace`() async {
        let time = ManualTime()
        let server = LoadedServer(time) { _ in (.milliseconds(10), Self.ok) }
        let limiter = AdaptiveLimiter(time: time)
        #expect(limiter.limit == 16)
        await run(600, server, time, limiter)
        #expect(limiter.limit > 32)
        #expect(server.most > 32)
        #expect(server.served == 600)
    }

    @Test func `it does not grow far beyond the point where latency doubles`() async {
        let time = ManualTime()
        let server = LoadedServer(time) { now in
            (.milliseconds(now <= 24 ? 20 : 200), Self.ok)
        }
        let limiter = AdaptiveLimiter(time: time)
        await run(600, server, time, limiter)
        #expect(server.most <= 40)
        #expect(limiter.limit <= 40)
        #expect(server.served == 600)
    }

    @Test func `a 429 halves it and its Retry-After holds everybody back`() async {
        let time = ManualTime()
        let refusals = Log<Void>()
        let server = LoadedServer(time) { _ in
            guard refusals.entries.isEmpty else { return (.milliseconds(10), Self.ok) }
            refusals.append(())
            return (.milliseconds(1), HTTPResponse(status: 429, headers: ["Retry-After": "2"]))
        }
        let limiter = AdaptiveLimiter(time: time)
        await run(1, server, time, limiter)
        #expect(limiter.limit == 8)
        #expect(time.uptime >= .seconds(2))
    }

    @Test func `what a server takes at once is found out and kept to`() async {
        let time = ManualTime()
        let refusals = Log<Void>()
        let server = LoadedServer(time) { now in
            guard now > 8 else { return (.milliseconds(10), Self.ok) }
            refusals.append(())
            return (.milliseconds(1), HTTPResponse(status: 429, headers: ["Retry-After": "1"]))
        }
        let limiter = AdaptiveLimiter(time: time)
        await run(600, server, time, limiter)
        // All that were in flight at first, and hardly any later.
        #expect(refusals.entries.count <= 12)
        #expect(limiter.limit <= 8)
        #expect(server.served == 600 + refusals.entries.count)
    }

    @Test func `one quick answer is no measure of the others`() async {
        let time = ManualTime()
        let first = Log<Void>()
        let server = LoadedServer(time) { _ in
            guard first.entries.isEmpty else { return (.milliseconds(20), Self.ok) }
            first.append(())
            return (.milliseconds(2), Self.ok)
        }
        let limiter = AdaptiveLimiter(time: time)
        await run(600, server, time, limiter)
        #expect(limiter.limit > 32)
    }

    @Test func `who waits for a place gives up at the deadline with nothing sent`() async throws {
        let server = ScriptedServer { _, _ in
            let (stream, _) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            return .success(HTTPResponse(status: 200, body: .stream(stream)))
        }
        let limiter = AdaptiveLimiter(start: 1, max: 1, time: SystemTime())
        let patient = KubernetesClient(
            transport: server,
            time: SystemTime(),
            limiter: limiter
        )
        let impatient = KubernetesClient(
            transport: server,
            time: SystemTime(),
            limiter: limiter,
            configuration: KubernetesClient.Configuration(timeout: .milliseconds(50))
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = await failure { () throws(KubernetesError) in
                    try await patient.request("GET", path: "/a")
                }
            }
            while server.requests.isEmpty { await Task.yield() }
            let error = await failure { () throws(KubernetesError) in
                try await impatient.request("GET", path: "/b")
            }
            #expect(
                error?.description
                    == "GET /b: the request was not sent: "
                    + "too many calls were in flight until its deadline"
            )
            #expect(server.targets == ["/a"])
            group.cancelAll()
        }
    }
}
