import HTTPTransport
import KubernetesObjects

/// Which proxy the environment means for a server that its kubeconfig names none for.
///
/// The rules are those of Go's `http.ProxyFromEnvironment`, which client-go asks
/// (golang.org/x/net/http/httpproxy): `HTTPS_PROXY` for https and `HTTP_PROXY` for http, of each the
/// capitals before the small letters; `NO_PROXY` excepts; this machine (`localhost`, 127.0.0.0/8,
/// ::1) is never reached through a proxy. Two differences are for safety: a proxy that cannot be
/// used is an error, where Go passes it over and connects directly; and one that is itself reached
/// over TLS is not supported.
struct EnvironmentProxy {
    private let variables: [String: String]

    init(_ environment: HostEnvironment) {
        variables = environment.variables
    }

    /// Nil for a server that is reached directly.
    func proxy(for origin: HTTPOrigin) throws(KubeconfigError) -> HTTPProxy? {
        let names =
            origin.scheme == .https
            ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"]
        guard let (name, text) = first(of: names), usesProxy(origin) else { return nil }
        // A value without a scheme is an http proxy: `proxy.example:3128`.
        do {
            return try HTTPProxy(parsing: text.contains("://") ? text : "http://" + text)
        } catch {
            throw KubeconfigError(
                problem: "the environment variable \(name) is no URL of a proxy: \(error); correct "
                    + "it, add the server to NO_PROXY, or set proxy-url in the kubeconfig"
            )
        }
    }

    /// The first variable that holds something.
    private func first(of names: [String]) -> (name: String, value: String)? {
        for name in names {
            if let value = variables[name], !value.isEmpty { return (name, value) }
        }
        return nil
    }

    private func usesProxy(_ origin: HTTPOrigin) -> Bool {
        let host = origin.host.lowercased()
        let address = IPAddress(host)
        if host == "localhost" || address?.isLoopback == true { return false }
        let exceptions = first(of: ["NO_PROXY", "no_proxy"])?.value ?? ""
        return !exceptions.split(separator: ",").contains { element in
            let exception = element.filter { !$0.isWhitespace }.lowercased()
            return ProxyException(exception)?.covers(host, address, port: origin.port) ?? false
        }
    }
}

/// One element of `NO_PROXY`.
private enum ProxyException {
    /// `*`: every server.
    case everything
    /// `10.0.0.0/8`: servers that are named by such an address; names are not resolved for it.
    case range(IPRange)
    /// `10.0.0.1`, `10.0.0.1:6443`, `[fd00::1]:6443`.
    case address(IPAddress, port: Int?)
    /// `example.com` is the host and every host below it; `.example.com` and `*.example.com` are
    /// only those below it. Each may have a port.
    case domain(suffix: String, includesItself: Bool, port: Int?)

    /// Nil for what means nothing, and is passed over, as Go does.
    init?(_ text: String) {
        if text == "*" {
            self = .everything
            return
        }
        if let range = IPRange(text) {
            self = .range(range)
            return
        }
        if let address = IPAddress(text) {
            self = .address(address, port: nil)
            return
        }
        guard let (named, port) = ProxyException.hostAndPort(text), !named.isEmpty else {
            return nil
        }
        var host = named
        if let address = IPAddress(host) {
            self = .address(address, port: port)
            return
        }
        if host.hasPrefix("*.") { host.removeFirst() }
        self =
            host.hasPrefix(".")
            ? .domain(suffix: host, includesItself: false, port: port)
            : .domain(suffix: "." + host, includesItself: true, port: port)
    }

    /// Nil when there is a colon and no number behind it.
    private static func hostAndPort(_ text: String) -> (host: String, port: Int?)? {
        guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
        guard let port = Int(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return (String(host), port)
    }

    func covers(_ host: String, _ hostAddress: IPAddress?, port hostPort: Int) -> Bool {
        switch self {
        case .everything: true
        case .range(let range): hostAddress.map(range.contains) ?? false
        case .address(let address, let port):
            hostAddress == address && (port == nil || port == hostPort)
        case .domain(let suffix, let includesItself, let port):
            hostAddress == nil && (port == nil || port == hostPort)
                && (host.hasSuffix(suffix) || includesItself && host == suffix.dropFirst())
        }
    }
}
