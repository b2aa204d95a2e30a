/// Everything that a transport must know of the one server it speaks to.
package struct HTTPSite: Sendable, Hashable {
    /// Where requests go in the end.
    package var origin: HTTPOrigin
    /// Without meaning where the origin is spoken to in the clear.
    package var tls: TLSOptions
    /// Through what they go; nil for directly.
    package var proxy: HTTPProxy?
    /// How long one connection may take to stand, TLS included.
    package var connectTimeout: Duration
    /// How many requests may be in flight before further ones wait: each has its own connection.
    package var connectionsMax: Int

    /// Takes a site that is spoken to directly, and the system's authorities, unless told
    /// otherwise.
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
