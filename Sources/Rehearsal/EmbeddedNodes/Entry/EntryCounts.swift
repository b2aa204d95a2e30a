/// What an entry has answered for one host.
package struct EntryCounts: Sendable, Equatable {
    /// Requests that came for the host.
    package var requests = 0
    /// Those that are not answered yet.
    package var inFlight = 0
    /// Answers by status, those that the entry made up itself included.
    package var statuses: [Int: Int] = [:]

    package init() {}
}
