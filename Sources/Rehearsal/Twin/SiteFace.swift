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
/// The proxy takes Services with a node port, and goes the way that a node port goes.
final class SiteFace: HTTPHandler {
    private struct State {
        var world: RunningWorld?
        /// By node port.
        var transports: [Int: NIOTransport] = [:]
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
        let transports = state.withLock { state in
            defer { state.transports = [:] }
            return state.transports.values.map { $0 }
        }
        for transport in transports { try await transport.shutdown() }
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
        guard let nodePort = call.nodePort(in: service),
            let transport = await transport(to: nodePort)
        else {
            let message = "no endpoints available for service \"\(call.service)\""
            return refusal(503, "ServiceUnavailable", message)
        }
        let forwarded = PlainRequest(
            method: request.method,
            target: call.target,
            headers: ["Host": "\(call.service).\(call.namespace)"],
            body: request.body
        )
        do {
            let answer = try await transport.send(forwarded, timeout: .seconds(5))
            let body = try await answer.body.collect(sizeMax: 1 << 20)
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

    private func transport(to nodePort: Int) async -> NIOTransport? {
        let (world, known) = state.withLock { ($0.world, $0.transports[nodePort]) }
        if let known { return known }
        guard let world else { return nil }
        do {
            let port = try await world.forward(nodePort: nodePort, of: site)
            let made = try NIOTransport(
                HTTPSite(origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port))
            )
            return state.withLock { state in
                if let first = state.transports[nodePort] { return first }
                state.transports[nodePort] = made
                return made
            }
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
