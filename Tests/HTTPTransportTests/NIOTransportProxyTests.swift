import HTTPTransport
import HTTPTransportNIO
import Testing

@Suite struct NIOTransportProxyTests {
    private let trusting = TLSRoots.authorities(pem: Array(TestCertificates.authority.utf8))
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    /// A TLS server for `site.test` alone, and a transport to it through a proxy.
    private func throughProxy(
        to host: String,
        serverName: String? = nil,
        refusal: String? = nil,
        credentials: HTTPProxy.Credentials? = nil,
        _ body: (ByteServer, LoopbackProxy, NIOTransport) async throws -> Void
    ) async throws {
        let server = try await ByteServer(
            .answer(ok),
            certificate: TestCertificates.named,
            key: TestCertificates.namedKey
        )
        let proxy = try await LoopbackProxy(ConnectDialect(refusal: refusal))
        let site = HTTPSite(
            origin: HTTPOrigin(scheme: .https, host: host, port: server.port),
            tls: TLSOptions(roots: trusting, serverName: serverName),
            proxy: .http(
                host: "127.0.0.1",
                port: proxy.port,
                credentials: credentials.map { Redacted($0) }
            )
        )
        try await with(site) { try await body(server, proxy, $0) }
        try await proxy.stop()
        try await server.stop()
    }

    @Test func `a server behind a proxy is believed by its name, which the proxy resolves`()
        async throws
    {
        let ann = HTTPProxy.Credentials(user: "ann", password: "s:1")
        try await throughProxy(to: "site.test", credentials: ann) { server, proxy, transport in
            #expect(await failure(transport) == nil)
            #expect(server.requests.count == 1)
            let head = try #require(proxy.requests.first)
            #expect(head.hasPrefix("CONNECT site.test:\(server.port) HTTP/1.1\r\n"))
            #expect(head.lowercased().contains("proxy-authorization: basic yw5uonm6mq==\r\n"))
            // What is said to the server is not said to the proxy, nor the other way round.
            #expect(!(server.requests.first ?? "").lowercased().contains("proxy-authorization"))
        }
    }

    @Test func `a server that is named by its address is believed by its TLS server name`()
        async throws
    {
        try await throughProxy(
            to: "10.0.0.1",
            serverName: "site.test"
        ) { server, proxy, transport in
            #expect(await failure(transport) == nil)
            #expect(proxy.requests.first?.hasPrefix("CONNECT 10.0.0.1:\(server.port) ") == true)
            let request = try #require(server.requests.first).lowercased()
            #expect(request.contains("host: 10.0.0.1:\(server.port)\r\n"))
        }
    }

    @Test func `another name behind a proxy gets nothing`() async throws {
        try await throughProxy(to: "elsewhere.test") { server, _, transport in
            guard case .notSent = await failure(transport) else {
                Issue.record("it was believed")
                return
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 407 Proxy Authentication Required", "HTTP/1.1 502 Bad Gateway",
    ])
    func `a proxy that refuses has sent nothing on`(refusal: String) async throws {
        try await throughProxy(to: "site.test", refusal: refusal) { server, proxy, transport in
            guard case .notSent = await failure(transport, method: "POST") else {
                Issue.record("it counts as sent")
                return
            }
            #expect(proxy.requests.count == 1)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a SOCKS proxy is asked for the name, which it resolves`() async throws {
        let server = try await ByteServer(
            .answer(ok),
            certificate: TestCertificates.named,
            key: TestCertificates.namedKey
        )
        let proxy = try await LoopbackProxy(SocksDialect())
        let site = HTTPSite(
            origin: HTTPOrigin(scheme: .https, host: "site.test", port: server.port),
            tls: TLSOptions(roots: trusting),
            proxy: .socks5(host: "127.0.0.1", port: proxy.port)
        )
        try await with(site) { transport in
            #expect(await failure(transport) == nil)
        }
        #expect(proxy.requests == ["site.test:\(server.port)"])
        #expect(server.requests.count == 1)
        try await proxy.stop()
        try await server.stop()
    }

    @Test func `an address cannot be proven through a proxy, which is said at once`() {
        let site = HTTPSite(
            origin: HTTPOrigin(scheme: .https, host: "10.0.0.1", port: 6_443),
            tls: TLSOptions(roots: trusting),
            proxy: .socks5(host: "127.0.0.1", port: 1_080)
        )
        #expect {
            _ = try NIOTransport(site)
        } throws: { error in
            "\(error)" == "https://10.0.0.1:6443 is named by its address, which its certificate "
                + "cannot be held to through a proxy; name it otherwise, set tls-server-name to a "
                + "name in its certificate (kubernetes, as a rule), or reach it directly (NO_PROXY)"
        }
    }
}
