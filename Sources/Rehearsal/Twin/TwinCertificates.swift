import Certificates
import Clocks

/// A certificate authority of the twin's own and one server certificate under it.
struct TwinCertificates: Sendable {
    let authorityPEM: String
    let serverPEM: String
    let serverKeyPEM: String

    /// Valid from an hour before `now` to so long behind it, for loopback and the names of an API server.
    init(name: String, now: WallTime, life: Duration) throws {
        let begin = now.advanced(by: .seconds(-3_600))
        let end = now.advanced(by: life)
        let authority = try CertificateAuthority(name: "\(name)-ca", begin: begin, end: end)
        let server = try authority.issue(
            to: "kube-apiserver",
            names: ["localhost", "kubernetes"],
            addresses: [[127, 0, 0, 1]],
            begin: begin,
            end: end
        )
        authorityPEM = authority.certificate
        serverPEM = server.certificate
        serverKeyPEM = server.key
    }
}
