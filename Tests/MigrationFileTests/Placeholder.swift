// MigrationFileTests
