import JSONValues

/// A place where the twin does not yet answer as the real server does.
///
/// The list may only shrink: an entry that no longer differs fails the test.
struct KnownDifference: Sendable, CustomStringConvertible {
    let scenario: String
    let step: String
    /// Everything at and below this path; empty for the whole answer.
    let path: String
    let reason: String

    var description: String { "\(scenario) / \(step) at \(path): \(reason)" }

    /// Whether the twin says the beginning of what the server says, and only the rest is missing.
    var isShorter = false

    func covers(_ difference: Difference) -> Bool {
        guard difference.scenario == scenario, difference.step == step,
            path.isEmpty || difference.path == path || difference.path.hasPrefix("\(path).")
        else { return false }
        guard isShorter else { return true }
        guard let recorded = difference.recorded?.string, let answered = difference.answered?.string
        else { return false }
        return !answered.isEmpty && recorded.hasPrefix(answered)
    }

    static let all =
        entries.map {
            KnownDifference(scenario: $0.0, step: $0.1, path: $0.2, reason: $0.3)
        }
        + shorter.map {
            KnownDifference(scenario: $0.0, step: $0.1, path: "body", reason: $0.2, isShorter: true)
        }

    /// Scenario, step, path and reason.
    private static let entries: [(String, String, String, String)] = [
        (
            "discovery", "the core group in one document",
            "body.items.core.versions.v1.resources.pods.subresources",
            "nothing can be attached to, run in, forwarded to or resized: pods are no containers"
        ),
        (
            "discovery", "the core group in one document",
            "body.items.core.versions.v1.resources.nodes.subresources",
            "nodes have no kubelet to be reached through the server"
        ),
        (
            "discovery", "the core group in one document",
            "body.items.core.versions.v1.resources.services.subresources",
            "the proxy stands in front of the cluster, where its network is"
        ),
    ]

    /// Scenario, step and reason of answers whose texts end too soon and are else the same.
    private static let shorter: [(String, String, String)] = [
        (
            "policies", "a claim that stays",
            "the refusal does not print how the server's own types differ"
        ),
        (
            "pod", "most fields stay",
            "the refusal does not print how the server's own types differ"
        ),
    ]
}
