import Clocks
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// Single connections: order, endings, and what a caller keeps.
@Suite struct ConnectionTests {
    private let ticker = LoopTicker(eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    /// Gets an element for each request that arrives.
    private let arrivals = AsyncStream.makeStream(of: Void.self)

    /// A server that answers with the path after a pause that the path names: `/20`.
    private func startEcho() async throws -> (listener: HTTPListener, address: SocketAddress) {
        let listener = HTTPListener(eventLoop: ticker.eventLoop)
        let eventLoop = ticker.eventLoop
        let arrived = arrivals.continuation
        let address = try await listener.start { request, answer in
            arrived.yield()
            let path = request.head.uri
            let pause = Int64(path.dropFirst()) ?? 0
            eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(pause)) {
                answer(WholeAnswer(status: .ok, text: path))
            }
        }
        return (listener, address)
    }

    /// Sends bytes as they are and answers with all that comes until the peer ends, or `enough`
    /// answers have come.
    private func exchange(
        _ text: String,
        with address: SocketAddress,
        until enough: Int = .max
    ) async throws -> String {
        let collector = Collector(enough: enough, eventLoop: ticker.eventLoop)
        let channel = try await ClientBootstrap(group: ticker.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(collector.handler)
                }
            }
            .connect(to: address).get()
        try await channel.writeAndFlush(ByteBuffer(string: text))
        return try await collector.whole.get()
    }

    @Test func `requests sent at once are answered one after the other`() async throws {
        let (listener, address) = try await startEcho()
        let text = ["/30", "/1", "/10"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        let answers = try await exchange(text, with: address, until: 3)
        let bodies = answers.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix(3) }
        #expect(bodies.map { $0.split(separator: "\n")[0] } == ["/30", "/1", "/10"])
        await listener.stop(within: .zero)
    }

    @Test func `a connection ends after the answer when the peer asks for it`() async throws {
        let (listener, address) = try await startEcho()
        let text = "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        let answer = try await exchange(text, with: address)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.lowercased().contains("connection: close\r\n"))
        await listener.stop(within: .zero)
    }

    @Test func `what is being answered ends before the server does`() async throws {
        let (listener, address) = try await startEcho()
        async let exchanged = exchange("GET /200 HTTP/1.1\r\nHost: a\r\n\r\n", with: address)
        for await _ in arrivals.stream { break }
        await listener.stop(within: .seconds(30))
        let answer = try await exchanged
        #expect(answer.hasSuffix("/200\n"))
        #expect(answer.lowercased().contains("connection: close\r\n"))
    }

    @Test func `a caller keeps a connection, and drops it when it has been idle too long`()
        async throws
    {
        let (listener, address) = try await startEcho()
        let pool = ConnectionPool<Int>(
            ticker: ticker,
            settings: PoolSettings(idleMax: .milliseconds(150)),
            site: .source,
            network: TwinNetwork()
        )
        func call() async throws -> Int {
            let answered = ticker.eventLoop.makePromise(of: Int.self)
            ticker.eventLoop.execute {
                let request = CallRequest(
                    method: .GET,
                    uri: "/1",
                    headers: ["host": "a"],
                    body: nil
                )
                pool.call(request, key: 1, dial: { .socket(address) }) { result in
                    answered.completeWith(
                        result.map { _ in pool.connectionCount }.mapError { $0 as any Error }
                    )
                }
            }
            return try await answered.futureResult.get()
        }
        for _ in 0..<5 { #expect(try await call() == 1) }
        try await SystemTime().sleep(for: .milliseconds(400))
        let left = try await ticker.eventLoop.submit { pool.connectionCount }.get()
        #expect(left == 0)
        #expect(try await call() == 1)
        await listener.stop(within: .zero)
    }

    @Test func `a call that takes too long ends as late, and not before`()
        async throws
    {
        let (listener, address) = try await startEcho()
        let pool = ConnectionPool<Int>(
            ticker: ticker,
            settings: PoolSettings(callTimeout: .milliseconds(200)),
            site: .source,
            network: TwinNetwork()
        )
        let time = SystemTime()
        let start = time.uptime
        let failed = ticker.eventLoop.makePromise(of: CallFailure?.self)
        ticker.eventLoop.execute {
            let request = CallRequest(method: .GET, uri: "/5000", headers: ["host": "a"], body: nil)
            pool.call(request, key: 1, dial: { .socket(address) }) { result in
                if case .failure(let failure) = result { failed.succeed(failure) }
            }
        }
        #expect(try await failed.futureResult.get() == .timedOut)
        #expect(time.uptime - start >= .milliseconds(200))
        await listener.stop(within: .zero)
    }
}

/// Gathers what a peer sends.
private struct Collector: Sendable {
    let whole: EventLoopFuture<String>
    private let promise: EventLoopPromise<String>
    private let enough: Int

    init(enough: Int, eventLoop: any EventLoop) {
        self.enough = enough
        promise = eventLoop.makePromise(of: String.self)
        whole = promise.futureResult
    }

    var handler: Handler { Handler(promise: promise, enough: enough) }

    final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let promise: EventLoopPromise<String>
        private let enough: Int
        private var text = ""

        init(promise: EventLoopPromise<String>, enough: Int) {
            self.promise = promise
            self.enough = enough
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            // Each answer of these tests ends in a line of its own.
            let answers = text.count(of: "HTTP/1.1 200 OK")
            if answers >= enough, text.hasSuffix("\n"), !text.hasSuffix("\r\n") {
                promise.succeed(text)
                context.close(promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            promise.succeed(text)
        }
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func count(of part: String) -> Int {
        ranges(of: part).count
    }
}
