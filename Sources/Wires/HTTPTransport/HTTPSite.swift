/// Everything that a transport must know of the one server it speaks to.
package struct HTTPSite: Sendable, Hashable {
    package var origin: HTTPOrigin
    /// Without meaning where the origin is spoken to in the clear.
    package var tls: TLSOptions
    package var proxy: HTTPProxy?
    /// How long one connection may take to stand, TLS included.
    package var connectTimeout: Duration
    /// How many requests may be in flight before further ones wait: each has its own connection.
    package var connectionsMax: Int

    package init(
        origin: HTTPOrigin,
        tls: TLSOptions = TLSOptions(),
        proxy: HTTPProxy? = nil,
        connectTimeout: Duration = .seconds(10),
        connectionsMax: Int = 256
    ) {
        self.origin = origin
        self.tls = tls
        self.proxy = proxy
        self.connectTimeout = connectTimeout
        self.connectionsMax = connectionsMax
    }
}

/// What stands between us and a site.
package enum HTTPProxy: Sendable, Hashable {
    /// A proxy that is asked to `CONNECT`, itself spoken to in the clear.
    case http(host: String, port: Int, credentials: Redacted<Credentials>? = nil)
    /// SOCKS version 5 without authentication; the proxy resolves the name.
    case socks5(host: String, port: Int)

    /// Who we are to the proxy.
    package struct Credentials: Sendable, Hashable {
        package let user: String
        package let password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }
}
