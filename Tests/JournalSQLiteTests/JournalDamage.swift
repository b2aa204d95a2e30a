import Foundation
import GRDB
import MigrationModel
import Sealing
import Testing

/// A way to damage a journal file of five records, and what must be said of it.
struct JournalDamage: Sendable, CustomTestStringConvertible {
    let name: String
    /// Must be contained in the message.
    let message: String
    let inflict: @Sendable (String) throws -> Void

    var testDescription: String { name }

    init(_ name: String, _ message: String, _ inflict: @escaping @Sendable (String) throws -> Void)
    {
        self.name = name
        self.message = message
        self.inflict = inflict
    }

    /// A change made by SQL, with the triggers that forbid it put aside and back.
    private static func sql(
        _ name: String,
        _ message: String,
        rechains: Bool = false,
        _ statements: String...
    ) -> JournalDamage {
        JournalDamage(name, message) { path in
            try edit(path) { database in
                let triggers = try Row.fetchAll(
                    database,
                    sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                )
                for trigger in triggers {
                    try database.execute(sql: "DROP TRIGGER \(trigger["name"] as String)")
                }
                for statement in statements { try database.execute(sql: statement) }
                if rechains { try rechain(database) }
                for trigger in triggers { try database.execute(sql: trigger["sql"] as String) }
            }
        }
    }

    /// A change that no trigger forbids.
    static func put(_ sql: String, into path: String) throws {
        try edit(path) { try $0.execute(sql: sql) }
    }

    private static func edit(_ path: String, _ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try body(database)
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
    }

    private static func bytes(
        _ name: String,
        _ message: String,
        _ change: @escaping @Sendable (inout Data) throws -> Void
    ) -> JournalDamage {
        JournalDamage(name, message) { path in
            var data = try Data(contentsOf: URL(fileURLWithPath: path))
            try change(&data)
            try data.write(to: URL(fileURLWithPath: path))
        }
    }

    /// Gives every record the hash that its content would have had: a careful forger.
    static func rechain(_ database: Database) throws {
        var previous = String(repeating: "0", count: 64)
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM records ORDER BY sequence")
        for row in rows {
            let sequence: Int = row["sequence"]
            let text = [
                previous, "\(sequence)", "\(row["epoch"] as Int)", row["writtenAt"] as String,
                row["payload"] as String,
            ].joined(separator: "\n")
            let hash = Digest(of: Array(text.utf8)).hex
            try database.execute(
                sql: "UPDATE records SET previousHash = ?, hash = ? WHERE sequence = ?",
                arguments: [previous, hash, sequence]
            )
            previous = hash
        }
        try database.execute(
            sql: "UPDATE meta SET records = ?, headHash = ?",
            arguments: [rows.count, previous]
        )
    }

    static let all: [JournalDamage] = files + pages + rows + forgeries

    private static let files: [JournalDamage] = [
        JournalDamage("missing", "No such file or directory. Give the path of a journal") { path in
            try FileManager.default.removeItem(atPath: path)
        },
        JournalDamage("a directory", "is no regular file. Give the path of a journal") { path in
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false
            )
        },
        JournalDamage("a symbolic link", "is no regular file. Give the path of a journal") { path in
            try FileManager.default.moveItem(atPath: path, toPath: path + ".real")
            try FileManager.default.createSymbolicLink(
                atPath: path,
                withDestinationPath: path + ".real"
            )
        },
        bytes("empty", "is empty. A run that was never begun leaves nothing to resume") {
            $0 = Data()
        },
        bytes("cut within its header", "at its header: the file ends after 50 bytes") {
            $0 = $0.prefix(50)
        },
        bytes("cut in the middle", "the file ends there, and its header tells of") {
            $0 = $0.prefix($0.count / 2)
        },
        bytes("text", "is no SQLite file. Give the path of a journal") {
            $0 = Data(String(repeating: "apiVersion: v1\n", count: 100).utf8)
        },
        bytes("a flipped bit in its magic", "is no SQLite file") { $0[3] ^= 1 },
        JournalDamage("another program's database", "is an SQLite file of something else") { path in
            try FileManager.default.removeItem(atPath: path)
            try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE t (x)") }
        },
        bytes(
            "of a newer version",
            "is of format 2, this program reads 1. Use the version of diolkos that wrote it"
        ) { $0[63] = 2 },
        bytes("of no version", "is of format 0, this program reads 1") { $0[63] = 0 },
        sql(
            "a plan of an earlier format",
            "its plan is of format 1, this program reads \(Plan.formatVersionCurrent). End the run "
                + "with the version of diolkos that began it",
            rechains: true,
            """
            UPDATE records SET payload = replace(
                payload, '"formatVersion":\(Plan.formatVersionCurrent)', '"formatVersion":1'
            ) WHERE sequence = 1
            """
        ),
        JournalDamage("huge", "bytes, more than any journal") { path in
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.truncate(atOffset: 3 << 30)
            try file.close()
        },
    ]

    private static let pages: [JournalDamage] = [
        bytes("its last page zeroed", "the journal is damaged at its pages") { data in
            data.replaceSubrange((data.count - 4_096)..<data.count, with: Data(count: 4_096))
        },
        bytes("its page size another", "damaged at its pages") { data in
            data[16] = 0x04
            data[17] = 0x00
        },
        bytes(
            "a flipped bit in a payload",
            "at record 4: its hash is not that of its content. Restore"
        ) { data in
            let place = try place(of: "not yet, says record 4", in: data)
            data[place] ^= 1
        },
        bytes(
            "a flipped bit in a time",
            "at record 5: its hash is not that of its content"
        ) { data in
            let place = try place(of: "{\"command\":{\"_0\":\"resume\"}}", in: data)
            // The time stands before the payload in the row.
            data[place - 1] ^= 1
        },
    ]

    private static let rows: [JournalDamage] = [
        sql(
            "a record missing",
            "at record 3: it is missing",
            "DELETE FROM records WHERE sequence = 3"
        ),
        sql(
            "its last record missing",
            "at its end: it holds 4 records of 5",
            "DELETE FROM records WHERE sequence = 5"
        ),
        sql("all records missing", "at its end: it holds 0 records of 5", "DELETE FROM records"),
        sql(
            "two payloads swapped",
            "at record 4: its hash is not that of its content",
            "CREATE TEMP TABLE kept AS SELECT sequence, payload FROM records",
            "UPDATE records SET payload = (SELECT payload FROM kept WHERE kept.sequence = 5) "
                + "WHERE sequence = 4",
            "UPDATE records SET payload = (SELECT payload FROM kept WHERE kept.sequence = 4) "
                + "WHERE sequence = 5"
        ),
        sql(
            "two rows swapped",
            "at record 4: it does not follow the record before it",
            "UPDATE records SET sequence = 99 WHERE sequence = 4",
            "UPDATE records SET sequence = 4 WHERE sequence = 5",
            "UPDATE records SET sequence = 5 WHERE sequence = 99"
        ),
        sql(
            "a row twice",
            "at record 6: it does not follow the record before it",
            "INSERT INTO records SELECT 6, epoch, writtenAt, payload, previousHash, hash "
                + "FROM records WHERE sequence = 5"
        ),
        sql(
            "an epoch that is text",
            "at record 2: a value is of the wrong type",
            "UPDATE records SET epoch = 'one' WHERE sequence = 2"
        ),
        sql(
            "a payload that is bytes",
            "at record 2: a value is of the wrong type",
            "UPDATE records SET payload = x'00ff' WHERE sequence = 2"
        ),
        sql("no meta row", "at its meta row: there are 0 of them", "DELETE FROM meta"),
        sql(
            "a count that is text",
            "at its meta row: a value is of the wrong type",
            "UPDATE meta SET records = 'many'"
        ),
        sql(
            "another last hash",
            "at its meta row: it knows another last record",
            "UPDATE meta SET headHash = 'x'"
        ),
        sql(
            "a table too many",
            "at its schema: extra does not belong there",
            "CREATE TABLE extra (x)"
        ),
        sql("no inbox", "at its schema: inbox is missing", "DROP TABLE inbox"),
        JournalDamage("no trigger", "at its schema: recordsAreNotDeleted is missing") { path in
            try edit(path) { try $0.execute(sql: "DROP TRIGGER recordsAreNotDeleted") }
        },
    ]

    private static let forgeries: [JournalDamage] = [
        sql(
            "records of another run",
            "at record 1: it is of run run-2, and the file is of run run-1",
            rechains: true,
            "UPDATE records SET payload = replace(payload, '\"run\":\"run-1\"', '\"run\":\"run-2\"')"
        ),
        sql(
            "the meta row of another run",
            "at record 1: it is of run run-1, and the file is of run run-2",
            "UPDATE meta SET run = 'run-2'"
        ),
        sql(
            "no opening",
            "at record 1: a journal begins with the opening of a run",
            rechains: true,
            "DELETE FROM records WHERE sequence = 1",
            "UPDATE records SET sequence = sequence - 1"
        ),
        sql(
            "an entry of a newer program",
            "at record 3: its entry is none that this program knows",
            rechains: true,
            "UPDATE records SET payload = '{\"dreamt\":{}}' WHERE sequence = 3"
        ),
        sql(
            "an entry that is no JSON",
            "at record 3: its entry is none that this program knows",
            rechains: true,
            "UPDATE records SET payload = '{' WHERE sequence = 3"
        ),
        sql(
            "a weight beyond all",
            "at record 2: its entry is none that this program knows",
            rechains: true,
            "UPDATE records SET payload = '{\"driverStarted\":{\"epoch\":99999999999999999999,"
                + "\"driver\":\"a\"}}' WHERE sequence = 2"
        ),
    ]

    private static func place(of text: String, in data: Data) throws -> Int {
        guard let range = data.range(of: Data(text.utf8)) else { throw DamageError(text: text) }
        return range.lowerBound
    }
}

/// The text to be damaged is not in the file.
struct DamageError: Error { let text: String }
