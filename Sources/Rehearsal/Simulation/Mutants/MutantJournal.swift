import MigrationModel
import MigrationPorts
import Synchronization

/// A journal with one bug.
struct MutantJournal: Journal {
    let base: any Journal
    let mutant: Mutant
    /// What was said to be on the disk and is not.
    private let pending = PendingWrite()

    init(base: any Journal, mutant: Mutant) {
        self.base = base
        self.mutant = mutant
    }

    func load() async throws(JournalError) -> [JournalRecord] { try await base.load() }

    func append(
        _ entries: [JournalEntry],
        after head: Int,
        epoch: Int,
        acknowledging items: [InboxItem]
    ) async throws(JournalError) -> [JournalRecord] {
        guard mutant == .writesBehind else {
            return try await base.append(entries, after: head, epoch: epoch, acknowledging: items)
        }
        if let write = pending.exchange(for: (entries, head, epoch, items)) {
            _ = try await base.append(
                write.0,
                after: write.1,
                epoch: write.2,
                acknowledging: write.3
            )
        }
        return []
    }

    func hash(at sequence: Int) async throws(JournalError) -> String? {
        try await base.hash(at: sequence)
    }

    func inbox() async throws(JournalError) -> [InboxItem] {
        let items = try await base.inbox()
        // What it says is in the inbox it has forgotten, when it is taken the next time.
        return mutant == .losesCommands ? [] : items
    }

    func submit(_ command: RunCommand) async throws(JournalError) { try await base.submit(command) }
}

/// The one write that a journal which writes behind has not made yet.
private final class PendingWrite: Sendable {
    typealias Write = ([JournalEntry], Int, Int, [InboxItem])

    private let write = Mutex<Write?>(nil)

    func exchange(for next: Write) -> Write? {
        write.withLock { write in
            defer { write = next }
            return write
        }
    }
}
