import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A server on loopback that answers each request with whatever bytes a test says, or with none.
final class ByteServer: Sendable {
    /// What happens once a request has arrived.
    enum Behaviour: Sendable {
        /// Writes the text and keeps the connection.
        case answer(String)
        /// Writes the text and closes.
        case answerAndClose(String)
        /// Resets the connection without a word.
        case reset
        /// Never says anything.
        case silence
        /// Writes a head and then a body of so many bytes, as fast as its reader takes them.
        case stream(byteCount: Int)
    }

    private let channel: any Channel
    private let log: RequestLog

    /// The heads and bodies that arrived, in order.
    var requests: [String] { log.requests.withLock { $0 } }
    /// How much of a streamed body was handed to the system.
    var bytesWritten: Int { log.bytesWritten.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }

    init(
        _ behaviour: Behaviour,
        certificate: String? = nil,
        key: String? = nil,
        host: String = "127.0.0.1"
    ) async throws {
        let log = RequestLog()
        self.log = log
        var context: NIOSSLContext?
        if let certificate, let key {
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
                    .map { .certificate($0) },
                privateKey: .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
                )
            )
            tls.certificateVerification = .optionalVerification
            tls.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8))
            )
            context = try NIOSSLContext(configuration: tls)
        }
        let tls = context
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: tls)
                        )
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        ByteServerHandler(behaviour, log)
                    )
                }
            }
            .bind(host: host, port: 0).get()
    }

    func stop() async throws { try await channel.close() }
}

/// What a server saw.
final class RequestLog: Sendable {
    let requests = Mutex<[String]>([])
    let bytesWritten = Mutex(0)
}

private final class ByteServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let behaviour: ByteServer.Behaviour
    private let log: RequestLog
    private var received = ""
    private var remaining = 0

    init(_ behaviour: ByteServer.Behaviour, _ log: RequestLog) {
        self.behaviour = behaviour
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard let head = received.firstRange(of: "\r\n\r\n") else { return }
        let length = received.split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("content-length:")
        }
        let bodyCount = length.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        guard received[head.upperBound...].utf8.count >= bodyCount else { return }
        let request = received
        log.requests.withLock { $0.append(request) }
        received = ""
        answer(context)
    }

    private func answer(_ context: ChannelHandlerContext) {
        switch behaviour {
        case .answer(let text): write(text, context)
        case .answerAndClose(let text):
            write(text, context)
            context.close(promise: nil)
        case .reset:
            // Without lingering, closing resets.
            _ = (context.channel as? any SocketOptionProvider)?
                .setSoLinger(linger(l_onoff: 1, l_linger: 0))
            context.close(promise: nil)
        case .silence: break
        case .stream(let byteCount):
            write("HTTP/1.1 200 OK\r\nContent-Length: \(byteCount)\r\n\r\n", context)
            remaining = byteCount
            writeMore(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { writeMore(context) }
    }

    private func writeMore(_ context: ChannelHandlerContext) {
        while remaining > 0, context.channel.isWritable {
            let count = min(remaining, 1 << 16)
            remaining -= count
            log.bytesWritten.withLock { $0 += count }
            let buffer = ByteBuffer(repeating: 0x61, count: count)
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
