import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import HTTPTransport
import HTTPTransportNIO
import JSONValues
import KubernetesObjects
import Synchronization

/// A site's API as its server shows it: the cluster's, and the service proxy, which reaches into
/// the site's network.
///
/// The proxy goes the way that a pod goes that calls the Service.
final class SiteFace: HTTPHandler {
    private struct State {
        var world: RunningWorld?
        var inside: NIOTransport?
    }

    private let site: TwinSite
    private let cluster: EmbeddedCluster
    private let state = Mutex(State())

    init(site: TwinSite, cluster: EmbeddedCluster) {
        self.site = site
        self.cluster = cluster
    }

    /// From here on the proxy can reach the site's network.
    func connect(to world: RunningWorld) {
        state.withLock { $0.world = world }
    }

    func shutdown() async throws {
        let inside = state.withLock { state in
            defer { state.inside = nil }
            return state.inside
        }
        try await inside?.shutdown()
    }

    func respond(to request: PlainRequest) async -> PlainResponse {
        guard let call = ServiceProxyCall(request) else {
            return await cluster.respond(to: request)
        }
        guard
            let service = cluster.get(.services, namespace: call.namespace, name: call.service)
        else {
            return refusal(404, "NotFound", "services \"\(call.service)\" not found")
        }
        guard let port = call.portNumber(in: service), let inside = await inside() else {
            return unavailable(call)
        }
        let forwarded = PlainRequest(
            method: request.method,
            target: "/\(call.namespace)\(call.target)",
            headers: ["Host": "\(call.service).\(call.namespace):\(port)"],
            body: request.body
        )
        do {
            let answer = try await inside.send(forwarded, timeout: .seconds(5))
            let body = try await answer.body.collect(sizeMax: 1 << 20)
            // What has no pod's mark is no pod's answer.
            guard answer.headers["x-twin-site"] != nil else { return unavailable(call) }
            return PlainResponse(
                status: answer.status,
                headers: answer.headers.withoutFraming,
                body: .bytes(body)
            )
        } catch {
            return refusal(
                503,
                "ServiceUnavailable",
                "error trying to reach service: \(error)"
            )
        }
    }

    private func unavailable(_ call: ServiceProxyCall) -> PlainResponse {
        let message = "no endpoints available for service \"\(call.service)\""
        return refusal(503, "ServiceUnavailable", message)
    }

    /// The way into the site; nil while it does not run.
    private func inside() async -> NIOTransport? {
        let (world, known) = state.withLock { ($0.world, $0.inside) }
        if let known { return known }
        guard let world else { return nil }
        do {
            let port = try await world.openInside(site)
            let made = try NIOTransport(
                HTTPSite(origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port))
            )
            let first = state.withLock { state in
                if state.inside == nil { state.inside = made }
                return state.inside
            }
            // Another request was faster: one that is let go has to be shut down.
            if first !== made { try await made.shutdown() }
            return first
        } catch {
            return nil
        }
    }

    private func refusal(_ code: Int, _ reason: String, _ message: String) -> PlainResponse {
        let status: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason), "code": .int(code),
        ]
        return PlainResponse(
            status: code,
            headers: ["Content-Type": "application/json"],
            body: .bytes(status.encoded())
        )
    }
}

extension HTTPHeaders {
    /// Without the fields that speak of one connection, not of the answer.
    fileprivate var withoutFraming: HTTPHeaders {
        var headers = self
        for name in ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"] {
            headers[name] = nil
        }
        return headers
    }
}
