// EmbeddedControllers
