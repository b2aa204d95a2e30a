import Clocks
import Foundation
import GRDB
import JournalSQLite
import JournalSupport
import MigrationModel
import MigrationPorts
import Testing

@Suite struct JournalSQLiteTests {
    private let run = RunID("run-1")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.file("run.journal") }

    private func create() async throws -> JournalSQLite {
        try await JournalSQLite.create(at: path, run: run, time: ManualTime())
    }

    @Test(arguments: JournalContract.allCases)
    func `it keeps the journal's contract`(_ promise: JournalContract) async throws {
        try await promise.check(create(), run: run)
    }

    @Test func `what was written is there when the file is opened again`() async throws {
        let journal = try await create()
        let entries = [try JournalSamples.opened(run: run)] + JournalSamples.oneOfEachKind
        let written = try await journal.append(entries, after: 0, epoch: 0)
        try await journal.submit(.pause)
        let hash = try await journal.hash(at: written.count)
        try journal.close()

        let again = try JournalSQLite.open(at: path, for: .watching, time: ManualTime())
        #expect(try await again.load() == written)
        #expect(try await again.hash(at: written.count) == hash)
        #expect(try await again.inbox().map(\.command) == [.pause])
    }

    @Test func `a group of entries is one commit`() async throws {
        let journal = try await create()
        _ = try await journal.append([try JournalSamples.opened(run: run)], after: 0, epoch: 0)
        let sizeBefore = try logSize()
        let group = Array(repeating: JournalEntry.command(.pause), count: 20)
        _ = try await journal.append(group, after: 1, epoch: 0)
        let grouped = try logSize() - sizeBefore
        for head in 21..<41 {
            _ = try await journal.append([.command(.pause)], after: head, epoch: 0)
        }
        let single = try logSize() - sizeBefore - grouped
        // Each commit writes its changed pages anew: twenty commits cost many times one.
        #expect(grouped * 5 < single, "\(grouped) bytes for a group, \(single) for single entries")
    }

    private func logSize() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
        return try #require(attributes[.size] as? Int)
    }

    @Test func `a second driver of the file is refused, and watchers are not`() async throws {
        let journal = try await create()
        _ = try await journal.append([try JournalSamples.opened(run: run)], after: 0, epoch: 0)
        let error = #expect(throws: JournalError.self) {
            try JournalSQLite.open(at: path, for: .driving, time: ManualTime())
        }
        let holder = "process \(ProcessInfo.processInfo.processIdentifier) of this machine"
        #expect(
            error?.description
                == "another driver holds this run: \(holder) holds \(path).lock"
        )
        let watcher = try JournalSQLite.open(at: path, for: .commanding, time: ManualTime())
        #expect(try await watcher.load().count == 1)
        try await watcher.submit(.rollback)
        #expect(try await journal.inbox().map(\.command) == [.rollback])
    }

    @Test func `a watcher cannot append`() async throws {
        let journal = try await create()
        let watcher = try JournalSQLite.open(at: path, for: .watching, time: ManualTime())
        let opened = try JournalSamples.opened(run: run)
        await #expect(throws: JournalError.fenced(by: "this process only watches the journal")) {
            try await watcher.append([opened], after: 0, epoch: 0)
        }
        #expect(try await journal.load().isEmpty)
    }

    @Test func `the lock ends with its driver`() async throws {
        do { _ = try await create() }
        let again = try JournalSQLite.open(at: path, for: .driving, time: ManualTime())
        #expect(try await again.load().isEmpty)
    }

    @Test func `a watcher reads while a driver writes`() async throws {
        let journal = try await create()
        _ = try await journal.append([try JournalSamples.opened(run: run)], after: 0, epoch: 0)
        let watcher = try JournalSQLite.open(at: path, for: .watching, time: ManualTime())
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                for head in 1..<60 {
                    _ = try await journal.append([.command(.pause)], after: head, epoch: 0)
                }
                return 0
            }
            group.addTask {
                var last = 0
                for _ in 0..<20 {
                    let count = try await watcher.load().count
                    #expect(count >= last)
                    last = count
                }
                return last
            }
            for try await _ in group {}
        }
        #expect(try await watcher.load().count == 60)
    }

    @Test func `a cancelled task's append is written whole all the same`() async throws {
        let journal = try await create()
        let opened = try JournalSamples.opened(run: run)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await journal.append([opened], after: 0, epoch: 0).count
        }
        #expect(try await task.value == 1)
        #expect(try await journal.load().count == 1)
    }

    @Test func `a journal is not made over a file that is there`() async throws {
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        let error = await #expect(throws: JournalError.self) { try await create() }
        #expect(
            error?.description
                == "the journal cannot be written: \(path) is there already. Go on with it, or "
                + "name another journal."
        )
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }

    @Test func `a journal that was never finished is no journal, and is made anew`() async throws {
        struct Killed: Error {}
        await #expect(throws: Killed.self) {
            try await JournalSQLite.create(at: path, run: run, time: ManualTime()) { _ in
                throw Killed()
            }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(FileManager.default.fileExists(atPath: path + ".new"))
        let opened = try JournalSamples.opened(run: run)
        let journal = try await JournalSQLite.create(at: path, run: run, time: ManualTime()) {
            draft in _ = try await draft.append([opened], after: 0, epoch: 0)
        }
        #expect(try await journal.load().map(\.entry) == [opened])
        try journal.close()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(left == ["run.journal", "run.journal.lock"])
    }

    @Test func `a journal is not made beside the log of another`() async throws {
        try Data("frames".utf8).write(to: URL(fileURLWithPath: path + "-wal"))
        let error = await #expect(throws: JournalError.self) { try await create() }
        #expect(
            error?.description
                == "the journal cannot be written: \(path)-wal is what is left of a journal that "
                + "was taken away without it. Bring both together, or move it away."
        )
        #expect(try String(contentsOfFile: path + "-wal", encoding: .utf8) == "frames")
    }

    @Test func `only its owner may read a journal`() async throws {
        _ = try await create()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `records cannot be changed or deleted through SQL`() async throws {
        let journal = try await create()
        _ = try await journal.append([try JournalSamples.opened(run: run)], after: 0, epoch: 0)
        let other = try DatabaseQueue(path: path)
        for sql in ["UPDATE records SET epoch = 9", "DELETE FROM records"] {
            #expect(throws: DatabaseError.self) { try other.write { try $0.execute(sql: sql) } }
        }
        #expect(try await journal.load().count == 1)
    }

    @Test func `a commit is durable when it returns`() async throws {
        // What SQLite itself says of the connection is read back at each opening; here the other
        // half: the frames are in the log, and a copy of the files taken now is a whole journal.
        let journal = try await create()
        let written = try await journal.append(
            [try JournalSamples.opened(run: run)] + JournalSamples.oneOfEachKind,
            after: 0,
            epoch: 0
        )
        let copy = folder.file("copy.journal")
        for ending in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
        }
        let survivor = try JournalSQLite.open(at: copy, for: .driving, time: ManualTime())
        #expect(try await survivor.load() == written)
    }

    @Test func `a copy of the log cut at any frame is a whole shorter journal`() async throws {
        let journal = try await create()
        let opened = try JournalSamples.opened(run: run)
        var written = try await journal.append([opened], after: 0, epoch: 0)
        for head in 1..<6 {
            let pair: [JournalEntry] = [.command(.pause), .command(.resume)]
            written += try await journal.append(pair, after: head * 2 - 1, epoch: 0)
        }
        let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        let file = try Data(contentsOf: URL(fileURLWithPath: path))
        var lengths: Set<Int> = []
        for cut in stride(from: 0, through: log.count, by: 1_009) {
            let copy = folder.file("cut-\(cut)")
            try file.write(to: URL(fileURLWithPath: copy))
            try log.prefix(cut).write(to: URL(fileURLWithPath: copy + "-wal"))
            let survivor = try JournalSQLite.open(at: copy, for: .driving, time: ManualTime())
            let records = try await survivor.load()
            #expect(records == Array(written.prefix(records.count)))
            #expect(records.isEmpty || records.count % 2 == 1, "half a group at \(cut)")
            lengths.insert(records.count)
        }
        #expect(lengths.count > 3, "the cuts met few commits: \(lengths.sorted())")
    }
}
