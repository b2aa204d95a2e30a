// JournalSQLiteTests
