import HTTPTransport
import JSONValues
import MigrationModel
import MigrationPorts

/// Puts the same questions to the entries of both sites, and compares what they answer.
struct AnswerCheck {
    private static let timeout = Duration.seconds(10)
    /// What is larger is not compared: it would be kept twice.
    private static let bodyMax = 4 << 20
    private static let differencesShownMax = 3

    private let comparison: AnswerComparison
    private let source: any HTTPTransport
    private let target: any HTTPTransport

    init(
        _ comparison: AnswerComparison,
        source: any HTTPTransport,
        target: any HTTPTransport
    ) {
        self.comparison = comparison
        self.source = source
        self.target = target
    }

    /// Holds when no path is answered otherwise; the first differences, cut short, where one is.
    func state() async throws(ProviderError) -> ConditionState {
        var differences: [String] = []
        for path in comparison.paths {
            let question = "\(comparison.method) \(comparison.host)\(path)"
            let left = try await answer(path, from: source, "source")
            let right = try await answer(path, from: target, "target")
            differences += AnswerDifference(comparison).between(left, right)
                .map { "\(question): \($0)" }
        }
        guard !differences.isEmpty else { return .holds }
        let shown = differences.prefix(AnswerCheck.differencesShownMax)
        let rest = differences.count - shown.count
        return .waiting(
            seen: shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more differences" : "")
        )
    }

    private func answer(
        _ path: String,
        from transport: any HTTPTransport,
        _ site: String
    ) async throws(ProviderError) -> SiteAnswer {
        let request = HTTPRequest(
            method: comparison.method,
            target: path,
            headers: ["Host": comparison.host, "Accept-Encoding": "identity"]
        )
        do {
            let response = try await transport.send(request, timeout: AnswerCheck.timeout)
            return SiteAnswer(
                status: response.status,
                headers: response.headers,
                body: try await response.body.collect(sizeMax: AnswerCheck.bodyMax)
            )
        } catch {
            throw .unavailable(
                reason:
                    "the entry of the \(site) did not answer \(comparison.host)\(path): \(error)",
                retryAfter: nil
            )
        }
    }
}

/// What one site answered.
struct SiteAnswer {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
}
