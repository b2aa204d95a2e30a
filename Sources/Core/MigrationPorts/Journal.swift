import MigrationModel

/// The durable record of one run: append-only, contiguous, hash-chained.
package protocol Journal: Sendable {
    /// Every record, validated; throws rather than guess at a damaged one.
    func load() async throws(JournalError) -> [JournalRecord]

    /// Returns only when the entries are on the disk, all of them or none.
    ///
    /// They follow record `head` (0 before the first); another writer's records in between are
    /// `.fenced`. The inbox items whose commands are among the entries leave the inbox in the same
    /// moment, so that no command is lost or taken twice.
    func append(
        _ entries: [JournalEntry],
        after head: Int,
        epoch: Int,
        acknowledging items: [InboxItem]
    ) async throws(JournalError) -> [JournalRecord]

    /// The hash of one record, which covers all before it; nil when there is no such record.
    ///
    /// The leases at both sites carry that of the head. That of 0 is the same in every journal.
    func hash(at sequence: Int) async throws(JournalError) -> String?

    /// What people asked for and no driver has yet written into the journal, oldest first.
    func inbox() async throws(JournalError) -> [InboxItem]

    /// Puts a request for the driver into the inbox; it outlives this process.
    func submit(_ command: RunCommand) async throws(JournalError)
}

extension Journal {
    /// As the full form, with nothing taken out of the inbox.
    package func append(
        _ entries: [JournalEntry],
        after head: Int,
        epoch: Int
    ) async throws(JournalError) -> [JournalRecord] {
        try await append(entries, after: head, epoch: epoch, acknowledging: [])
    }
}

/// A request that waits for the driver.
package struct InboxItem: Sendable, Hashable {
    /// Unique within one journal; later requests have larger ones.
    package let id: Int
    /// What was asked for.
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
    /// The disk is full, the file read-only, or the like: the write that failed left nothing.
    ///
    /// In the middle of a run, effects of steps under way may have happened all the same.
    case unwritable(problem: String)
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .corrupt(let place, let problem):
            "the journal is damaged at \(place): \(problem). Restore the file from a copy; never "
                + "edit it."
        case .unreadable(let problem): "the journal cannot be read: \(problem)"
        case .fenced(let holder): "another driver holds this run: \(holder)"
        case .unwritable(let problem): "the journal cannot be written: \(problem)."
        }
    }
}
