import NIOCore
import NIOPosix
import Synchronization

/// A SOCKS proxy of version 5 (RFC 1928) on loopback, without authentication; whatever host it is
/// asked for, it dials loopback.
final class SocksProxy: Sendable {
    private let channel: any Channel
    private let log: RequestLog

    /// The hosts and ports that it was asked for, in order.
    var requests: [String] { log.requests.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }

    init() async throws {
        let log = RequestLog()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SocksProxyHandler(log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws { try await channel.close() }
}

private final class SocksProxyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: RequestLog
    private var received: [UInt8] = []
    private var isGreeted = false
    private var server: (any Channel)?

    init(_ log: RequestLog) {
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let server {
            server.writeAndFlush(unwrapInboundIn(data), promise: nil)
            return
        }
        received += Array(unwrapInboundIn(data).readableBytesView)
        if !isGreeted {
            guard received.count >= 2, received.count >= 2 + Int(received[1]) else { return }
            received.removeFirst(2 + Int(received[1]))
            isGreeted = true
            write([5, 0], context)
        }
        // CONNECT to a name: version, command, reserved, kind, length, name, port.
        guard received.count >= 5, received.count >= 7 + Int(received[4]) else { return }
        let end = 5 + Int(received[4])
        let name = String(decoding: received[5..<end], as: UTF8.self)
        let port = Int(received[end]) << 8 | Int(received[end + 1])
        log.requests.withLock { $0.append("\(name):\(port)") }
        connect(to: port, context)
    }

    private func connect(to port: Int, _ context: ChannelHandlerContext) {
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
                    handler.write([5, 0, 0, 1, 0, 0, 0, 0, 0, 0], context)
                case .failure: context.close(promise: nil)
                }
            }
    }

    func channelInactive(context: ChannelHandlerContext) { server?.close(promise: nil) }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}
