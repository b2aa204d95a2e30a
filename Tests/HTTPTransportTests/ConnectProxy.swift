import NIOCore
import NIOPosix
import Synchronization

/// A proxy on loopback that is asked to `CONNECT`; whatever host it is asked for, it dials loopback.
final class ConnectProxy: Sendable {
    private let channel: any Channel
    private let log: RequestLog

    /// The heads of the requests to the proxy itself, in order.
    var requests: [String] { log.requests.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }

    /// `refusal` is the head of what it answers to everybody, nil for one that lets all through.
    init(refusal: String? = nil) async throws {
        let log = RequestLog()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectProxyHandler(refusal, log)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws { try await channel.close() }
}

private final class ConnectProxyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let refusal: String?
    private let log: RequestLog
    private var received = ""
    private var server: (any Channel)?

    init(_ refusal: String?, _ log: RequestLog) {
        self.refusal = refusal
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let server {
            server.writeAndFlush(unwrapInboundIn(data), promise: nil)
            return
        }
        received += String(buffer: unwrapInboundIn(data))
        guard received.hasSuffix("\r\n\r\n") else { return }
        let head = received
        log.requests.withLock { $0.append(head) }
        if let refusal {
            write("\(refusal)\r\nContent-Length: 0\r\n\r\n", context)
            context.close(promise: nil)
            return
        }
        let authority = received.split(separator: " ").dropFirst().first ?? ""
        let port = authority.split(separator: ":").last.flatMap { Int($0) } ?? 0
        let client = context.channel
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Relay(to: client))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                let (handler, context) = bound.value
                switch result {
                case .success(let server):
                    handler.server = server
                    handler.write("HTTP/1.1 200 Connection established\r\n\r\n", context)
                case .failure: context.close(promise: nil)
                }
            }
    }

    func channelInactive(context: ChannelHandlerContext) { server?.close(promise: nil) }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}

/// Hands on what arrives.
final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let target: any Channel

    init(to target: any Channel) {
        self.target = target
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        target.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { target.close(promise: nil) }
}
