import HTTPTransport
import NIOSSL

/// Why a transport cannot be made: a certificate, a key or a name that cannot be used.
package struct NIOTransportSetupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence that names what cannot be used, without its content.
    package let problem: String

    /// The problem.
    package var description: String { problem }
}

extension TLSOptions {
    /// The options in NIOSSL's terms, tried once so that a wrong key is found here and not in the
    /// middle of a request.
    func configuration(identity: TLSIdentity?) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch roots {
        case .system: break
        case .authorities(let pem):
            let certificates = try certificates(in: pem, named: "the certificate authority")
            configuration.trustRoots = .certificates(certificates)
        case .unverified: configuration.certificateVerification = .none
        }
        guard let identity else { return configuration }
        let chain = try certificates(in: identity.certificateChain, named: "the client certificate")
        configuration.certificateChain = chain.map { .certificate($0) }
        do {
            let key = try NIOSSLPrivateKey(bytes: identity.key.reveal(), format: .pem)
            configuration.privateKey = .privateKey(key)
        } catch {
            throw NIOTransportSetupError(
                problem:
                    "the client key is no PEM text of a PKCS#8, PKCS#1 or SEC1 key without a passphrase"
            )
        }
        var trial = configuration
        trial.trustRoots = .certificates([])
        do {
            _ = try NIOSSLContext(configuration: trial)
        } catch {
            throw NIOTransportSetupError(
                problem: "the client key does not belong to the client certificate"
            )
        }
        return configuration
    }

    private func certificates(in pem: [UInt8], named name: String) throws -> [NIOSSLCertificate] {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(pem)
        } catch {
            throw NIOTransportSetupError(problem: "\(name) is no PEM text of certificates")
        }
        guard !certificates.isEmpty else {
            throw NIOTransportSetupError(problem: "\(name) holds no certificate")
        }
        return certificates
    }
}
