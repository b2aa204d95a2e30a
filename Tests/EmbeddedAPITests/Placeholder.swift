// EmbeddedAPITests
