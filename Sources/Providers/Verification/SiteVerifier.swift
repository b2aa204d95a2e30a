import HTTPTransport
import MigrationModel
import MigrationPorts

/// Asks Prometheus for numbers, and both sites' entries the same questions.
package struct SiteVerifier: Verifier {
    private let metrics: [String: PrometheusQuery]
    private let entries: [SiteRole: any HTTPTransport]
    private let programs: ProbePrograms

    /// `metrics` are by the names of their gates; `entries` lead to the sites' own entries, where they are
    /// known.
    package init(
        metrics: [String: PrometheusQuery] = [:],
        entries: [SiteRole: any HTTPTransport] = [:],
        programs: ProbePrograms
    ) {
        self.metrics = metrics
        self.entries = entries
        self.programs = programs
    }

    package func check(_ condition: Condition) async throws(ProviderError) -> ConditionState {
        switch condition {
        case .metric(let gate):
            guard let query = metrics[gate.name] else {
                throw .rejected(
                    reason: "the plan has a gate \(gate.name), which the migration file does not "
                        + "name in spec.gates any more; write it as it was"
                )
            }
            return try await query.check(gate)
        case .smoke(let probe):
            return try await SmokeCheck(
                probe: probe,
                entry: entries[.target],
                programs: programs
            ).state()
        case .sameAnswers(let comparison):
            guard let source = entries[.source], let target = entries[.target] else {
                throw .rejected(
                    reason: "answers are compared at the entries of both sites; state them as "
                        + "spec.source.entry and spec.target.entry"
                )
            }
            return try await AnswerCheck(comparison, source: source, target: target).state()
        default:
            preconditionFailure("platforms and balancers are asked about these")
        }
    }
}
