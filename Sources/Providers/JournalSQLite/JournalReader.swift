import Foundation
import GRDB
import JSONValues
import MigrationModel
import MigrationPorts

/// Reads a journal and believes nothing of it.
struct JournalReader {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Every record; throws at the first thing that is not as this program would have written it.
    func validatedRecords() throws -> [JournalRecord] {
        try checkPages()
        try checkSchema()
        let meta = try readMeta()
        var records: [JournalRecord] = []
        var previous = RecordHash.origin
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT sequence, epoch, writtenAt, payload, previousHash, hash
                FROM records ORDER BY sequence
                """
        )
        while let row = try rows.next() {
            let record = try validate(row, sequence: records.count + 1, previous: &previous)
            records.append(record)
        }
        guard records.count == meta.records else {
            throw corrupt("its end", "it holds \(records.count) records of \(meta.records)")
        }
        guard previous == meta.headHash else {
            throw corrupt("its meta row", "it knows another last record")
        }
        if let first = records.first {
            guard case .opened(let opening) = first.entry else {
                throw corrupt("record 1", "a journal begins with the opening of a run")
            }
            guard opening.run.text == meta.run else {
                throw corrupt(
                    "record 1",
                    "it is of run \(opening.run), and the file is of run \(meta.run)"
                )
            }
        }
        return records
    }

    private func checkPages() throws {
        let answers = try String.fetchAll(database, sql: "PRAGMA integrity_check(1)")
        guard answers == ["ok"] else {
            throw corrupt("its pages", answers.first ?? "SQLite says nothing of them")
        }
    }

    private func checkSchema() throws {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        )
        var found: [String: String] = [:]
        for row in rows {
            found[String.fromDatabaseValue(row["name"]) ?? ""] =
                String.fromDatabaseValue(row["sql"]) ?? ""
        }
        for (name, sql) in JournalSchema.statements {
            guard let text = found.removeValue(forKey: name) else {
                throw corrupt("its schema", "\(name) is missing")
            }
            guard text == sql else { throw corrupt("its schema", "\(name) was changed") }
        }
        if let stranger = found.keys.sorted().first {
            throw corrupt("its schema", "\(stranger) does not belong there")
        }
    }

    private func readMeta() throws -> (run: String, records: Int, headHash: String) {
        let rows = try Row.fetchAll(database, sql: "SELECT run, records, headHash FROM meta")
        guard rows.count == 1, let row = rows.first else {
            throw corrupt("its meta row", "there are \(rows.count) of them")
        }
        guard let run = String.fromDatabaseValue(row["run"]),
            let records = Int.fromDatabaseValue(row["records"]),
            let headHash = String.fromDatabaseValue(row["headHash"])
        else { throw corrupt("its meta row", "a value is of the wrong type") }
        return (run, records, headHash)
    }

    private func validate(
        _ row: Row,
        sequence: Int,
        previous: inout String
    ) throws -> JournalRecord {
        let place = "record \(sequence)"
        guard Int.fromDatabaseValue(row["sequence"]) == sequence else {
            throw corrupt(place, "it is missing")
        }
        guard case .int64(let epoch) = (row["epoch"] as DatabaseValue).storage,
            case .string(let writtenAt) = (row["writtenAt"] as DatabaseValue).storage,
            case .string(let payload) = (row["payload"] as DatabaseValue).storage,
            case .string(let previousHash) = (row["previousHash"] as DatabaseValue).storage,
            case .string(let hash) = (row["hash"] as DatabaseValue).storage
        else { throw corrupt(place, "a value is of the wrong type") }
        guard payload.utf8.count <= JournalSchema.payloadBytesMax else {
            throw corrupt(place, "it has \(payload.utf8.count) bytes, more than any record")
        }
        guard previousHash == previous else {
            throw corrupt(place, "it does not follow the record before it")
        }
        let computed = RecordHash.hash(
            previous: previous,
            sequence: sequence,
            epoch: Int(epoch),
            writtenAt: writtenAt,
            payload: payload
        )
        guard hash == computed else { throw corrupt(place, "its hash is not that of its content") }
        previous = hash
        return JournalRecord(
            sequence: sequence,
            epoch: Int(epoch),
            writtenAt: writtenAt,
            entry: try decode(payload, place: place)
        )
    }

    private func decode(_ payload: String, place: String) throws -> JournalEntry {
        // The opening holds the plan, whose form has a version of its own.
        if place == JournalReader.openingPlace { try refuseOtherPlans(payload) }
        do {
            return try JSONDecoder().decode(JournalEntry.self, from: Data(payload.utf8))
        } catch let error as DecodingError {
            throw corrupt(
                place,
                "its entry is none that this program knows (\(error.place)); a newer version may"
            )
        }
    }

    private static let openingPlace = "record 1"

    private func refuseOtherPlans(_ payload: String) throws {
        let version: Int?
        do {
            version = try JSON.parse(payload).at("opened", "_0", "plan", "formatVersion")?.int
        } catch {
            throw corrupt(JournalReader.openingPlace, "its entry is no JSON: \(error)")
        }
        guard let version, version != Plan.formatVersionCurrent else { return }
        throw JournalError.unreadable(
            problem: "its plan is of format \(version), this program reads "
                + "\(Plan.formatVersionCurrent). End the run with the version of diolkos that began "
                + "it"
        )
    }

    private func corrupt(_ place: String, _ problem: String) -> JournalError {
        .corrupt(place: place, problem: problem)
    }
}
