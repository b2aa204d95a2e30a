import HTTPTransport
import HTTPTransportNIO

/// A request without anything in particular.
let get = HTTPRequest(method: "GET", target: "/")

func origin(_ port: Int, scheme: HTTPOrigin.Scheme = .http) -> HTTPOrigin {
    HTTPOrigin(scheme: scheme, host: "127.0.0.1", port: port)
}

/// Runs a server and a transport to it, and ends both.
func serve(
    _ behaviour: ByteServer.Behaviour,
    _ body: (ByteServer, NIOTransport) async throws -> Void
) async throws {
    let server = try await ByteServer(behaviour)
    try await with(HTTPSite(origin: origin(server.port))) { try await body(server, $0) }
    try await server.stop()
}

/// Makes a transport and shuts it down, whatever happens in between.
func with(_ site: HTTPSite, _ body: (NIOTransport) async throws -> Void) async throws {
    let transport = try NIOTransport(site)
    do {
        try await body(transport)
    } catch {
        try await transport.shutdown()
        throw error
    }
    try await transport.shutdown()
}

/// How a request fails, nil when it does not.
func failure(
    _ transport: NIOTransport,
    method: String = "GET",
    timeout: Duration = .seconds(5)
) async -> TransportError? {
    do {
        _ = try await transport.send(HTTPRequest(method: method, target: "/"), timeout: timeout)
        return nil
    } catch {
        return error
    }
}
