import Certificates
import Clocks
import Foundation
import JSONValues

/// A server's certificate as facts keep it: what every client is shown, and nothing of its key.
extension ServerCertificate {
    /// Reads it from a Secret of type `kubernetes.io/tls`.
    init?(tlsSecret secret: JSON) {
        guard let text = secret.at("data", "tls.crt")?.string, let data = Data(base64Encoded: text),
            let pem = String(validating: data, as: UTF8.self)
        else { return nil }
        self.init(pem: pem)
    }

    /// As facts keep it.
    var facts: JSON {
        [
            "begin": .string(begin.rfc3339), "end": .string(end.rfc3339),
            "names": .array(names.map(JSON.string)),
        ]
    }

    /// From what facts have kept.
    init?(facts: JSON?) {
        guard let begin = (facts?["begin"]?.string).flatMap({ WallTime(rfc3339: $0) }),
            let end = (facts?["end"]?.string).flatMap({ WallTime(rfc3339: $0) })
        else { return nil }
        self.init(
            begin: begin,
            end: end,
            names: (facts?["names"]?.array ?? []).compactMap(\.string)
        )
    }
}
