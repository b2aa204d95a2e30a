import GRDB
import MigrationModel
import MigrationPorts

/// Appends within one transaction.
struct JournalWriter {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Writes records behind `head`; throws, and so writes nothing, when the head is another.
    func append(_ records: [JournalRecord], _ payloads: [String], after head: Int) throws {
        guard
            let meta = try Row.fetchOne(database, sql: "SELECT records, headHash FROM meta"),
            let count = Int.fromDatabaseValue(meta["records"]),
            var previous = String.fromDatabaseValue(meta["headHash"])
        else { throw JournalError.corrupt(place: "its meta row", problem: "it is missing") }
        guard count == head else {
            throw JournalError.fenced(
                by: "the journal ends at record \(count), this driver knows of \(head)"
            )
        }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO records (sequence, epoch, writtenAt, payload, previousHash, hash)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        for (record, payload) in zip(records, payloads) {
            let hash = RecordHash.hash(
                previous: previous,
                sequence: record.sequence,
                epoch: record.epoch,
                writtenAt: record.writtenAt,
                payload: payload
            )
            try insert.execute(
                arguments: [
                    record.sequence, record.epoch, record.writtenAt, payload, previous, hash,
                ]
            )
            previous = hash
        }
        try database.execute(
            sql: "UPDATE meta SET records = ?, headHash = ?",
            arguments: [head + records.count, previous]
        )
    }
}
