import HTTPTransport
import MigrationModel
import MigrationPorts

/// Sends requests of ours through HAProxy's front where nobody else's come.
struct FrontProber: Sendable {
    /// Marks a request of ours, so that only its answer names the server.
    static let markHeader = "X-Diolkos-Probe"
    /// Names the server that answered, as docs/haproxy.md lets HAProxy say it.
    static let serverHeader = "X-Diolkos-Server"
    /// A page is read to its end, so that it counts as answered, up to this size.
    private static let pageBytesMax = 16 << 20

    let front: any HTTPTransport
    let naming: RouteNaming
    var timeout = Duration.seconds(5)

    /// Which site answered; an answer of any status is one.
    func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole {
        let request = HTTPRequest(
            method: "GET",
            target: path,
            headers: ["Host": naming.host(of: route), FrontProber.markHeader: "1"]
        )
        let server: String?
        do {
            let response = try await front.send(request, timeout: timeout)
            _ = try await response.body.collect(sizeMax: FrontProber.pageBytesMax)
            server = response.headers[FrontProber.serverHeader]
        } catch {
            throw .unavailable(
                reason: "route \(route): HAProxy's front did not answer: \(error)",
                retryAfter: nil
            )
        }
        let backend = naming.backend(of: route)
        if let server, backend.source.contains(server) { return .source }
        if let server, backend.target.contains(server) { return .target }
        throw .rejected(
            reason:
                "route \(route): HAProxy's answer names no server of backend \(backend.name) in "
                + "\(FrontProber.serverHeader); docs/haproxy.md says how to let it"
        )
    }
}
