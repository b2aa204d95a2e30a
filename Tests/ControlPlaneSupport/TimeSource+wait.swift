import Clocks

extension TimeSource {
    /// Waits, on this time, until something holds; looks at it once at least, and then after each `pause`.
    ///
    /// Throws `NeverHeld` when it does not hold within `limit`.
    package func wait(
        until what: String,
        within limit: Duration = .seconds(60),
        lookingEvery pause: Duration = .milliseconds(100),
        _ holds: () async throws -> Bool
    ) async throws {
        let end = uptime + limit
        while try await !holds() {
            guard uptime < end else { throw NeverHeld(what: what, limit: limit) }
            try await sleep(for: pause)
        }
    }
}

/// Something that was waited for and did not come.
package struct NeverHeld: Error, CustomStringConvertible {
    package let what: String
    package let limit: Duration

    package init(what: String, limit: Duration) {
        self.what = what
        self.limit = limit
    }

    package var description: String { "within \(limit) it did not come to hold that \(what)" }
}
