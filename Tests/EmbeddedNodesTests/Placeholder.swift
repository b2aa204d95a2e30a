// EmbeddedNodesTests
