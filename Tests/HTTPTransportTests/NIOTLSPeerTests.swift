import HTTPTransport
import HTTPTransportNIO
import Testing

/// What is seen of a server by shaking hands with it.
@Suite struct NIOTLSPeerTests {
    private let trusting = TLSRoots.authorities(pem: Array(TestCertificates.authority.utf8))

    private func shown(
        certificate: String = TestCertificates.server,
        key: String = TestCertificates.serverKey,
        host: String = "127.0.0.1",
        _ tls: TLSOptions
    ) async throws -> TLSShown {
        let server = try await ByteServer(.silence, certificate: certificate, key: key)
        let origin = HTTPOrigin(scheme: .https, host: host, port: server.port)
        let peer = try #require(try NIOTLSPeer(HTTPSite(origin: origin, tls: tls)))
        let shown = try await peer.show(timeout: .seconds(5))
        #expect(server.requests == [])
        try await server.stop()
        return shown
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a server that is believed shows its certificate and version`(
        host: String
    ) async throws {
        let shown = try await shown(host: host, TLSOptions(roots: trusting))
        #expect(shown.version == "TLSv1.3")
        #expect(shown.refusal == nil)
        let lines = TestCertificates.server.split(separator: "\n")
        #expect(shown.chain.first?.split(separator: "\n") == lines)
    }

    @Test func `one that is not believed shows it all the same, with the reason`() async throws {
        let other = TLSRoots.authorities(pem: Array(TestCertificates.otherAuthority.utf8))
        let stranger = try await shown(TLSOptions(roots: other))
        #expect(stranger.refusal?.contains("CERTIFICATE_VERIFY_FAILED") == true)
        #expect(stranger.chain.count == 1)
        let expired = try await shown(
            certificate: TestCertificates.expired,
            key: TestCertificates.expiredKey,
            TLSOptions(roots: trusting)
        )
        #expect(expired.refusal != nil)
        let elsewhere = try await shown(
            certificate: TestCertificates.named,
            key: TestCertificates.namedKey,
            TLSOptions(roots: trusting, serverName: "elsewhere.test")
        )
        #expect(elsewhere.refusal?.contains("another name") == true)
    }

    @Test func `who believes everybody refuses nobody`() async throws {
        let shown = try await shown(
            certificate: TestCertificates.expired,
            key: TestCertificates.expiredKey,
            TLSOptions(roots: .unverified)
        )
        #expect(shown.refusal == nil)
        #expect(shown.chain.count == 1)
    }

    /// What is shown by a server for `site.test` alone that is reached through this proxy.
    private func shown(
        through dialect: some ProxyDialect,
        as proxied: (Int) -> HTTPProxy
    ) async throws -> (shown: TLSShown, asked: [String]) {
        let server = try await ByteServer(
            .silence,
            certificate: TestCertificates.named,
            key: TestCertificates.namedKey
        )
        let proxy = try await LoopbackProxy(dialect)
        let site = HTTPSite(
            origin: HTTPOrigin(scheme: .https, host: "site.test", port: server.port),
            tls: TLSOptions(roots: trusting),
            proxy: proxied(proxy.port)
        )
        let peer = try #require(try NIOTLSPeer(site))
        let result: Result<TLSShown, any Error>
        do {
            result = .success(try await peer.show(timeout: .seconds(5)))
        } catch {
            result = .failure(error)
        }
        try await proxy.stop()
        try await server.stop()
        return (try result.get(), proxy.requests)
    }

    @Test func `a server behind a proxy shows its own certificate, and is asked by its name`()
        async throws
    {
        let lines = TestCertificates.named.split(separator: "\n")
        let ann = HTTPProxy.Credentials(user: "ann", password: "s:1")
        let http = try await shown(through: ConnectDialect(refusal: nil)) {
            .http(host: "127.0.0.1", port: $0, credentials: Redacted(ann))
        }
        #expect(http.shown.refusal == nil)
        #expect(http.shown.chain.first?.split(separator: "\n") == lines)
        // Once to see it, once to believe it.
        #expect(http.asked.count == 2)
        #expect(http.asked.allSatisfy { $0.hasPrefix("CONNECT site.test:") })
        #expect(http.asked.allSatisfy { $0.lowercased().contains("basic yw5uonm6mq==\r\n") })
        let socks = try await shown(through: SocksDialect()) {
            .socks5(host: "127.0.0.1", port: $0)
        }
        #expect(socks.shown.refusal == nil)
        #expect(socks.shown.chain.first?.split(separator: "\n") == lines)
        #expect(socks.asked.allSatisfy { $0.hasPrefix("site.test:") })
    }

    @Test func `a proxy that refuses, or is none, is said`() async throws {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required"
        await #expect(throws: TransportError.self) {
            try await shown(through: ConnectDialect(refusal: refusal)) {
                .http(host: "127.0.0.1", port: $0)
            }
        }
        // Nobody who speaks SOCKS.
        await #expect(throws: TransportError.self) {
            try await shown(through: ConnectDialect(refusal: nil)) {
                .socks5(host: "127.0.0.1", port: $0)
            }
        }
    }

    @Test func `where no TLS is spoken, or nobody is, that is said`() async throws {
        let plain = HTTPOrigin(scheme: .http, host: "127.0.0.1", port: 1)
        #expect(try NIOTLSPeer(HTTPSite(origin: plain)) == nil)
        let nobody = HTTPOrigin(scheme: .https, host: "127.0.0.1", port: 1)
        let absent = try #require(try NIOTLSPeer(HTTPSite(origin: nobody)))
        await #expect(throws: TransportError.self) { try await absent.show(timeout: .seconds(2)) }
        let server = try await ByteServer(.answerAndClose("HTTP/1.1 400 Bad Request\r\n\r\n"))
        let origin = HTTPOrigin(scheme: .https, host: "127.0.0.1", port: server.port)
        let mute = try #require(try NIOTLSPeer(HTTPSite(origin: origin)))
        await #expect(throws: TransportError.self) { try await mute.show(timeout: .seconds(2)) }
        try await server.stop()
    }
}
