import EmbeddedSites
import NIOCore
import NIOPosix

/// Leads connections that come to a loopback port to a node port of a site, as a machine outside
/// the cluster reaches it: a plain TCP forwarder.
///
/// Each connection goes to one endpoint, chosen when it is made, and is refused by being closed
/// when nothing serves.
///
/// Safety: every mutable member is used on the ticker's event loop only.
final class NodePortForwarder: @unchecked Sendable {
    private let site: TwinSite
    private let destination: TwinEndpoint
    private let network: TwinNetwork
    private let ticker: LoopTicker
    private var channels: [ObjectIdentifier: any Channel] = [:]

    init(site: TwinSite, destination: TwinEndpoint, network: TwinNetwork, ticker: LoopTicker) {
        self.site = site
        self.destination = destination
        self.network = network
        self.ticker = ticker
    }

    /// Opens the listener; port 0 lets the system choose.
    ///
    /// Answers where it listens.
    func start(port: Int) async throws -> SocketAddress {
        let channel = try await ServerBootstrap(
            group: ticker.eventLoop,
            childGroup: ticker.eventLoop
        )
        .serverChannelOption(.backlog, value: 1_024)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.autoRead, value: false)
        .childChannelInitializer { [self] channel in
            channel.eventLoop.makeCompletedFuture {
                let end = RelayEnd()
                try channel.pipeline.syncOperations.addHandler(end)
                keep(channel)
                dial(for: channel, end: end)
            }
        }
        .bind(host: "127.0.0.1", port: port).get()
        guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
        try await ticker.eventLoop.submit { self.keep(channel) }.get()
        return address
    }

    /// Closes the listener and every connection.
    func stop() async {
        await ticker.eventLoop.settle {
            for channel in Array(self.channels.values) { channel.close(promise: nil) }
        }
    }

    private func keep(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels[id] = channel
        channel.closeFuture.assumeIsolated().whenComplete { [self] _ in
            channels.removeValue(forKey: id)
        }
    }

    private func dial(for near: any Channel, end: RelayEnd) {
        guard case .success(let path) = network.path(from: site, to: destination) else {
            near.close(promise: nil)
            return
        }
        let far = RelayEnd()
        end.partner = far
        far.partner = end
        let ends = NIOLoopBound(far, eventLoop: ticker.eventLoop)
        let dialled = ClientBootstrap(group: ticker.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(1))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ends.value)
                }
            }
            .connect(to: path.socket)
        dialled.assumeIsolated().whenComplete { result in
            switch result {
            case .success:
                near.setOption(.autoRead, value: true).assumeIsolated().whenComplete { _ in
                    near.read()
                }
            case .failure:
                near.close(promise: nil)
            }
        }
    }
}

/// One end of a forwarded connection: what is read here is written at the other.
private final class RelayEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    weak var partner: RelayEnd?
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partner?.context?.write(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        partner?.context?.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
