import Clocks
import EmbeddedNodes
import EmbeddedSites
import HTTPTransport
import JSONValues

/// Tells of every write that clients ask a site's API for, once it was answered.
///
/// Controllers and nodes of the twin do not come this way: what stands in the log is what somebody
/// outside did.
package struct AuditLog: HTTPHandler {
    /// Told of each write in turn; it must return at once.
    package typealias Sink = @Sendable (AuditEvent) -> Void

    private let site: TwinSite
    private let inner: any HTTPHandler
    private let time: any TimeSource
    private let identifiers: @Sendable () -> String
    private let sink: Sink

    init(
        of site: TwinSite,
        before inner: any HTTPHandler,
        time: any TimeSource,
        identifiers: @escaping @Sendable () -> String,
        sink: @escaping Sink
    ) {
        self.site = site
        self.inner = inner
        self.time = time
        self.identifiers = identifiers
        self.sink = sink
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard var object = AuditedObject(path: request.target),
            let verb = verb(of: request, object)
        else { return await inner.respond(to: request) }
        let receivedAt = time.wallTime
        let response = await inner.respond(to: request)
        switch response.body {
        case .document(let document): object.complete(from: document.value)
        case .bytes(let bytes):
            do {
                object.complete(from: try JSON.parse(bytes))
            } catch {
                // An answer in another form than JSON: the path says enough.
            }
        case .stream: break
        }
        sink(
            AuditEvent(
                site: site,
                verb: verb,
                object: object,
                code: response.status,
                userAgent: request.headers["User-Agent"] ?? "",
                id: identifiers(),
                uri: request.target,
                receivedAt: receivedAt,
                answeredAt: time.wallTime
            )
        )
        return response
    }

    /// Nil for what writes nothing.
    private func verb(of request: HTTPRequest, _ object: AuditedObject) -> String? {
        guard !request.target.contains("dryRun=All"), object.subresource != "proxy" else {
            return nil
        }
        return switch request.method {
        case "POST": "create"
        case "PUT": "update"
        case "PATCH": "patch"
        case "DELETE": object.name.isEmpty ? "deletecollection" : "delete"
        default: nil
        }
    }
}
