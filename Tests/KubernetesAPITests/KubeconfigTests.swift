import Clocks
import HTTPTransport
import JSONValues
import KubernetesAPI
import Testing

@Suite struct KubeconfigTests {
    private let certificate = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"
    private let key = "-----BEGIN EC PRIVATE KEY-----\nx\n-----END EC PRIVATE KEY-----\n"

    @Test func `the first file wins each entry whole, and paths are relative to their file`()
        async throws
    {
        let files = Files([
            "/a/one": """
            current-context: ""
            contexts:
            - {name: main, context: {cluster: c, user: u}}
            users:
            - {name: u, user: {tokenFile: token}}
            """,
            "/b/two": """
            current-context: main
            clusters:
            - {name: c, cluster: {server: "https://b.example/k8s/", certificate-authority: pki/ca}}
            contexts:
            - {name: other, context: {cluster: c, user: u}}
            users:
            - {name: u, user: {username: discarded, password: whole}}
            """,
            "/a/token": " first \n",
            "/b/pki/ca": certificate,
        ])
        let host = files.host(["KUBECONFIG": ":/a/one:/absent:/b/two:/a/one:"])
        let config = try Kubeconfig(environment: host)
        #expect(config.contextNames == ["main", "other"])
        #expect(config.currentContext == "main")
        let access = try config.access(environment: host, time: JumpingTime())
        #expect(access.site.origin == HTTPOrigin(scheme: .https, host: "b.example"))
        #expect(access.pathPrefix == "/k8s")
        #expect(access.namespace == "default")
        #expect(access.site.tls.roots == .authorities(pem: Array(certificate.utf8)))
        #expect(try await fields(access) == ["Authorization: Bearer first"])
    }

    @Test func `data wins over files, and identity, names and proxies are taken over`() throws {
        // The base64 of the two PEM texts.
        let files = Files(["/home/ann/.kube/crt": certificate, "/home/ann/.kube/key": key])
        let access = try access(
            cluster: """
                {server: "https://10.0.0.1", tls-server-name: api.example, \
                proxy-url: "socks5://p.example", certificate-authority: absent, \
                certificate-authority-data: \(base64(certificate))}
                """,
            user: "{client-certificate: crt, client-key: key}",
            files: files
        )
        #expect(access.site.tls.roots == .authorities(pem: Array(certificate.utf8)))
        #expect(access.site.tls.serverName == "api.example")
        #expect(access.site.proxy == .socks5(host: "p.example", port: 1080))
        #expect(access.site.tls.identity?.certificateChain == Array(certificate.utf8))
        #expect(access.site.tls.identity?.key.reveal() == Array(key.utf8))
        #expect(access.namespace == "shop")
    }

    private func base64(_ text: String) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bytes = Array(text.utf8)
        var encoded = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | Int($1) } << ((3 - group.count) * 8)
            var text = ""
            for _ in 0..<4 {
                text = String(digits[bits & 63]) + text
                bits >>= 6
            }
            encoded += text.prefix(group.count + 1) + String(repeating: "=", count: 3 - group.count)
        }
        return encoded
    }

    @Test func `credentials are not sent over http, and that is said`() async throws {
        let access = try access(
            cluster: "{server: \"http://a.example\"}",
            user: "{token: topsecret}"
        )
        #expect(try await fields(access).isEmpty)
        #expect(
            access.notes == [
                "main: credentials are not sent, since the server is reached over http"
            ]
        )
        let server = ScriptedServer(.json([:]))
        _ = try await access.client(over: server, time: JumpingTime()).request(
            "GET",
            path: "/version"
        )
        #expect(server.requests.first?.headers["Authorization"] == nil)
    }

    @Test func `verification is lost only where a person said so`() throws {
        let insecure = "{server: \"https://a.example\", insecure-skip-tls-verify: true}"
        var policy = KubeconfigPolicy.own
        policy.allowsUnverifiedTLS = true
        let access = try access(cluster: insecure, policy: policy)
        #expect(access.site.tls.roots == .unverified)
        #expect(access.notes == ["main: the server's certificate is NOT verified"])
        #expect(try KubernetesAPITests.access().site.tls.roots == .system)
    }

    @Test func `passwords and impersonation become headers`() async throws {
        let basic = try access(user: "{username: ann, password: \"s:1\"}")
        #expect(try await fields(basic) == ["Authorization: Basic YW5uOnM6MQ=="])
        let acting = try access(
            user: """
                {token: t, as: bob, as-uid: "7", as-groups: [dev, ops], \
                as-user-extra: {"example.com/Scope": [a, b]}}
                """
        )
        #expect(
            try await fields(acting) == [
                "Authorization: Bearer t", "Impersonate-User: bob", "Impersonate-Uid: 7",
                "Impersonate-Group: dev", "Impersonate-Group: ops",
                "Impersonate-Extra-example.com%2Fscope: a",
                "Impersonate-Extra-example.com%2Fscope: b",
            ]
        )
    }

    @Test func `a token file is read again, and a lost one leaves the last token`() async throws {
        let files = Files(["/home/ann/.kube/t": "one"])
        let time = JumpingTime()
        let access = try access(user: "{tokenFile: t}", files: files, time: time)
        #expect(try await fields(access) == ["Authorization: Bearer one"])
        files["/home/ann/.kube/t"] = "two\n"
        time.pass(.seconds(49))
        #expect(try await fields(access) == ["Authorization: Bearer one"])
        time.pass(.seconds(2))
        #expect(try await fields(access) == ["Authorization: Bearer two"])
        files["/home/ann/.kube/t"] = nil
        time.pass(.seconds(60))
        #expect(try await fields(access) == ["Authorization: Bearer two"])
        files["/home/ann/.kube/t"] = "three"
        await access.credentials.refused(try await access.credentials.credential())
        #expect(try await fields(access) == ["Authorization: Bearer three"])
    }

    @Test func `a token's file wins over the token beside it, and data over files`() async throws {
        let files = Files([
            "/home/ann/.kube/t": "fresh\n", "/home/ann/.kube/crt": "no PEM",
            "/home/ann/.kube/key": "no PEM",
        ])
        let token = try access(user: "{token: stale, tokenFile: t}", files: files)
        #expect(try await fields(token) == ["Authorization: Bearer fresh"])
        let identity = try access(
            user: """
                {client-certificate: crt, client-key: key, \
                client-certificate-data: \(base64(certificate)), client-key-data: \(base64(key))}
                """,
            files: files
        ).site.tls.identity
        #expect(identity?.certificateChain == Array(certificate.utf8))
        #expect(identity?.key.reveal() == Array(key.utf8))
    }

    @Test(arguments: [
        ("{server: a.example}", "http://a.example"),
        ("{server: \"a.example:8080/k8s\"}", "http://a.example:8080"),
        ("{server: a.example, insecure-skip-tls-verify: true}", "https://a.example"),
        ("{server: \"HTTPS://a.example\"}", "https://a.example"),
    ])
    func `a server without a scheme is https where its cluster speaks of TLS`(
        cluster: String,
        origin: String
    ) throws {
        var policy = KubeconfigPolicy.own
        policy.allowsUnverifiedTLS = true
        #expect(try access(cluster: cluster, policy: policy).site.origin.description == origin)
    }

    @Test func `a pod uses its service account`() async throws {
        let directory = "/var/run/secrets/kubernetes.io/serviceaccount"
        let files = Files([
            "\(directory)/token": "pod\n", "\(directory)/ca.crt": certificate,
            "\(directory)/namespace": "inner",
        ])
        let host = files.host([
            "KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443",
        ])
        let access = try Kubeconfig(environment: host).access(
            environment: host,
            time: JumpingTime()
        )
        #expect(access.site.origin.description == "https://[fd00::1]")
        #expect(access.namespace == "inner")
        let named = files.host([
            "KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443",
            "POD_NAMESPACE": "told",
        ])
        let told = try Kubeconfig(environment: named).access(
            environment: named,
            time: JumpingTime()
        )
        #expect(told.namespace == "told")
        #expect(try await fields(access) == ["Authorization: Bearer pod"])
    }

    @Test func `the explicit file is the only one, and must be there`() throws {
        let files = Files(["/home/me/mine": kubeconfig(cluster: "{server: \"https://mine\"}")])
        let host = files.host(["KUBECONFIG": "/other", "HOME": "/home/ann"])
        let config = try Kubeconfig(explicitPath: "mine", environment: host)
        #expect(config.contextNames == ["main"])
        #expect {
            try Kubeconfig(explicitPath: "absent", environment: host)
        } throws: { error in
            "\(error)" == "/home/me/absent: there is no such kubeconfig; check --kubeconfig"
        }
    }
}
