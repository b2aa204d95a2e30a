/// A trial of what runs at the target, before any user depends on it.
package struct SmokeProbe: Sendable, Hashable, Codable {
    /// What is tried.
    package enum Trial: Sendable, Hashable, Codable {
        /// A request to the target's own entry.
        case http(HTTPTrial)
        /// A program of the machine that drives: it succeeds by its exit code. A program whose name has a
        /// slash is found from the migration file.
        case command(words: [String])
    }

    /// What people call it.
    package var name: String
    /// The route or the workload that waits for it, as people write them.
    package var subject: String
    /// What is tried.
    package var trial: Trial
    /// How long one trial may take.
    package var timeoutMilliseconds: Int

    /// Takes what the migration file says.
    package init(
        name: String,
        subject: String,
        trial: Trial,
        timeoutMilliseconds: Int = 10_000
    ) {
        self.name = name
        self.subject = subject
        self.trial = trial
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}

/// A request, and what its answer must be.
package struct HTTPTrial: Sendable, Hashable, Codable {
    /// The host that the entry is asked for.
    package var host: String
    /// Path and query.
    package var path: String
    /// What the answer must have as its status.
    package var status: Int
    /// What its headers must be, by their names.
    package var headers: [String: String]
    /// A regular expression that must match somewhere in its body; nil for any body.
    package var bodyPattern: String?

    /// Takes a pattern that can be compiled.
    package init(
        host: String,
        path: String,
        status: Int = 200,
        headers: [String: String] = [:],
        bodyPattern: String? = nil
    ) {
        self.host = host
        self.path = path
        self.status = status
        self.headers = headers
        self.bodyPattern = bodyPattern
    }
}
