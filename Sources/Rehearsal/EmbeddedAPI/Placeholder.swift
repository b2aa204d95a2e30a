// EmbeddedAPI
