import MigrationModel

/// The durable record of one run: append-only, contiguous, hash-chained.
package protocol Journal: Sendable {
    /// Every record, validated; throws rather than guess at a damaged one.
    func load() async throws(JournalError) -> [JournalRecord]

    /// Returns only when the entries are on the disk, all of them or none.
    ///
    /// They follow record `head`; another writer's records in between are `.fenced`.
    func append(
        _ entries: [JournalEntry],
        after head: Int,
        epoch: Int
    ) async throws(JournalError) -> [JournalRecord]

    /// The hash of the last record, which the leases at both sites carry.
    func headHash() async throws(JournalError) -> String

    /// What people asked for and no driver has yet written into the journal, oldest first.
    func inbox() async throws(JournalError) -> [InboxItem]

    /// Puts a request for the driver into the inbox; it outlives this process.
    func submit(_ command: RunCommand) async throws(JournalError)

    /// Takes items out of the inbox, after their commands were appended.
    func acknowledge(_ items: [InboxItem]) async throws(JournalError)
}

/// A request that waits for the driver.
package struct InboxItem: Sendable, Hashable {
    package let id: Int
    package let command: RunCommand

    package init(id: Int, command: RunCommand) {
        self.id = id
        self.command = command
    }
}

/// Why a journal cannot be used.
package enum JournalError: Error, Sendable, Equatable {
    /// It is damaged, and where; nothing of it is used.
    case corrupt(place: String, problem: String)
    /// It is no journal, or of a version that this program does not read.
    case unreadable(problem: String)
    /// Somebody else wrote to it, or another driver holds it.
    case fenced(by: String)
    /// The disk is full, the file read-only, or the like: nothing was written.
    case unwritable(problem: String)
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .corrupt(let place, let problem):
            "the journal is damaged at \(place): \(problem). Nothing was changed. Restore the file "
                + "from a copy; never edit it."
        case .unreadable(let problem): "the journal cannot be read: \(problem)"
        case .fenced(let holder): "another driver holds this run: \(holder)"
        case .unwritable(let problem):
            "the journal cannot be written: \(problem). Nothing was changed."
        }
    }
}
