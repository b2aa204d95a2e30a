// MigrationFile
