import HTTPTransport
import KubernetesAPI
import Testing

/// The rules of golang.org/x/net/http/httpproxy, which client-go asks, case by case.
@Suite struct EnvironmentProxyTests {
    private func proxy(
        to server: String,
        _ variables: [String: String],
        named proxyURL: String? = nil
    ) throws -> HTTPProxy? {
        let named = proxyURL.map { ", proxy-url: \"\($0)\"" } ?? ""
        let text = kubeconfig(cluster: "{server: \"\(server)\"\(named)}")
        let host = Files(["/home/ann/.kube/config": text])
            .host(variables.merging(["HOME": "/home/ann"]) { first, _ in first })
        let access = try Kubeconfig(environment: host)
            .access(environment: host, time: JumpingTime())
        return access.site.proxy
    }

    private static let proxy = HTTPProxy.http(host: "p.example", port: 3_128)

    @Test(arguments: [
        ("https://a.example", ["HTTPS_PROXY": "http://p.example:3128"]),
        ("https://a.example", ["https_proxy": "p.example:3128"]),
        ("https://a.example", ["HTTPS_PROXY": "", "https_proxy": "http://p.example:3128/"]),
        (
            "https://a.example",
            ["HTTPS_PROXY": "http://p.example:3128", "https_proxy": "http://other.example"]
        ),
        ("http://a.example", ["HTTP_PROXY": "http://p.example:3128"]),
        ("http://10.0.0.1", ["http_proxy": "p.example:3128", "HTTPS_PROXY": "other.example"]),
    ])
    func `the environment's proxy is used, by the server's scheme, capitals first`(
        server: String,
        variables: [String: String]
    ) throws {
        #expect(try proxy(to: server, variables) == Self.proxy)
    }

    @Test(arguments: [
        "https://localhost", "https://LocalHost:6443", "https://127.0.0.1", "https://127.9.9.9",
        "https://[::1]:6443", "https://[::ffff:127.0.0.1]", "http://a.example",
    ])
    func `this machine, and a scheme without a variable, is reached directly`(
        server: String
    ) throws {
        #expect(try proxy(to: server, ["HTTPS_PROXY": "p.example:3128"]) == nil)
    }

    /// A server and what `NO_PROXY` says; whether it is reached directly.
    static let exceptions: [(server: String, noProxy: String, isDirect: Bool)] = [
        ("https://a.example", "*", true),
        ("https://a.example", " * ", true),
        ("https://a.example", "a.example", true),
        ("https://A.Example", "a.EXAMPLE", true),
        ("https://b.a.example", "a.example", true),
        ("https://ba.example", "a.example", false),
        ("https://a.example", ".a.example", false),
        ("https://b.a.example", ".a.example", true),
        ("https://a.example", "*.a.example", false),
        ("https://b.a.example", "*.a.example", true),
        ("https://a.example", "b.example, a.example ,", true),
        ("https://a.example", "a.example:443", true),
        ("https://a.example:6443", "a.example:443", false),
        ("https://b.a.example:6443", ".a.example:6443", true),
        ("https://a.example", "", false),
        ("https://a.example", ",,:443,", false),
        ("https://10.1.2.3", "10.0.0.0/8", true),
        ("https://11.1.2.3", "10.0.0.0/8", false),
        ("https://10.1.2.3:6443", "10.1.2.0/23", true),
        ("https://10.1.4.3:6443", "10.1.2.0/23", false),
        ("https://10.1.2.3", "10.1.2.3", true),
        ("https://10.1.2.3:6443", "10.1.2.3:6443", true),
        ("https://10.1.2.3", "10.1.2.3:6443", false),
        ("https://10.1.2.33", "10.1.2.3", false),
        ("https://[2001:db8::1]:6443", "2001:db8::/48", true),
        ("https://[2001:db8:1::1]", "2001:db8::/48", false),
        ("https://[2001:db8::1]:6443", "[2001:db8::1]:6443", true),
        ("https://[2001:db8::1]", "2001:db8::1", true),
        ("https://10.1.2.3", "::/0", false),
        ("https://10.1.2.3", ".3", false),
        ("https://a.example", "10.0.0.0/8", false),
        ("https://10.1.2.3", "10.0.0.0/33", false),
        ("https://10.1.2.3", "10.0.0.0/-1", false),
    ]

    @Test(arguments: exceptions)
    func `NO_PROXY excepts hosts, domains, addresses and ranges, with or without a port`(
        server: String,
        noProxy: String,
        isDirect: Bool
    ) throws {
        for name in ["NO_PROXY", "no_proxy"] {
            let found = try proxy(to: server, ["HTTPS_PROXY": "p.example:3128", name: noProxy])
            #expect(found == (isDirect ? nil : Self.proxy))
        }
    }

    @Test func `the kubeconfig's own proxy goes before the environment and its exceptions`() throws
    {
        let variables = ["HTTPS_PROXY": "http://other.example", "NO_PROXY": "*"]
        #expect(
            try proxy(to: "https://a.example", variables, named: "http://p.example:3128")
                == Self.proxy
        )
        #expect(
            try proxy(to: "https://localhost", variables, named: "socks5://p.example:80")
                == .socks5(host: "p.example", port: 80)
        )
    }

    @Test(arguments: [
        (
            "https://me:topsecret@p.example",
            "a proxy that is itself reached over TLS (https://) is not supported; name its "
                + "http:// port, or run a local tunnel to it and name that"
        ),
        ("ftp://me:topsecret@p.example", "its scheme is neither http nor socks5"),
        ("http://me:topsecret@", "it names no host"),
        ("http://topsecret@p.example", "what stands before the @ is not USER:PASSWORD"),
        ("me:topsecret@p.example/x", "nothing may stand behind its host and port"),
    ])
    func `a proxy that cannot be used is an error where it is needed, without its password`(
        value: String,
        problem: String
    ) throws {
        #expect {
            try proxy(to: "https://a.example", ["HTTPS_PROXY": value])
        } throws: { error in
            "\(error)" == "the environment variable HTTPS_PROXY is no URL of a proxy: \(problem); "
                + "correct it, add the server to NO_PROXY, or set proxy-url in the kubeconfig"
        }
        let excepted = ["HTTPS_PROXY": value, "NO_PROXY": "a.example"]
        #expect(try proxy(to: "https://a.example", excepted) == nil)
    }

    @Test func `a pod asks the environment too`() throws {
        let directory = "/var/run/secrets/kubernetes.io/serviceaccount"
        let files = Files(["\(directory)/token": "t", "\(directory)/ca.crt": "c"])
        var variables = [
            "KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443",
            "HTTPS_PROXY": "http://me:s%3A1@p.example",
        ]
        func proxy() throws -> HTTPProxy? {
            let host = files.host(variables)
            return try Kubeconfig(environment: host)
                .access(environment: host, time: JumpingTime()).site.proxy
        }
        guard case .http("p.example", 80, let credentials?) = try proxy() else {
            Issue.record("no proxy with credentials")
            return
        }
        #expect(credentials.reveal() == HTTPProxy.Credentials(user: "me", password: "s:1"))
        variables["NO_PROXY"] = "10.96.0.0/12"
        #expect(try proxy() == nil)
    }
}
