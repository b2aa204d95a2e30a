import Foundation
import JSONValues

extension ServerCertificate {
    /// Reads it from a Secret of type `kubernetes.io/tls`.
    package init?(tlsSecret secret: JSON) {
        guard let text = secret.at("data", "tls.crt")?.string, let data = Data(base64Encoded: text),
            let pem = String(validating: data, as: UTF8.self)
        else { return nil }
        self.init(pem: pem)
    }
}
