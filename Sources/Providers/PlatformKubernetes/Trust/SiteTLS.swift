import HTTPTransport

/// Where the run speaks TLS to a site, and by what it proves itself there.
package struct SiteTLS: Sendable {
    /// One server.
    package struct Server: Sendable {
        /// What people call it, behind `the certificate of`: `the API server`.
        package let name: String
        /// The host that its certificate is to be for.
        package let host: String
        package let peer: any TLSPeer
        /// Whether pods of the other site may dial it too.
        package let isAPI: Bool
        /// Whether a certificate that is wrong keeps the run from speaking to it.
        package let isVerified: Bool

        package init(
            name: String,
            host: String,
            peer: any TLSPeer,
            isAPI: Bool = false,
            isVerified: Bool = true
        ) {
            self.name = name
            self.host = host
            self.peer = peer
            self.isAPI = isAPI
            self.isVerified = isVerified
        }
    }

    /// In the order in which they are looked at.
    package var servers: [Server]
    /// The certificate that the run shows to the API server, in PEM; nil where it shows none that lasts.
    package var identity: String?

    package init(servers: [Server] = [], identity: String? = nil) {
        self.servers = servers
        self.identity = identity
    }
}
