import Clocks
import Foundation
import GRDB
import MigrationModel
import MigrationPorts

/// The journal of one run in an SQLite file.
///
/// A commit is on the disk when it returns: write-ahead log, `synchronous=FULL`, read back at the
/// start. Other processes of the machine may watch and put requests into the inbox while one drives.
/// Every access is one job of one queue, and cancelling a task does not cut it short.
package final class JournalSQLite: Journal {
    /// What the opener may do.
    package enum Access: Sendable {
        /// Append; at most one process of the machine at a time.
        case driving
        /// Read, and put requests into the inbox.
        case commanding
        /// Read.
        case watching
    }

    /// How long another process's commit is waited for.
    private static let busySeconds = 10.0

    private let queue: DatabaseQueue
    private let lock: JournalLock?
    private let time: any TimeSource

    /// Makes a journal where no file is, with what `opening` writes into it, and drives it.
    ///
    /// It is made under another name and gets its own when it is whole and on the disk: a death in
    /// between leaves no journal, and the next attempt begins anew.
    package static func create(
        at path: String,
        run: RunID,
        time: any TimeSource,
        opening: (JournalSQLite) async throws -> Void = { _ in }
    ) async throws -> JournalSQLite {
        let lock = try JournalLock(besides: path)
        try JournalFile.refuseTraces(of: path)
        let draftPath = path + ".new"
        try JournalFile.removeDraft(draftPath)
        let draft = try createDraft(draftPath, run: run, lock: lock, time: time)
        try await opening(draft)
        try draft.close()
        try JournalFile.publish(draftPath, as: path)
        let queue = try connect(path) { _ in }
        return JournalSQLite(queue: queue, lock: lock, time: time)
    }

    private static func createDraft(
        _ path: String,
        run: RunID,
        lock: JournalLock,
        time: any TimeSource
    ) throws(JournalError) -> JournalSQLite {
        try JournalFile.create(path)
        let queue = try connect(path) { database in
            // In the mode of a fresh file, so that the header is whole before any log exists.
            try database.inTransaction(.immediate) {
                try JournalSchema.create(in: database, run: run.text)
                return .commit
            }
            try database.execute(sql: "PRAGMA journal_mode = WAL")
        }
        return JournalSQLite(queue: queue, lock: lock, time: time)
    }

    /// Opens a journal that is there; what cannot be one is refused before anything is touched.
    package static func open(
        at path: String,
        for access: Access,
        time: any TimeSource
    ) throws(JournalError) -> JournalSQLite {
        try JournalFile.inspect(path)
        if access != .watching { try JournalFile.requireWritable(path) }
        let lock: JournalLock? =
            switch access {
            case .driving: try JournalLock(besides: path)
            case .commanding, .watching: nil
            }
        let queue = try connect(path) { _ in }
        return JournalSQLite(queue: queue, lock: lock, time: time)
    }

    /// Which process of this machine drives what a journal records; nil when none does.
    package static func driver(of path: String) throws(JournalError) -> String? {
        try JournalLock.holder(besides: path)
    }

    private init(queue: DatabaseQueue, lock: JournalLock?, time: any TimeSource) {
        self.queue = queue
        self.lock = lock
        self.time = time
    }

    /// Ends all use of the file; later calls fail.
    package func close() throws(JournalError) {
        do {
            try queue.close()
        } catch {
            throw JournalError(error)
        }
    }

    package func load() async throws(JournalError) -> [JournalRecord] {
        try await access { database in
            var records: [JournalRecord] = []
            try database.inTransaction(.deferred) {
                records = try JournalReader(database).validatedRecords()
                return .commit
            }
            return records
        }
    }

    package func append(
        _ entries: [JournalEntry],
        after head: Int,
        epoch: Int,
        acknowledging items: [InboxItem]
    ) async throws(JournalError) -> [JournalRecord] {
        guard lock != nil else {
            throw .fenced(by: "this process only watches the journal")
        }
        let writtenAt = time.wallTime.rfc3339Micro
        let records = entries.enumerated().map { offset, entry in
            JournalRecord(
                sequence: head + offset + 1,
                epoch: epoch,
                writtenAt: writtenAt,
                entry: entry
            )
        }
        let payloads: [String]
        do {
            payloads = try entries.map { String(decoding: try encode($0), as: UTF8.self) }
        } catch {
            throw .unwritable(problem: "an entry has no JSON form: \(error)")
        }
        return try await access { database in
            try database.inTransaction(.immediate) {
                try JournalWriter(database).append(records, payloads, after: head)
                for item in items {
                    try database.execute(
                        sql: "DELETE FROM inbox WHERE id = ?",
                        arguments: [item.id]
                    )
                }
                return .commit
            }
            return records
        }
    }

    package func hash(at sequence: Int) async throws(JournalError) -> String? {
        guard sequence > 0 else { return sequence == 0 ? RecordHash.origin : nil }
        return try await access { database in
            try String.fetchOne(
                database,
                sql: "SELECT hash FROM records WHERE sequence = ?",
                arguments: [sequence]
            )
        }
    }

    package func inbox() async throws(JournalError) -> [InboxItem] {
        try await access { database in
            try Row.fetchAll(database, sql: "SELECT id, command FROM inbox ORDER BY id").map {
                row in
                let id: Int = row["id"]
                guard let text = String.fromDatabaseValue(row["command"]),
                    let command = RunCommand(rawValue: text)
                else {
                    throw JournalError.corrupt(
                        place: "inbox item \(id)",
                        problem: "it is no request that this program knows"
                    )
                }
                return InboxItem(id: id, command: command)
            }
        }
    }

    package func submit(_ command: RunCommand) async throws(JournalError) {
        try await access { database in
            try database.execute(
                sql: "INSERT INTO inbox (command) VALUES (?)",
                arguments: [command.rawValue]
            )
        }
    }

    private func encode(_ entry: JournalEntry) throws -> Data {
        try canonicalEncoder().encode(entry)
    }

    /// One job of the queue, to its end.
    private func access<Value: Sendable>(
        _ job: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        let result: Result<Value, JournalError> = await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { database in
                do {
                    continuation.resume(returning: .success(try job(database)))
                } catch {
                    continuation.resume(returning: .failure(JournalError(error)))
                }
            }
        }
        return try result.get()
    }

    /// A connection whose commits are durable.
    private static func connect(
        _ path: String,
        _ setUp: (Database) throws -> Void
    ) throws(JournalError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.foreignKeysEnabled = false
        configuration.label = "journal"
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let weakness = try queue.writeWithoutTransaction { database in
                try setUp(database)
                return try JournalSchema.makeDurable(database)
            }
            if let weakness { throw JournalError.unwritable(problem: "\(path): \(weakness)") }
            return queue
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw .unreadable(
                problem: "\(path): \(error.message ?? "it cannot be opened"). SQLite keeps files "
                    + "beside what it reads: make its folder writable"
            )
        } catch {
            throw JournalError(error)
        }
    }
}

extension JournalError {
    /// What an error of the database means for a journal.
    init(_ error: any Error) {
        if let error = error as? JournalError {
            self = error
        } else if let error = error as? DatabaseError {
            let message = error.message ?? "SQLite error \(error.resultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_CORRUPT: self = .corrupt(place: "its pages", problem: message)
            case .SQLITE_NOTADB: self = .unreadable(problem: "it is no SQLite file")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                self = .unwritable(problem: "another process holds the file: \(message)")
            default: self = .unwritable(problem: message)
            }
        } else {
            self = .unwritable(problem: "\(error)")
        }
    }
}
