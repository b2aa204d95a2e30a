import HTTPTransport
import Testing

@Suite struct HTTPValuesTests {
    @Test(arguments: [
        ("https://a.example", "https://a.example"),
        ("HTTPS://a.example:443/", "https://a.example"),
        ("http://a:8080/k8s/clusters/c1/", "http://a:8080/k8s/clusters/c1"),
        ("https://[::1]:6443", "https://[::1]:6443"),
        ("https://[fd00::1]/x", "https://[fd00::1]/x"),
        ("https://10.0.0.1:", "https://10.0.0.1"),
    ])
    func `a URL of a server is read`(text: String, read: String) throws {
        #expect(try HTTPBaseURL(parsing: text).description == read)
    }

    @Test(arguments: [
        ("a.example", "it does not begin with https:// or http://"),
        ("ftp://a", "its scheme is neither https nor http"),
        ("https://", "it names no host"), ("https:///a", "it names no host"),
        ("https://a b", "it names no host"),
        ("https://fe80::1%25eth0", "an IPv6 address must stand in brackets"),
        ("https://u:p@a", "it holds a user or a password, which belong elsewhere"),
        ("https://a:0", "\"0\" is no port"), ("https://a:+1", "\"+1\" is no port"),
        ("https://a:65536", "\"65536\" is no port"),
        ("https://[::1", "its address has no closing bracket"),
        ("https://[::1]x", "only a port may stand behind its address"),
        ("https://a/?b", "it has a query or a fragment"),
        ("https://a/\u{7F}", "its path holds characters that must be percent-encoded"),
    ])
    func `a wrong URL is refused with its reason`(text: String, reason: String) {
        #expect { try HTTPBaseURL(parsing: text) } throws: { error in
            #expect("\(error)" == reason)
            return true
        }
    }

    @Test func `a redacted value shows in no way`() {
        let identity = TLSIdentity(certificateChain: [], key: Redacted(Array("topsecret".utf8)))
        let options = TLSOptions(identity: identity)
        var dumped = ""
        dump(options, to: &dumped)
        let mirrored = Mirror(reflecting: Redacted("topsecret")).children.map { "\($0.value)" }
        let shown =
            "\(options) \(String(reflecting: options)) \(dumped) \(mirrored) \(Redacted("topsecret"))"
        #expect(!shown.contains("topsecret"))
        #expect(!shown.contains("116, 111, 112"))
        #expect(shown.contains("<redacted>"))
        #expect(identity.key.reveal() == Array("topsecret".utf8))
    }
}
