import Clocks
import Foundation
import JournalSQLite
import JournalSupport
import MigrationModel
import MigrationPorts
import Testing

@Suite struct JournalDamageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: JournalDamage.all)
    func `a damaged journal is refused with the place and left as it is`(
        _ damage: JournalDamage
    ) async throws {
        let path = folder.file("run.journal")
        try await makeJournal(path)
        try damage.inflict(path)
        let before = contents(path)

        do {
            let journal = try JournalSQLite.open(at: path, for: .driving, time: ManualTime())
            let records = try await journal.load()
            Issue.record("\(records.count) records were read")
        } catch {
            #expect(error.description.contains(damage.message), "\(error)")
        }
        #expect(contents(path) == before, "the file was changed")
    }

    @Test func `a request that nobody could have made is refused`() async throws {
        let path = folder.file("run.journal")
        try await makeJournal(path)
        let damage = JournalDamage("", "") { path in
            try JournalDamage.put("INSERT INTO inbox (command) VALUES ('explode')", into: path)
        }
        try damage.inflict(path)
        let journal = try JournalSQLite.open(at: path, for: .driving, time: ManualTime())
        await #expect(
            throws: JournalError.corrupt(
                place: "inbox item 1",
                problem: "it is no request that this program knows"
            )
        ) { try await journal.inbox() }
    }

    /// A journal of five records, wholly in its main file.
    private func makeJournal(_ path: String) async throws {
        let journal = try await JournalSQLite.create(
            at: path,
            run: RunID("run-1"),
            time: ManualTime()
        )
        _ = try await journal.append(
            [
                try JournalSamples.opened(run: RunID("run-1")),
                .driverStarted(epoch: 1, driver: "a"), .command(.pause),
                .commandRefused(.finish, reason: "not yet, says record 4"), .command(.resume),
            ],
            after: 0,
            epoch: 1
        )
        try journal.close()
    }

    /// The first bytes and the size: a huge file is not read whole.
    private func contents(_ path: String) -> [String: Data] {
        var found: [String: Data] = [:]
        let file = FileHandle(forReadingAtPath: path)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
        {
            found["bytes"] = file?.readData(ofLength: 4 << 20)
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        found["size"] = Data("\(attributes?[.size] as? Int ?? -1)".utf8)
        return found
    }
}
