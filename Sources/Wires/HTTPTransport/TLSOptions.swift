/// How a site proves who it is, and how we prove who we are.
package struct TLSOptions: Sendable, Hashable {
    /// What the server's certificate must be signed by.
    package var roots: TLSRoots
    /// What we show of ourselves, if anything.
    package var identity: TLSIdentity?
    /// The name that is asked for and must stand in the certificate, where it is not the host's.
    package var serverName: String?

    /// Takes the system's authorities and shows nothing, unless told otherwise.
    package init(
        roots: TLSRoots = .system,
        identity: TLSIdentity? = nil,
        serverName: String? = nil
    ) {
        self.roots = roots
        self.identity = identity
        self.serverName = serverName
    }
}

/// What a server's certificate is checked against.
package enum TLSRoots: Sendable, Hashable {
    /// The authorities that this machine trusts.
    case system
    /// Only these authorities, as PEM text with one certificate or more.
    case authorities(pem: [UInt8])
    /// Nothing is checked: whoever answers is believed.
    ///
    /// It is never a default, and whoever builds it must have been told to, for this site, by a
    /// person.
    case unverified
}

/// A client certificate and its key.
package struct TLSIdentity: Sendable, Hashable {
    /// PEM text: the certificate, then those that lead from it to an authority.
    package let certificateChain: [UInt8]
    /// PEM text of a PKCS#8, PKCS#1 or SEC1 key, without a passphrase.
    package let key: Redacted<[UInt8]>

    /// Takes PEM text as it is; whether it can be used shows when a transport is made.
    package init(certificateChain: [UInt8], key: Redacted<[UInt8]>) {
        self.certificateChain = certificateChain
        self.key = key
    }
}
