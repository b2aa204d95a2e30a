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
