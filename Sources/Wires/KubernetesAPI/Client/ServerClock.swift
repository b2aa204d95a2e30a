import Clocks
import HTTPTransport

/// A server's clock against ours, as one answer of it shows.
package struct ServerClock: Sendable, Hashable {
    /// How far it goes ahead of ours; negative where it lags behind.
    package let lead: Duration
    /// By how much that may be wrong: half of the answer's way, and half of the second that it tells.
    package let error: Duration
    /// What it showed, in the middle of the second that the answer tells.
    package let shown: WallTime

    /// Nil where the answer tells no time; `asked` and `answered` are by our own clock.
    package init?(_ headers: HTTPHeaders, asked: WallTime, answered: WallTime) {
        guard let told = headers["Date"].flatMap({ WallTime(httpDate: $0) }) else { return nil }
        // The header has whole seconds: on average half a second has passed since.
        shown = told.advanced(by: .milliseconds(500))
        error = asked.duration(to: answered) / 2 + .milliseconds(500)
        lead = asked.advanced(by: asked.duration(to: answered) / 2).duration(to: shown)
    }
}
