import Synchronization

/// Identifiers that count, the same ones in each run: for tests.
package final class CountedIdentifiers: Sendable {
    private let prefix: String
    private let count = Mutex(0)

    /// Identifiers of the form of a uid.
    ///
    /// Two clusters of one test need a prefix of their own each, so that a mix-up shows.
    package init(_ prefix: String = "00000000-0000-4000-8000") {
        self.prefix = prefix
    }

    /// The prefix, a hyphen and the next number, from 1, in twelve digits.
    package func next() -> String {
        let digits = count.withLock { count in
            count += 1
            return String(count)
        }
        return "\(prefix)-\(String(repeating: "0", count: max(0, 12 - digits.count)))\(digits)"
    }
}
