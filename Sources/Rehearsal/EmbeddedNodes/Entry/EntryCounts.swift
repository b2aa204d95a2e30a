/// What an entry has answered for one host.
package struct EntryCounts: Sendable, Equatable {
    package var requests = 0
    package var inFlight = 0
    /// Answers by status, those that the entry made up itself included.
    package var statuses: [Int: Int] = [:]

    package init() {}
}
