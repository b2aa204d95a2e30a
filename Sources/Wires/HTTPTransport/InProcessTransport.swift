/// Whatever answers HTTP requests without a socket in between.
package protocol HTTPHandler: Sendable {
    func respond(to request: HTTPRequest) async -> HTTPResponse
}

/// Calls a handler in this process, without NIO: how the simulator and fast tests reach the twin.
package struct InProcessTransport: HTTPTransport {
    private let handler: any HTTPHandler

    /// Takes who answers.
    package init(_ handler: any HTTPHandler) {
        self.handler = handler
    }

    /// The timeout is not kept here: nothing in this process can lose an answer.
    package func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        if Task.isCancelled { throw .cancelled }
        return await handler.respond(to: request)
    }
}
