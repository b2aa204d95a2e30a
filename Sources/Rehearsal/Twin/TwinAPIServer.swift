import Clocks
import HTTPTransport
import HTTPTypes
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// Serves one embedded cluster over TLS on loopback, to whoever has its token.
///
/// HTTP/1.1 only: `kubectl` and client-go fall back to it, and each of a watch's connections is its
/// own, so that a broken one takes nothing else with it.
package final class TwinAPIServer: Sendable {
    /// Larger bodies are refused by the cluster itself, with the words of a real server.
    private static let bodySizeMax = 8 << 20

    private let handler: any HTTPHandler
    private let certificates: TwinCertificates
    private let token: String
    private let portRequested: Int
    private let group: any EventLoopGroup

    /// Port 0 lets the system choose; its certificate counts for so long from `now`.
    package init(
        name: String,
        serving handler: any HTTPHandler,
        token: String,
        port: Int = 0,
        now: WallTime,
        certificateLife: Duration = .seconds(365 * 86_400),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws {
        self.handler = handler
        self.token = token
        self.group = group
        portRequested = port
        certificates = try TwinCertificates(name: name, now: now, life: certificateLife)
    }

    /// The certificate of the authority that clients must trust.
    package var authorityPEM: String { certificates.authorityPEM }

    /// Serves until the task is cancelled; `whenListening` is told the port.
    package func run(whenListening: @escaping @Sendable (Int) async -> Void) async throws {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificates.serverPEM.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(bytes: Array(certificates.serverKeyPEM.utf8), format: .pem)
            )
        )
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        var logger = Logger(label: "twin")
        logger.logLevel = .critical

        let server = try HTTPServerBuilder.tls(
            .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [LeavingClientHandler()]
                )
            ),
            tlsConfiguration: tls
        ).buildServer(
            configuration: ServerConfiguration(
                address: .hostname("127.0.0.1", port: portRequested)
            ),
            eventLoopGroup: group,
            logger: logger,
            responder: { [self] request, writer, channel in
                try await respond(to: request, through: writer, on: channel)
            },
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                await whenListening(port)
            }
        )
        try await server.run()
    }

    @concurrent private func respond(
        to request: Request,
        through writer: consuming ResponseWriter,
        on channel: any Channel
    ) async throws {
        var response = try await answer(to: request)
        if case .document(let document) = response.body { response.body = .bytes(document.bytes) }
        let head = head(of: response)
        switch response.body {
        case .document: preconditionFailure("a document goes onto a wire as bytes")
        case .bytes(let bytes):
            let body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            try await writer.write(response: head, body: body)
        case .stream(let chunks):
            // Safety: one child task uses it, and nobody else until that task has ended.
            nonisolated(unsafe) var bodyWriter = try await writer.writeHead(head)
            try await Self.whileOpen(channel) {
                for try await chunk in chunks {
                    try await bodyWriter.write(ByteBuffer(bytes: chunk))
                }
            }
            try await bodyWriter.finish(nil)
        }
    }

    /// Runs `body`, and cancels it when the connection goes: whoever leaves while nothing happens
    /// must not hold a watch until the next change.
    @concurrent private static func whileOpen(
        _ channel: any Channel,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let (closed, continuation) = AsyncStream.makeStream(of: Void.self)
        channel.closeFuture.whenComplete { _ in continuation.finish() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in closed {}
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func answer(to request: Request) async throws -> PlainResponse {
        guard let plain = try await plainRequest(request) else { return PlainResponse(status: 413) }
        return isAuthorized(request) ? await handler.respond(to: plain) : unauthorized
    }

    private func head(of response: PlainResponse) -> HTTPTypes.HTTPResponse {
        var fields = HTTPFields()
        for (name, value) in response.headers.fields {
            if let name = HTTPField.Name(name) {
                fields.append(HTTPField(name: name, value: value))
            }
        }
        if case .bytes(let bytes) = response.body { fields[.contentLength] = String(bytes.count) }
        let status = HTTPTypes.HTTPResponse.Status(code: response.status)
        return HTTPTypes.HTTPResponse(status: status, headerFields: fields)
    }

    /// Nil when the body is larger than any server would take.
    private func plainRequest(_ request: Request) async throws -> PlainRequest? {
        var body: [UInt8] = []
        for try await chunk in request.body {
            guard body.count + chunk.readableBytes <= TwinAPIServer.bodySizeMax else { return nil }
            body.append(contentsOf: chunk.readableBytesView)
        }
        return PlainRequest(
            method: request.method.rawValue,
            target: request.head.path ?? "/",
            headers: HTTPHeaders(request.headers.map { (name: $0.name.rawName, value: $0.value) }),
            body: body
        )
    }

    private func isAuthorized(_ request: Request) -> Bool {
        request.headers[.authorization] == "Bearer \(token)"
    }

    /// What a real server answers to a token that it does not know.
    private var unauthorized: PlainResponse {
        let status = """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"Unauthorized","reason":"Unauthorized","code":401}
            """
        return PlainResponse(
            status: 401,
            headers: ["Content-Type": "application/json"],
            body: .bytes(Array(status.utf8))
        )
    }
}

/// Closes a connection whose client will send no more: such a client reads no more either.
///
/// Without it the end of what a client sends is only seen when somebody reads on, which nobody does
/// while an answer is being written.
private final class LeavingClientHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
