import GRDB

/// The form of a journal file, which no later version changes without another number.
enum JournalSchema {
    /// `DIOL` in the file's header: what tells a journal from other SQLite files.
    static let applicationID: Int32 = 0x4449_4F4C
    /// The version of this form.
    static let version: Int32 = 1
    /// A larger file is not read: no run writes as much.
    static let fileBytesMax = 2 << 30
    /// A longer record is not read: the longest, a plan of thousands of steps, is far shorter.
    static let payloadBytesMax = 64 << 20

    /// What makes the tables, in order; a file whose own words differ is refused.
    static let statements: [(name: String, sql: String)] = [
        (
            "meta",
            """
            CREATE TABLE meta (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                run TEXT NOT NULL,
                records INTEGER NOT NULL,
                headHash TEXT NOT NULL
            )
            """
        ),
        (
            "records",
            """
            CREATE TABLE records (
                sequence INTEGER PRIMARY KEY,
                epoch INTEGER NOT NULL,
                writtenAt TEXT NOT NULL,
                payload TEXT NOT NULL,
                previousHash TEXT NOT NULL,
                hash TEXT NOT NULL
            )
            """
        ),
        (
            "inbox",
            """
            CREATE TABLE inbox (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                command TEXT NOT NULL
            )
            """
        ),
        (
            "recordsAreNotChanged",
            """
            CREATE TRIGGER recordsAreNotChanged BEFORE UPDATE ON records
            BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END
            """
        ),
        (
            "recordsAreNotDeleted",
            """
            CREATE TRIGGER recordsAreNotDeleted BEFORE DELETE ON records
            BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END
            """
        ),
    ]

    /// Makes an empty journal of a run in an empty file.
    static func create(in database: Database, run: String) throws {
        for statement in statements { try database.execute(sql: statement.sql) }
        try database.execute(
            sql: "INSERT INTO meta (id, run, records, headHash) VALUES (1, ?, 0, ?)",
            arguments: [run, RecordHash.origin]
        )
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// Makes commits durable and reads back that they are.
    ///
    /// It must run after the connection is made, for what GRDB sets up at the beginning may be
    /// weaker. `fullfsync` matters where a plain sync leaves the data in the disk's own memory.
    static func makeDurable(_ database: Database) throws -> String? {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try database.execute(sql: "PRAGMA fullfsync = ON")
        try database.execute(sql: "PRAGMA checkpoint_fullfsync = ON")
        try database.execute(sql: "PRAGMA trusted_schema = OFF")
        try database.execute(sql: "PRAGMA cell_size_check = ON")
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        guard mode == "wal" else { return "its journal mode is \(mode ?? "none") and not wal" }
        let locking = try String.fetchOne(database, sql: "PRAGMA locking_mode")
        guard locking == "normal" else { return "its locking mode is \(locking ?? "none")" }
        let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        guard synchronous == 2 else { return "its commits would not be synchronous" }
        return nil
    }
}
