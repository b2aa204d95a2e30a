import Certificates
import Clocks
import JSONValues

/// A server's certificate as facts keep it: what every client is shown, and nothing of its key.
extension ServerCertificate {
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
