import MigrationModel
import MigrationPorts

/// A promise of the port that a journal broke.
package struct ContractViolation: Error, CustomStringConvertible {
    package let description: String
}

/// What every journal promises; each case is run on a fresh and empty one.
package enum JournalContract: String, CaseIterable, Sendable {
    case anEmptyJournalHasNoRecords
    case recordsAreContiguousAndComeBack
    case aGroupIsWrittenWhole
    case anAppendBehindAnotherHeadIsFenced
    case anAppendThatIsFencedTakesNothingFromTheInbox
    case hashesCoverAllBeforeThem
    case theHashOfTheOriginIsKnown
    case theInboxKeepsItsOrder
    case anAcknowledgedCommandLeavesWithItsEntry
    case everyKindOfEntryComesBack

    /// Throws when `journal` does not keep this promise; `run` is the run it was made for.
    package func check(_ journal: any Journal, run: RunID) async throws {
        let opened = try JournalSamples.opened(run: run)
        switch self {
        case .anEmptyJournalHasNoRecords:
            try expect(try await journal.load().isEmpty, "records in an empty journal")
        case .recordsAreContiguousAndComeBack:
            let first = try await journal.append([opened], after: 0, epoch: 0)
            let second = try await journal.append(
                [.driverStarted(epoch: 1, driver: "a"), .command(.pause)],
                after: 1,
                epoch: 1
            )
            try expect((first + second).map(\.sequence) == [1, 2, 3], "sequences have gaps")
            try expect((first + second).map(\.epoch) == [0, 1, 1], "epochs are not kept")
            try expect(try await journal.load() == first + second, "what was written is not read")
        case .aGroupIsWrittenWhole:
            let entries = [opened] + Array(repeating: JournalEntry.command(.pause), count: 500)
            let written = try await journal.append(entries, after: 0, epoch: 0)
            try expect(written.map(\.entry) == entries, "the group changed")
            try expect(try await journal.load() == written, "the group is not whole")
        case .anAppendBehindAnotherHeadIsFenced: try await checkFence(journal, opened)
        case .anAppendThatIsFencedTakesNothingFromTheInbox:
            _ = try await journal.append([opened], after: 0, epoch: 0)
            try await journal.submit(.pause)
            let items = try await journal.inbox()
            await fenced(journal, [.command(.pause)], after: 7, acknowledging: items)
            try expect(try await journal.inbox() == items, "the inbox lost a command")
        case .hashesCoverAllBeforeThem: try await checkHashes(journal, opened)
        case .theHashOfTheOriginIsKnown:
            let origin = try await journal.hash(at: 0)
            try expect(origin == String(repeating: "0", count: 64), "\(origin ?? "none")")
            try expect(try await journal.hash(at: 1) == nil, "a hash of no record")
        case .theInboxKeepsItsOrder:
            for command in [RunCommand.pause, .resume, .rollback] {
                try await journal.submit(command)
            }
            let commands = try await journal.inbox().map(\.command)
            try expect(commands == [.pause, .resume, .rollback], "the order was \(commands)")
        case .anAcknowledgedCommandLeavesWithItsEntry:
            try await journal.submit(.pause)
            try await journal.submit(.resume)
            let items = try await journal.inbox()
            _ = try await journal.append(
                [opened, .command(.pause)],
                after: 0,
                epoch: 0,
                acknowledging: Array(items.prefix(1))
            )
            try expect(try await journal.inbox() == Array(items.suffix(1)), "not what was taken")
        case .everyKindOfEntryComesBack:
            let entries = [opened] + JournalSamples.oneOfEachKind
            let written = try await journal.append(entries, after: 0, epoch: 0)
            try expect(try await journal.load() == written, "an entry changed")
        }
    }

    private func checkFence(_ journal: any Journal, _ opened: JournalEntry) async throws {
        _ = try await journal.append([opened], after: 0, epoch: 0)
        for head in [0, 2, -1] {
            try expect(
                await fenced(journal, [.command(.pause)], after: head),
                "an append behind \(head) was taken"
            )
        }
        try expect(try await journal.load().count == 1, "a fenced append was written")
    }

    private func checkHashes(_ journal: any Journal, _ opened: JournalEntry) async throws {
        _ = try await journal.append([opened], after: 0, epoch: 0)
        let first = try await journal.hash(at: 1)
        _ = try await journal.append([.command(.pause), .command(.pause)], after: 1, epoch: 0)
        let hashes = [
            try await journal.hash(at: 1), try await journal.hash(at: 2),
            try await journal.hash(at: 3),
        ]
        try expect(hashes[0] == first, "a hash changed")
        try expect(Set(hashes).count == 3, "equal entries have equal hashes")
        try expect(hashes.allSatisfy { $0?.utf8.count == 64 }, "a hash is missing")
    }

    @discardableResult
    private func fenced(
        _ journal: any Journal,
        _ entries: [JournalEntry],
        after head: Int,
        acknowledging items: [InboxItem] = []
    ) async -> Bool {
        do {
            _ = try await journal.append(entries, after: head, epoch: 0, acknowledging: items)
            return false
        } catch {
            if case .fenced = error { return true }
            return false
        }
    }

    private func expect(_ claim: Bool, _ otherwise: String) throws {
        guard claim else { throw ContractViolation(description: "\(rawValue): \(otherwise)") }
    }
}
