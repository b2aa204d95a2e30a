import Clocks
import EmbeddedAPI
import EmbeddedSites
import NIOCore
import NIOHTTP1
import Synchronization

/// The entry of a site from outside: an ingress that listens on loopback.
///
/// It follows Ingresses, Services and EndpointSlices with a lag of its own, sends each request to
/// the next ready endpoint in turn, as ingress controllers do, and never sends one twice.
package final class SiteEntry: Sendable {
    private struct State {
        var table = IngressTable()
        var directory = ServiceDirectory()
        var turns: [ServiceDirectory.PortKey: Int] = [:]
        var counts: [String: EntryCounts] = [:]
    }

    private enum Choice {
        case endpoint(TwinEndpoint)
        case noRule
        case nothingServes
    }

    private static let hostsMax = 1_024

    private let site: TwinSite
    private let network: TwinNetwork
    private let feed: LaggingFeed
    private let failures: FailureLog
    private let relay: Relay<TwinEndpoint>
    private let state = Mutex(State())

    init(
        site: TwinSite,
        cluster: any FollowedCluster,
        network: TwinNetwork,
        lag: ClosedRange<Duration>,
        poolSettings: PoolSettings,
        draws: SeededDraws,
        ticker: LoopTicker,
        failures: FailureLog,
        time: any TimeSource
    ) {
        self.site = site
        self.network = network
        self.failures = failures
        relay = Relay(site: site, network: network, settings: poolSettings, ticker: ticker)
        feed = LaggingFeed(
            cluster: cluster,
            resources: [.services, .endpointSlices, .ingresses],
            lag: lag,
            draws: draws,
            time: time
        )
    }

    /// Opens the listener; port 0 lets the system choose.
    ///
    /// Answers where it listens.
    func start(port: Int) async throws -> SocketAddress {
        try await relay.start(port: port) { self.serve($0, answer: $1) }
    }

    /// Follows the cluster until it is cancelled.
    func run() async {
        await feed.run {
            self.state.withLock { state in
                state.table = IngressTable()
                state.directory = ServiceDirectory()
            }
        } apply: { change in
            self.state.withLock { state in
                state.table.apply(change)
                state.directory.apply(change)
            }
        }
    }

    func stop() async { await relay.stop() }

    /// What was answered, by host; hosts that no Ingress names are counted under the empty one.
    package var counts: [String: EntryCounts] { state.withLock { $0.counts } }

    /// The hosts that the entry serves at this moment.
    package var hosts: [String] { state.withLock { $0.table.hosts } }

    /// The ready addresses that the entry knows by now behind a Service.
    func addresses(of service: ServiceKey) -> Set<TwinAddress> {
        state.withLock { $0.directory.addresses(of: service) }
    }

    private func serve(_ request: ArrivedRequest, answer: @escaping (WholeAnswer) -> Void) {
        let host = RouteHost.of(request.head.headers)
        let path = request.head.uri.prefix { $0 != "?" }
        let (choice, counted) = choose(host: host, path: String(path))
        switch choice {
        case .noRule:
            finish(WholeAnswer(status: .notFound, text: "no rule for \(host)"), counted, answer)
        case .nothingServes:
            let text = "nothing serves \(host)"
            failures.note("\(site) entry: \(text)")
            finish(WholeAnswer(status: .serviceUnavailable, text: text), counted, answer)
        case .endpoint(let endpoint):
            relay.call(
                CallRequest(forwarding: request),
                key: endpoint,
                dial: { Dial(network.path(from: site, to: endpoint)) },
                completion: { [self] result in
                    if case .failure(let failure) = result {
                        failures.note("\(site) entry, \(host) at \(endpoint): \(failure.word)")
                    }
                    finish(WholeAnswer(forwarding: result), counted, answer)
                }
            )
        }
    }

    /// Chooses an endpoint and counts the request, under the name that comes back.
    private func choose(host: String, path: String) -> (Choice, counted: String) {
        state.withLock { state in
            let backend = state.table.backend(host: host, path: path)
            let isKnown = backend != nil
            let isNew = state.counts[host] == nil
            let counted =
                isKnown && !(isNew && state.counts.count >= Self.hostsMax) ? host : ""
            state.counts[counted, default: EntryCounts()].requests += 1
            state.counts[counted]?.inFlight += 1
            guard let backend else { return (.noRule, counted) }
            let number =
                switch backend.port {
                case .number(let number): Optional(number)
                case .name(let name): state.directory.portNumber(of: backend.service, named: name)
                }
            guard let number else { return (.nothingServes, counted) }
            let endpoints = state.directory.endpoints(of: backend.service, port: number)
            guard !endpoints.isEmpty else { return (.nothingServes, counted) }
            let key = ServiceDirectory.PortKey(service: backend.service, number: number)
            let turn = state.turns[key, default: 0]
            state.turns[key] = turn &+ 1
            return (.endpoint(endpoints[turn % endpoints.count]), counted)
        }
    }

    private func finish(
        _ answer: WholeAnswer,
        _ counted: String,
        _ completion: (WholeAnswer) -> Void
    ) {
        state.withLock { state in
            state.counts[counted]?.inFlight -= 1
            state.counts[counted]?.statuses[Int(answer.status.code), default: 0] += 1
        }
        var answer = answer
        answer.headers.replaceOrAdd(name: "x-twin-entry", value: site.rawValue)
        completion(answer)
    }
}
