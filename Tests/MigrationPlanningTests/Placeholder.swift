// MigrationPlanningTests
