// MigrationModelTests
