// EmbeddedControllersTests
