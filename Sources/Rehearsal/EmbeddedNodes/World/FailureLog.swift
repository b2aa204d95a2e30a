import Synchronization

/// The last failures of a world, each in a line, for whoever must find out what went wrong.
///
/// Requests that succeed leave nothing but counts.
package final class FailureLog: Sendable {
    private static let linesMax = 64

    private let lines = Mutex<(recent: [String], count: Int)>(([], 0))

    package init() {}

    /// The last lines, the newest last, each with its number since the start.
    package var recent: [String] { lines.withLock { $0.recent } }

    func note(_ line: String) {
        lines.withLock { lines in
            lines.count += 1
            if lines.recent.count == Self.linesMax { lines.recent.removeFirst() }
            lines.recent.append("\(lines.count) \(line)")
        }
    }
}
