import AsyncHTTPClient
import HTTPTransport
import NIOCore
import enum NIOHTTP1.HTTPMethod
import NIOSSL
import Synchronization

/// The transport over sockets: one HTTP client for one site.
///
/// It follows no redirects (they would carry credentials elsewhere), retries nothing, decompresses
/// nothing and speaks HTTP/1.1 over as many connections as requests are in flight, which was
/// measured faster than HTTP/2 against kube-apiserver. `shutdown` must be called before it is let
/// go.
package final class NIOTransport: HTTPTransport {
    private let client: HTTPClient
    private let urlPrefix: String
    private let hostHeader: String
    private let tls: TLSOptions
    /// The configuration of the identity that a request brought last: renewed ones come rarely.
    private let renewed = Mutex<(identity: TLSIdentity, configuration: TLSConfiguration)?>(nil)

    /// Throws a `NIOTransportSetupError` where the site's certificates or keys cannot be used.
    package init(_ site: HTTPSite) throws {
        try NIOTransport.checkProvable(site)
        tls = site.tls
        hostHeader = site.origin.authority
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .nanoseconds(site.connectTimeout.nanosecondsClamped)
        // The connection attempt is ours to repeat: a refusal must be known at once as "not sent".
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            site.connectionsMax
        // Below the idle timeouts of servers, so that rarely a request meets a closing connection.
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.proxy = site.proxy.map(NIOTransport.proxy)
        if site.origin.scheme == .https {
            configuration.tlsConfiguration = try tls.configuration(identity: tls.identity)
        }
        var host = site.origin.host
        if let serverName = tls.serverName, site.origin.scheme == .https {
            guard !serverName.isIPAddress else {
                throw NIOTransportSetupError(
                    problem:
                        "the TLS server name \(serverName) is an address; only names can be asked for"
                )
            }
            configuration.dnsOverride = [serverName: host]
            host = serverName
        }
        let dialled = HTTPOrigin(scheme: site.origin.scheme, host: host, port: site.origin.port)
        urlPrefix = dialled.description
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes every connection; requests in flight fail.
    package func shutdown() async throws {
        try await client.shutdown()
    }

    /// Sends one request, once; `timeout` bounds everything up to the answer's head.
    package func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        if Task.isCancelled { throw .cancelled }
        do {
            let response = try await client.execute(
                try clientRequest(for: request),
                deadline: .now() + .nanoseconds(timeout.nanosecondsClamped)
            )
            return HTTPResponse(
                status: Int(response.status.code),
                headers: HTTPHeaders(response.headers.map { ($0.name, $0.value) }),
                body: .stream(NIOBodyReader.stream(of: response.body))
            )
        } catch {
            throw TransportError(error, timeout: timeout)
        }
    }

    private func clientRequest(
        for request: HTTPRequest
    ) throws -> HTTPClientRequest {
        guard request.target.utf8.first == UInt8(ascii: "/"),
            request.target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw NIOTransportSetupError(
                problem: "the request's target does not begin with / or is not percent-encoded"
            )
        }
        var result = HTTPClientRequest(url: urlPrefix + request.target)
        result.method = HTTPMethod(rawValue: request.method)
        for field in request.headers.fields {
            result.headers.add(name: field.name, value: field.value)
        }
        if !result.headers.contains(name: "Host") {
            result.headers.add(name: "Host", value: hostHeader)
        }
        if !request.body.isEmpty { result.body = .bytes(ByteBuffer(bytes: request.body)) }
        if let identity = request.identity {
            result.tlsConfiguration = try configuration(for: identity)
        }
        return result
    }

    private func configuration(for identity: TLSIdentity) throws -> TLSConfiguration {
        try renewed.withLock { renewed in
            if let renewed, renewed.identity == identity { return renewed.configuration }
            let configuration = try tls.configuration(identity: identity)
            renewed = (identity, configuration)
            return configuration
        }
    }

    /// NIOSSL holds the certificate of a server that is named by its address to the address at the
    /// other end of the connection, which through a proxy is the proxy's (NIOSSLHandler, where the
    /// handshake completes).
    private static func checkProvable(_ site: HTTPSite) throws {
        guard site.proxy != nil, site.origin.scheme == .https, site.tls.roots != .unverified,
            site.tls.serverName == nil, site.origin.host.isIPAddress
        else { return }
        throw NIOTransportSetupError(
            problem: "\(site.origin) is named by its address, which its certificate cannot be held "
                + "to through a proxy; name it otherwise, set tls-server-name to a name in its "
                + "certificate (kubernetes, as a rule), or reach it directly (NO_PROXY)"
        )
    }

    private static func proxy(_ proxy: HTTPProxy) -> HTTPClient.Configuration.Proxy {
        switch proxy {
        case .http(let host, let port, let credentials):
            let authorization = credentials.map { credentials in
                let credentials = credentials.reveal()
                return HTTPClient.Authorization.basic(
                    username: credentials.user,
                    password: credentials.password
                )
            }
            return .server(host: host, port: port, authorization: authorization)
        case .socks5(let host, let port):
            return .socksServer(host: host, port: port)
        }
    }
}

extension Duration {
    /// Whole nanoseconds between none and about 292 years.
    var nanosecondsClamped: Int64 {
        let seconds = components.seconds
        guard seconds >= 0 else { return 0 }
        guard seconds < 4_000_000_000 else { return 4_000_000_000_000_000_000 }
        return seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}

extension String {
    /// Whether it is an address, of either family.
    var isIPAddress: Bool {
        do {
            _ = try SocketAddress(ipAddress: self, port: 0)
            return true
        } catch {
            return false
        }
    }
}
