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

    /// Port 0 lets the system choose.
    package init(
        name: String,
        serving handler: any HTTPHandler,
        token: String,
        port: Int = 0,
        now: WallTime,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws {
        self.handler = handler
        self.token = token
        self.group = group
        portRequested = port
        certificates = try TwinCertificates(name: name, now: now)
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

        let server = try HTTPServerBuilder.tls(.http1(), tlsConfiguration: tls).buildServer(
            configuration: ServerConfiguration(
                address: .hostname("127.0.0.1", port: portRequested)
            ),
            eventLoopGroup: group,
            logger: logger,
            responder: { [self] request, writer, _ in
                let (head, body) = try await answer(to: request)
                try await writer.write(response: head, body: body)
            },
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                await whenListening(port)
            }
        )
        try await server.run()
    }

    private func answer(
        to request: Request
    ) async throws -> (HTTPTypes.HTTPResponse, ResponseBody) {
        let response: PlainResponse
        if let plain = try await plainRequest(request) {
            response = isAuthorized(request) ? await handler.respond(to: plain) : unauthorized
        } else {
            response = PlainResponse(status: 413)
        }
        var fields = HTTPFields()
        for (name, value) in response.headers.fields {
            if let name = HTTPField.Name(name) {
                fields.append(HTTPField(name: name, value: value))
            }
        }
        let body: ResponseBody
        switch response.body {
        case .bytes(let bytes):
            fields[.contentLength] = String(bytes.count)
            body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let chunks):
            body = ResponseBody(asyncSequence: chunks.map { ByteBuffer(bytes: $0) })
        }
        let status = HTTPTypes.HTTPResponse.Status(code: response.status)
        return (HTTPTypes.HTTPResponse(status: status, headerFields: fields), body)
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
