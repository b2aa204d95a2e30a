import Clocks
import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority that lives as long as the process: its key is not kept anywhere.
package struct CertificateAuthority: Sendable {
    /// A server's certificate with its key, in PEM.
    package struct Issued: Sendable {
        package let certificate: String
        package let key: String
    }

    /// Its own certificate, in PEM.
    package let certificate: String
    private let key: Certificate.PrivateKey
    private let name: DistinguishedName

    /// Valid from `begin` to `end`.
    package init(name: String, begin: WallTime, end: WallTime) throws {
        key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        self.name = try DistinguishedName { CommonName(name) }
        certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: date(begin),
            notValidAfter: date(end),
            issuer: self.name,
            subject: self.name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            },
            issuerPrivateKey: key
        ).serializeAsPEM().pemString
    }

    /// A certificate for these DNS names and addresses of IPv4.
    package func issue(
        to commonName: String,
        names: [String],
        addresses: [[UInt8]] = [],
        begin: WallTime,
        end: WallTime
    ) throws -> Issued {
        let serverKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let alternatives =
            names.map(GeneralName.dnsName)
            + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
        let server = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: serverKey.publicKey,
            notValidBefore: date(begin),
            notValidAfter: date(end),
            issuer: name,
            subject: try DistinguishedName { CommonName(commonName) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(alternatives)
            },
            issuerPrivateKey: key
        )
        return Issued(
            certificate: try server.serializeAsPEM().pemString,
            key: try serverKey.serializeAsPEM().pemString
        )
    }
}

private func date(_ time: WallTime) -> Date {
    Date(timeIntervalSince1970: Double(time.nanosecondsSinceEpoch) / 1e9)
}
