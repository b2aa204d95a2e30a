import EmbeddedSites
import NIOCore
import NIOHTTP1

/// Somebody inside a site who calls names, played for load that is made outside of it.
///
/// Each request that comes to its socket on loopback is made again inside, as a pod would make it: to
/// the name in `Host`, by the site's DNS and Service proxy, over connections that are kept per name.
/// The first element of the path is the namespace of the pod that is played, and is taken away. So
/// `GET /shop` for `orders:8080` is what a pod of `shop` does that calls `http://orders:8080/`.
final class InsideCaller: Sendable {
    /// A name as pods of one namespace write it.
    private struct Caller: Hashable {
        let namespace: String
        let name: ServiceName
    }

    private let site: TwinSite
    private let proxy: ServiceProxy
    private let network: TwinNetwork
    private let failures: FailureLog
    private let relay: Relay<Caller>

    init(
        site: TwinSite,
        proxy: ServiceProxy,
        network: TwinNetwork,
        poolSettings: PoolSettings,
        ticker: LoopTicker,
        failures: FailureLog
    ) {
        self.site = site
        self.proxy = proxy
        self.network = network
        self.failures = failures
        relay = Relay(site: site, network: network, settings: poolSettings, ticker: ticker)
    }

    /// Opens the listener; port 0 lets the system choose.
    ///
    /// Answers where it listens.
    func start(port: Int) async throws -> SocketAddress {
        try await relay.start(port: port) { self.serve($0, answer: $1) }
    }

    func stop() async { await relay.stop() }

    private func serve(_ request: ArrivedRequest, answer: @escaping (WholeAnswer) -> Void) {
        let text = request.head.headers.first(name: "host") ?? ""
        let path = request.head.uri.dropFirst()
        let namespace = String(path.prefix { $0 != "/" && $0 != "?" })
        guard let name = ServiceName(text), !namespace.isEmpty else {
            let problem = "\(request.head.uri) for \(text) names no namespace and Service"
            return answer(WholeAnswer(status: .badRequest, text: problem))
        }
        let rest = path.dropFirst(namespace.count)
        let uri = rest.hasPrefix("/") ? String(rest) : "/\(rest)"
        let call = CallRequest(forwarding: request, uri: uri)
        let caller = Caller(namespace: namespace, name: name)
        relay.call(call, key: caller, dial: { dial(caller) }) { [self] result in
            if case .failure(let failure) = result {
                failures.note("\(site), inside \(namespace), called \(text): \(failure.word)")
            }
            answer(WholeAnswer(forwarding: result))
        }
    }

    private func dial(_ caller: Caller) -> Dial {
        proxy.dial(caller.name, from: caller.namespace, at: site, over: network)
    }
}
