import MigrationModel
import MigrationPorts

/// The journal as one process of a simulation writes it: its disk may be full, and the process may die
/// before, inside and after each write.
struct DriverJournal: Journal {
    let disk: JournalMemory
    let incarnation: Incarnation
    let nemesis: any Nemesis
    let watch: RunWatch

    func load() async throws(JournalError) -> [JournalRecord] {
        await incarnation.pass(.beforeCall)
        return try await disk.load()
    }

    func append(
        _ entries: [JournalEntry],
        after head: Int,
        epoch: Int,
        acknowledging items: [InboxItem]
    ) async throws(JournalError) -> [JournalRecord] {
        await incarnation.pass(.beforeWrite)
        if nemesis.refusesWrite() {
            watch.mark(.diskRefused)
            throw .unwritable(problem: "no space left on device")
        }
        // A process that dies inside a write finds out only when it is there again: all or nothing.
        let diesInside = incarnation.diesHere(.insideWrite)
        if diesInside { watch.mark(.deathInsideWrite) }
        let records = try await disk.append(
            entries,
            after: head,
            epoch: epoch,
            acknowledging: items
        )
        watch.wrote(entries, by: incarnation)
        await incarnation.pass(.afterWrite)
        return records
    }

    func hash(at sequence: Int) async throws(JournalError) -> String? {
        try await disk.hash(at: sequence)
    }

    func inbox() async throws(JournalError) -> [InboxItem] {
        await incarnation.pass(.beforeCall)
        return try await disk.inbox()
    }

    func submit(_ command: RunCommand) async throws(JournalError) {
        try await disk.submit(command)
    }
}
