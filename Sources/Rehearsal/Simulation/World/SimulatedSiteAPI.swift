import EmbeddedAPI
import EmbeddedSites
import HTTPTransport
import JSONValues
import KubernetesObjects
import Synchronization

/// A site's API as its server shows it: the cluster's, and the service proxy, which reaches into the
/// site's network.
struct SimulatedSiteAPI: HTTPHandler {
    let site: SimulatedSite

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let call = ServiceProxyCall(request) else { return await site.answer(request) }
        let service = site.cluster.get(.services, namespace: call.namespace, name: call.service)
        guard let service else { return HTTPResponse(status: 404) }
        let port = call.portNumber(in: service)
        let key = ServiceKey(namespace: call.namespace, name: call.service)
        let isAnswered = port.map { site.serves(key, port: $0) } ?? false
        return HTTPResponse(status: isAnswered ? 200 : 503)
    }
}

/// What a server serves does not change in a simulation, and is dear to write: once is enough.
final class DiscoveryAnswers: Sendable {
    private let known = Mutex<[String: HTTPResponse]>([:])

    /// The answer to a discovery request, which is asked for at most once; nil for other requests.
    func answer(
        _ request: HTTPRequest,
        _ ask: (HTTPRequest) async -> HTTPResponse
    ) async -> HTTPResponse? {
        guard request.method == "GET", ["/api", "/apis"].contains(request.target) else {
            return nil
        }
        let key = request.target + (request.headers["Accept"] ?? "")
        if let answer = known.withLock({ $0[key] }) { return answer }
        let answer = await ask(request)
        guard answer.status == 200 else { return answer }
        known.withLock { $0[key] = answer }
        return answer
    }
}

extension SimulatedSite {
    fileprivate func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let known = await discovery?.answer(request) { await cluster.respond(to: $0) }
        if let known { return known }
        return await cluster.respond(to: request)
    }

    /// Whether every connection to a Service of this site ends at somebody who serves.
    func serves(_ service: ServiceKey, port: Int) -> Bool {
        let endpoints = proxy.read { $0.endpoints(of: service, port: port) }
        var way = Way()
        let asking = Asking(host: "\(service.name).\(service.namespace)")
        return network.all(endpoints, from: role, asking, what: "\(service):\(port)", &way)
            .allSatisfy(\.serves)
    }
}
