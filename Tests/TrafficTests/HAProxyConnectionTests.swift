import Clocks
import EmbeddedNodes
import HAProxyRuntime
import MigrationModel
import MigrationPorts
import NIOCore
import NIOPosix
import SiteSupport
import Synchronization
import Testing
import TrafficHAProxy

/// WebSockets through a real HAProxy, which outlive the move of their route; skipped where there is none.
@Suite(
    .serialized,
    .enabled(if: HAProxyProcess.isInstalled, "skipped: HAProxy is not installed")
) struct HAProxyConnectionTests {
    private let route = RouteID("a.example")
    private let time = SystemTime()

    /// A HAProxy before two sites, and a WebSocket through it to the source.
    private func whileOpen(
        askingMaster: Bool = false,
        _ body: (HAProxyProcess, TrafficHAProxy, Talk) async throws -> Void
    ) async throws {
        let source = try await TalkingSite("source")
        let target = try await TalkingSite("target")
        let process = try await HAProxyProcess(
            backends: [.init(name: "a.example", source: [source.port], target: [target.port])],
            patience: "60s"
        )
        let provider = TrafficHAProxy(
            runtime: process.runtime,
            master: askingMaster ? process.master : nil,
            naming: RouteNaming(),
            stateFilePath: process.stateFile
        )
        let outcome: Result<Void, any Error>
        do {
            let talk = try await Talk(port: process.port)
            try await talk.upgrade("a.example")
            try await body(process, provider, talk)
            try await talk.close()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        process.stop()
        try await source.stop()
        try await target.stop()
        try outcome.get()
    }

    /// Which site answers the next requests.
    private func sites(_ process: HAProxyProcess, count: Int) async throws -> Set<String> {
        var sites: Set<String> = []
        for _ in 0..<count {
            let talk = try await Talk(port: process.port)
            sites.insert(try await talk.ask("a.example"))
            try await talk.close()
        }
        return sites
    }

    @Test func `an open connection is counted and carried while the weights move`() async throws {
        try await whileOpen { process, provider, talk in
            #expect(try await provider.counters(of: route).source.inFlight == 1)
            for percent in [25, 50, 100] {
                try await provider.setWeight(try #require(Weight(percent: percent)), on: route)
                #expect(try await talk.echo("at \(percent)") == "source: at \(percent)")
            }
            let first = try await provider.counters(of: route)
            #expect(try await sites(process, count: 10) == ["target"])
            let counters = try await provider.counters(of: route)
            let evidence = try #require(counters.evidence(since: first, window: .seconds(1)))
            // Nobody new comes, and who is there is still there.
            #expect(evidence.source.requests == 0)
            #expect(evidence.source.residualConnections == 1)
            #expect(evidence.source.isResidualPresumed == nil)
            #expect(try await talk.echo("still there") == "source: still there")

            try await talk.close()
            for _ in 0..<100 where try await provider.counters(of: route).source.inFlight > 0 {
                try await time.sleep(for: .milliseconds(20))
            }
            #expect(try await provider.counters(of: route).source.inFlight == 0)
        }
    }

    @Test func `a reload lets an open connection live, and no count is believed`() async throws {
        try await whileOpen { process, provider, talk in
            let first = try await provider.requestedWeight(of: route).process
            try await provider.setWeight(.all, on: route)
            let before = try await provider.counters(of: route)
            #expect(before.doubted(unlessBy: first).source == before.source)
            try await process.reload()
            #expect(try await talk.echo("after all") == "source: after all")
            let after = try await provider.counters(of: route)
            // The process that has it is asked by nobody any more.
            #expect(after.source.inFlight == 0)
            #expect(after.evidence(since: before, window: .seconds(1)) == nil)
            let doubted = after.doubted(unlessBy: first).source
            #expect(doubted.inFlight == 1)
            #expect(doubted.isInFlightPresumed && doubted.isCountLost)
            #expect(try await provider.findings().map(\.check) == ["haproxy-reloads"])
        }
    }

    @Test func `over the master's CLI it is counted through reloads until it ends`() async throws {
        try await whileOpen(askingMaster: true) { process, provider, talk in
            let first = try await provider.requestedWeight(of: route).process
            try await provider.setWeight(.all, on: route)
            for reload in 1...2 {
                try await process.reload()
                #expect(try await talk.echo("after \(reload)") == "source: after \(reload)")
                let counters = try await provider.counters(of: route).doubted(unlessBy: first)
                #expect(counters.source.inFlight == 1)
                #expect(counters.target.inFlight == 0)
                #expect(!counters.source.isInFlightPresumed)
            }
            var counters = try await provider.counters(of: route)
            try await talk.close()
            for _ in 0..<100 where counters.source.inFlight > 0 {
                try await time.sleep(for: .milliseconds(20))
                do {
                    counters = try await provider.counters(of: route).doubted(unlessBy: first)
                } catch ProviderError.unavailable {
                    // The worker has ended between being named and being asked.
                }
            }
            #expect(counters.source.inFlight == 0)
            #expect(!counters.source.isInFlightPresumed)
            #expect(try await provider.findings() == [])
        }
    }

    @Test func `a socket that is no master's of this HAProxy is found first`() async throws {
        try await whileOpen { process, _, _ in
            let other = try await HAProxyProcess(
                backends: [.init(name: "a.example", source: [1], target: [2])]
            )
            defer { other.stop() }
            for (master, words) in [
                (process.runtime, "is no master's"), (other.master, "of one HAProxy"),
            ] {
                let provider = TrafficHAProxy(
                    runtime: process.runtime,
                    master: master,
                    naming: RouteNaming()
                )
                await #expect {
                    _ = try await provider.findings()
                } throws: {
                    "\($0)".contains(words)
                }
                await #expect(throws: ProviderError.self) {
                    _ = try await provider.counters(of: route)
                }
            }
        }
    }
}

/// A site that answers requests with its name, and who asks for a WebSocket with whatever is said to it.
private struct TalkingSite {
    private let channel: any Channel
    let port: Int

    init(_ name: String) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Talker(name))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws { try await channel.close() }
}

/// The far end: one request, and then, if it wanted to talk, an echo of each line.
private final class Talker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let name: String
    private var head = ""
    private var isTalking = false

    init(_ name: String) { self.name = name }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = String(buffer: unwrapInboundIn(data))
        guard !isTalking else { return answer("\(name): \(text)", context) }
        head += text
        guard head.contains("\r\n\r\n") else { return }
        isTalking = head.lowercased().contains("upgrade: websocket")
        answer(
            isTalking
                ? "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: \(Talk.accept)\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nx-site: \(name)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            context
        )
    }

    private func answer(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}

/// The near end of a connection.
private final class Talk: Sendable {
    struct Silence: Error {
        let heard: String
    }

    /// RFC 6455, section 1.3: a key, and what accepts it.
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    private let channel: any Channel
    private let ear: Ear
    private let time = SystemTime()

    init(port: Int) async throws {
        let ear = Ear()
        self.ear = ear
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(EarHandler(ear))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Asks for a WebSocket.
    func upgrade(_ host: String) async throws {
        try await say(
            "GET /talk HTTP/1.1\r\nHost: \(host)\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(Talk.key)\r\n\r\n"
        )
        let head = try await hear { $0.contains("\r\n\r\n") }
        guard head.contains(" 101 ") else { throw Silence(heard: head) }
    }

    /// What comes back for a line.
    func echo(_ line: String) async throws -> String {
        try await say(line)
        return try await hear { $0.hasSuffix(line) }
    }

    /// Which site answers a request.
    func ask(_ host: String) async throws -> String {
        try await say("GET / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        let head = try await hear { $0.contains("\r\n\r\n") }
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("x-site: ") }
        return line.map { String($0.dropFirst("x-site: ".count)) } ?? head
    }

    func close() async throws {
        guard channel.isActive else { return }
        try await channel.close()
    }

    private func say(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// What is heard until it is enough.
    private func hear(until isEnough: (String) -> Bool) async throws -> String {
        for _ in 0..<500 {
            let heard = ear.heard.withLock { heard -> String? in
                guard isEnough(heard) else { return nil }
                defer { heard = "" }
                return heard
            }
            if let heard { return heard }
            try await time.sleep(for: .milliseconds(10))
        }
        throw Silence(heard: ear.heard.withLock { $0 })
    }
}

/// What was heard on a connection.
private final class Ear: Sendable {
    let heard = Mutex("")
}

/// Takes down what comes.
private final class EarHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let ear: Ear

    init(_ ear: Ear) { self.ear = ear }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = String(buffer: unwrapInboundIn(data))
        ear.heard.withLock { $0 += text }
    }
}
