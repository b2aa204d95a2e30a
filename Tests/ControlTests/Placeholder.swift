// ControlTests
