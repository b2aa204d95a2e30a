import NIOCore
import NIOHTTP1
import NIOPosix

/// A listening socket on loopback with the connections it has accepted, all on one event loop.
///
/// It closes without a race: `announceClose` lets every answer carry `Connection: close`; a caller
/// that drops connections it has not used for `X` then holds none `X` later, and `stop` finds
/// nothing that could be in the middle of a request.
///
/// Safety: every mutable member is used on `eventLoop` only.
final class HTTPListener: @unchecked Sendable {
    /// Answers one request, now or later, on the listener's event loop, and exactly once.
    typealias Service = (ArrivedRequest, @escaping (WholeAnswer) -> Void) -> Void

    let eventLoop: any EventLoop
    /// Whether the answers from now on are the last of their connections.
    private(set) var isAnnouncingClose = false
    private var service: Service?
    private var channel: (any Channel)?
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    private var emptied: EventLoopPromise<Void>?

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Listens on loopback and answers through `service` from then on; port 0 lets the system choose.
    func start(
        port: Int = 0,
        service: @escaping @Sendable (ArrivedRequest, @escaping (WholeAnswer) -> Void) -> Void
    ) async throws -> SocketAddress {
        let bootstrap = ServerBootstrap(group: eventLoop, childGroup: eventLoop)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        HTTPResponseEncoder(),
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
                        ServerConnection(listener: self),
                    ])
                }
            }
        try await eventLoop.submit { self.service = service }.get()
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
        guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
        try await eventLoop.submit { self.channel = channel }.get()
        return address
    }

    /// Lets every answer from now on be the last of its connection; new ones are still accepted.
    func announceClose() async {
        await eventLoop.settle { self.isAnnouncingClose = true }
    }

    /// Accepts no more, ends what is idle, and returns when what is being answered has ended; what
    /// takes longer than `limit` is cut off.
    func stop(within limit: TimeAmount) async {
        let emptied = eventLoop.makePromise(of: Void.self)
        await eventLoop.settle {
            self.isAnnouncingClose = true
            self.channel?.close(promise: nil)
            self.channel = nil
            self.emptied = emptied
            for connection in Array(self.connections.values) { connection.finish() }
            self.completeIfEmpty()
            self.eventLoop.scheduleTask(in: limit) {
                for connection in Array(self.connections.values) { connection.close() }
            }
        }
        await emptied.futureResult.settled()
        await eventLoop.settle { self.service = nil }
    }

    func serve(_ request: ArrivedRequest, answer: @escaping (WholeAnswer) -> Void) {
        guard let service else {
            answer(WholeAnswer(status: .serviceUnavailable, text: "the server has stopped"))
            return
        }
        service(request, answer)
    }

    func opened(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = connection
        if emptied != nil { connection.finish() }
    }

    func closed(_ connection: ServerConnection) {
        connections.removeValue(forKey: ObjectIdentifier(connection))
        completeIfEmpty()
    }

    private func completeIfEmpty() {
        if connections.isEmpty { emptied?.succeed() }
    }
}

extension EventLoop {
    /// Runs `body` on the loop and returns when it has run.
    func settle(_ body: @escaping @Sendable () -> Void) async {
        await submit(body).settled()
    }
}

extension EventLoopFuture<Void> {
    /// Waits for something that cannot fail while the loop runs; a loop that was shut down has
    /// nothing left to wait for.
    func settled() async {
        do { try await get() } catch {
            assert(error is EventLoopError, "a loop failed at something that cannot fail: \(error)")
        }
    }
}
