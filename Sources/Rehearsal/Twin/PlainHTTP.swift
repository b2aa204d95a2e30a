import HTTPTransport

// The server's library has types of the same names; these are ours.

/// A request as the twin's core takes it.
typealias PlainRequest = HTTPRequest

/// An answer as the twin's core gives it.
typealias PlainResponse = HTTPResponse
