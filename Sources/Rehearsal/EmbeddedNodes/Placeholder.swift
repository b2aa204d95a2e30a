// EmbeddedNodes
