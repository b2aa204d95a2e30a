// JournalSQLite
