import Clocks
import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority of the twin's own and one server certificate under it.
///
/// Both live as long as the process: the authority's key is not kept anywhere.
struct TwinCertificates: Sendable {
    let authorityPEM: String
    let serverPEM: String
    let serverKeyPEM: String

    /// Valid for a year from an hour before `now`, for loopback and the names of an API server.
    init(name: String, now: WallTime) throws {
        let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let serverKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let authorityName = try DistinguishedName { CommonName("\(name)-ca") }
        let begin = date(now.advanced(by: .seconds(-3_600)))
        let end = date(now.advanced(by: .seconds(365 * 86_400)))

        let authority = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: authorityKey.publicKey,
            notValidBefore: begin,
            notValidAfter: end,
            issuer: authorityName,
            subject: authorityName,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            },
            issuerPrivateKey: authorityKey
        )
        let server = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: serverKey.publicKey,
            notValidBefore: begin,
            notValidAfter: end,
            issuer: authorityName,
            subject: try DistinguishedName { CommonName("kube-apiserver") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([
                    .dnsName("localhost"), .dnsName("kubernetes"),
                    .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                ])
            },
            issuerPrivateKey: authorityKey
        )

        authorityPEM = try authority.serializeAsPEM().pemString
        serverPEM = try server.serializeAsPEM().pemString
        serverKeyPEM = try serverKey.serializeAsPEM().pemString
    }
}

private func date(_ time: WallTime) -> Date {
    Date(timeIntervalSince1970: Double(time.nanosecondsSinceEpoch) / 1e9)
}
