import NIOCore
import NIOPosix
import Synchronization

/// What a proxy does about what it was sent.
enum ProxyAct {
    /// Answers, and waits for more.
    case answer([UInt8])
    /// Answers and hangs up.
    case refuse([UInt8])
    /// Dials a port of loopback, answers when it has, and hands on what comes from then on.
    case connect(port: Int, granted: [UInt8])
}

/// What a client says to a proxy of some kind, and what that makes of it.
protocol ProxyDialect: Sendable {
    /// What is to be done about the bytes that arrived, with those that came before.
    ///
    /// The request, once it is whole, goes into `log`.
    mutating func acts(on bytes: [UInt8], _ log: RequestLog) -> [ProxyAct]
}

/// A proxy on loopback; whatever host it is asked for, it dials loopback.
final class LoopbackProxy: Sendable {
    private let channel: any Channel
    private let log: RequestLog

    /// What it was asked for, in order, as its dialect tells it.
    var requests: [String] { log.requests.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }

    init(_ dialect: some ProxyDialect) async throws {
        let log = RequestLog()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ProxyHandler(dialect, log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws { try await channel.close() }
}

private final class ProxyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: RequestLog
    private var dialect: any ProxyDialect
    private var server: (any Channel)?

    init(_ dialect: any ProxyDialect, _ log: RequestLog) {
        self.dialect = dialect
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let server {
            server.writeAndFlush(unwrapInboundIn(data), promise: nil)
            return
        }
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        for act in dialect.acts(on: bytes, log) {
            switch act {
            case .answer(let bytes): write(bytes, context)
            case .refuse(let bytes):
                write(bytes, context)
                context.close(promise: nil)
            case .connect(let port, let granted): connect(to: port, granted, context)
            }
        }
    }

    private func connect(to port: Int, _ granted: [UInt8], _ context: ChannelHandlerContext) {
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
                    handler.write(granted, context)
                case .failure: context.close(promise: nil)
                }
            }
    }

    func channelInactive(context: ChannelHandlerContext) { server?.close(promise: nil) }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}

/// Hands on what arrives.
private final class Relay: ChannelInboundHandler {
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
