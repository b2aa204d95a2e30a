import Foundation

/// Finds the names of namespaces within data that objects hold as base64: pure.
struct NamespaceData {
    /// What was found.
    struct Finding {
        /// As base64; nil when nothing is rewritten.
        var encoded: String?
        var rewritten: Set<String> = []
        /// Namespaces that are named, or may be, and were left, each with the reason.
        var doubted: [TransformLog.Doubt: Set<String>] = [:]
    }

    private static let certificateBegin = "-----BEGIN CERTIFICATE-----"
    private static let certificateEnd = "-----END CERTIFICATE-----"

    let text: NamespaceText

    /// What is no base64 is nothing that a server would have taken.
    func search(_ encoded: String, hint: String) -> Finding {
        var finding = Finding()
        guard let data = Data(base64Encoded: encoded) else { return finding }
        guard let decoded = String(validating: data, as: UTF8.self) else {
            finding.doubt(.binary, mentions(in: data))
            return finding
        }
        let found = text.search(decoded, hint: hint)
        finding.rewritten = found.rewritten
        finding.doubt(.words, found.doubted)
        finding.doubt(.certificate, mentions(inCertificatesOf: decoded))
        finding.encoded = found.text.map { Data($0.utf8).base64EncodedString() }
        return finding
    }

    /// Namespaces that addresses within the bytes name for sure.
    private func mentions(in data: Data) -> Set<String> {
        // Whatever is no ASCII letter ends a host name, so that it does not matter what it becomes.
        text.search(String(decoding: data.map { $0 < 0x80 ? $0 : 0x20 }, as: UTF8.self), hint: "")
            .rewritten
    }

    /// Namespaces of the names for which certificates were issued.
    func mentions(inCertificatesOf pem: String) -> Set<String> {
        var found: Set<String> = []
        var rest = pem[...]
        while let begin = rest.firstRange(of: NamespaceData.certificateBegin) {
            rest = rest[begin.upperBound...]
            guard let end = rest.firstRange(of: NamespaceData.certificateEnd) else { break }
            let body = rest[..<end.lowerBound].filter { !$0.isWhitespace }
            if let data = Data(base64Encoded: String(body)) { found.formUnion(mentions(in: data)) }
            rest = rest[end.upperBound...]
        }
        return found
    }
}

extension NamespaceData.Finding {
    fileprivate mutating func doubt(_ doubt: TransformLog.Doubt, _ namespaces: Set<String>) {
        if !namespaces.isEmpty { doubted[doubt] = namespaces }
    }
}
