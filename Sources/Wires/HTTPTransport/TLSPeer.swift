/// Speaks TLS to one server and asks it for nothing.
package protocol TLSPeer: Sendable {
    /// What the server shows; fails where no TLS comes about at all, within `timeout`.
    func show(timeout: Duration) async throws(TransportError) -> TLSShown
}

/// What a server shows of itself when TLS is spoken to it.
package struct TLSShown: Sendable, Hashable {
    /// `TLSv1.3`.
    package var version: String
    /// PEM texts, the server's own certificate first.
    package var chain: [String]
    /// Why a client with the site's own options goes no further; nil where it does.
    package var refusal: String?

    /// Takes what was seen.
    package init(version: String, chain: [String], refusal: String?) {
        self.version = version
        self.chain = chain
        self.refusal = refusal
    }
}
