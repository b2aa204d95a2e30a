import HTTPTransport
import HTTPTransportNIO
import Testing

@Suite struct NIOTransportTLSTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    private func serveTLS(
        certificate: String = TestCertificates.server,
        key: String = TestCertificates.serverKey,
        host: String = "127.0.0.1",
        boundTo address: String = "127.0.0.1",
        _ tls: TLSOptions,
        _ body: (ByteServer, NIOTransport) async throws -> Void
    ) async throws {
        let server = try await ByteServer(
            .answer(NIOTransportTLSTests.ok),
            certificate: certificate,
            key: key,
            host: address
        )
        let origin = HTTPOrigin(scheme: .https, host: host, port: server.port)
        try await with(HTTPSite(origin: origin, tls: tls)) { try await body(server, $0) }
        try await server.stop()
    }

    private let trusting = TLSRoots.authorities(pem: Array(TestCertificates.authority.utf8))

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a server of the given authority is believed`(host: String) async throws {
        try await serveTLS(host: host, TLSOptions(roots: trusting)) { server, transport in
            let response = try await transport.send(get, timeout: .seconds(5))
            #expect(response.status == 200)
            _ = try await response.body.collect(sizeMax: 10)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `the TLS server name is asked for and the Host header stays`() async throws {
        let tls = TLSOptions(roots: trusting, serverName: "site.test")
        try await serveTLS(
            certificate: TestCertificates.named,
            key: TestCertificates.namedKey,
            tls
        ) { server, transport in
            let response = try await transport.send(get, timeout: .seconds(5))
            #expect(response.status == 200)
            _ = try await response.body.collect(sizeMax: 10)
            let received = try #require(server.requests.first).lowercased()
            #expect(received.contains("host: 127.0.0.1:\(server.port)\r\n"))
        }
    }

    /// Every way in which a server is not who it should be.
    enum Impostor: CaseIterable, Sendable {
        case otherAuthority, systemRoots, otherName, expired
    }

    @Test(arguments: Impostor.allCases)
    func `a server that cannot prove itself gets nothing`(impostor: Impostor) async throws {
        var tls = TLSOptions(roots: trusting)
        switch impostor {
        case .otherAuthority:
            tls.roots = .authorities(pem: Array(TestCertificates.otherAuthority.utf8))
        case .systemRoots: tls.roots = .system
        case .otherName: tls.serverName = "elsewhere.test"
        case .expired: break
        }
        let (certificate, key) =
            switch impostor {
            case .expired: (TestCertificates.expired, TestCertificates.expiredKey)
            case .otherName: (TestCertificates.named, TestCertificates.namedKey)
            default: (TestCertificates.server, TestCertificates.serverKey)
            }
        try await serveTLS(certificate: certificate, key: key, tls) { server, transport in
            let error = await failure(transport)
            guard case .notSent = error else {
                Issue.record("\(error?.description ?? "no error")")
                return
            }
            #expect(server.requests.isEmpty)
        }
    }

    #if os(Linux)
    /// The addresses of loopback that a certificate is asked about.
    static let addresses: [(address: String, isBelieved: Bool)] = [
        ("127.0.0.1", true), ("127.0.0.2", false),
    ]

    @Test(arguments: addresses)
    func `a server that is dialled by its address must have it in its certificate`(
        address: String,
        isBelieved: Bool
    ) async throws {
        try await serveTLS(
            host: address,
            boundTo: address,
            TLSOptions(roots: trusting)
        ) { server, transport in
            let error = await failure(transport)
            if isBelieved {
                #expect(error == nil)
            } else {
                #expect(isForAnotherName(error))
            }
            #expect(server.requests.count == (isBelieved ? 1 : 0))
        }
    }
    #endif

    @Test func `a certificate for names only is none for an address`() async throws {
        try await serveTLS(
            certificate: TestCertificates.named,
            key: TestCertificates.namedKey,
            TLSOptions(roots: trusting)
        ) { server, transport in
            #expect(isForAnotherName(await failure(transport)))
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `an address that is written as a name, or as the subject, is no address`()
        async throws
    {
        let itself = TLSRoots.authorities(pem: Array(TestCertificates.addressAsName.utf8))
        try await serveTLS(
            certificate: TestCertificates.addressAsName,
            key: TestCertificates.addressAsNameKey,
            TLSOptions(roots: itself)
        ) { server, transport in
            #expect(isForAnotherName(await failure(transport)))
            #expect(server.requests.isEmpty)
        }
    }

    /// Whether the server was refused for what its certificate is made out to, and for nothing else.
    private func isForAnotherName(_ error: TransportError?) -> Bool {
        guard case .notSent(let reason) = error else { return false }
        return reason.hasPrefix("the server's certificate is for another name")
    }

    @Test func `only who was told not to verify believes anybody`() async throws {
        try await serveTLS(
            certificate: TestCertificates.expired,
            key: TestCertificates.expiredKey,
            TLSOptions(roots: .unverified)
        ) { _, transport in
            let response = try await transport.send(get, timeout: .seconds(5))
            #expect(response.status == 200)
        }
    }

    @Test(arguments: [
        (TestCertificates.client, TestCertificates.clientKeySEC1),
        (TestCertificates.client, TestCertificates.clientKeyPKCS8),
        (
            TestCertificates.client + "\n" + TestCertificates.authority,
            TestCertificates.clientKeyPKCS8
        ),
        (TestCertificates.clientRSA, TestCertificates.clientRSAKeyPKCS1),
    ])
    func `keys in each form and chains are shown to the server`(
        certificate: String,
        key: String
    ) async throws {
        let identity = TLSIdentity(
            certificateChain: Array(certificate.utf8),
            key: Redacted(Array(key.utf8))
        )
        try await serveTLS(TLSOptions(roots: trusting, identity: identity)) { _, transport in
            let response = try await transport.send(get, timeout: .seconds(5))
            #expect(response.status == 200)
        }
        try await serveTLS(TLSOptions(roots: trusting)) { _, transport in
            var request = get
            request.identity = identity
            let response = try await transport.send(request, timeout: .seconds(5))
            #expect(response.status == 200)
        }
    }

    @Test func `a server that never shakes hands is given up in the time for connecting`()
        async throws
    {
        let server = try await ByteServer(.silence)
        let site = HTTPSite(
            origin: origin(server.port, scheme: .https),
            tls: TLSOptions(roots: trusting),
            connectTimeout: .milliseconds(300)
        )
        try await with(site) { transport in
            guard case .notSent = await failure(transport, method: "POST", timeout: .seconds(20))
            else {
                Issue.record("it counts as sent")
                return
            }
        }
        try await server.stop()
    }

    @Test func `certificates and keys that cannot be used are named at once`() {
        let chain = Array(TestCertificates.client.utf8)
        let cases: [(TLSOptions, String)] = [
            (
                TLSOptions(roots: .authorities(pem: Array("rubbish".utf8))),
                "the certificate authority is no PEM text of certificates"
            ),
            (
                TLSOptions(
                    identity: TLSIdentity(certificateChain: chain, key: Redacted(chain))
                ),
                "the client key is no PEM text of a PKCS#8, PKCS#1 or SEC1 key without a passphrase"
            ),
            (
                TLSOptions(
                    identity: TLSIdentity(
                        certificateChain: chain,
                        key: Redacted(Array(TestCertificates.serverKey.utf8))
                    )
                ),
                "the client key does not belong to the client certificate"
            ),
            (
                TLSOptions(serverName: "10.0.0.1"),
                "the TLS server name 10.0.0.1 is an address; only names can be asked for"
            ),
        ]
        for (tls, message) in cases {
            #expect {
                _ = try NIOTransport(HTTPSite(origin: origin(1, scheme: .https), tls: tls))
            } throws: { error in
                #expect("\(error)" == message)
                return true
            }
        }
    }
}
