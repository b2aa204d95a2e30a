import Clocks
import ControlPlaneSupport
import Foundation
import HAProxyRuntime
import HTTPTransport
import HTTPTransportNIO
import MigrationModel
import MigrationPorts
import NIOCore
import NIOHTTP1
import NIOPosix
import SiteSupport
import Testing
import TrafficHAProxy
import TrafficTwin

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// Which balancer a contract test runs against.
enum BalancerKind: Sendable, Equatable, CustomTestStringConvertible {
    case haproxy
    case twin
    case object(RouteSample.Kind)

    /// The balancers that are here; says so when HAProxy is not.
    static let here: [BalancerKind] = {
        let others = [BalancerKind.twin] + RouteSample.Kind.allCases.map(BalancerKind.object)
        if HAProxyProcess.isInstalled { return [.haproxy] + others }
        print("skipped with HAProxy: \(HAProxyProcess.path) is not installed")
        return others
    }()

    /// Whether it counts the requests of its users, and not only ours.
    var countsAll: Bool {
        if case .object = self { false } else { true }
    }

    var testDescription: String {
        switch self {
        case .haproxy: "haproxy"
        case .twin: "twin"
        case .object(let kind): kind.rawValue
        }
    }
}

/// A balancer before two tiny sites, with the routes `a.example` and `b.example`, and a client before
/// the balancer.
struct Rig: Sendable {
    let provider: any TrafficProvider
    /// Asks for a path of a host; answers the site that answered.
    let ask: @Sendable (_ host: String, _ path: String) async throws -> String
    /// Starts the balancer anew, as a crash or a reload would.
    var restart: @Sendable () async throws -> Void = {}
    /// Lets the data plane come up with what was asked.
    var settle: @Sendable () async throws -> Void = {
        try await SystemTime().sleep(for: .milliseconds(100))
    }
    /// What callers and the balancer wait by.
    var time: any TimeSource = SystemTime()
    /// The weights in percent that it can have beside none.
    var percents = [1, 25, 33, 50, 99, 100]

    /// Which sites answered `count` requests, one after the other.
    func sites(_ host: String, count: Int, path: String = "/") async throws -> [String] {
        var sites: [String] = []
        for _ in 0..<count { sites.append(try await ask(host, path)) }
        return sites
    }

    static func run(
        _ kind: BalancerKind,
        _ body: @Sendable (Rig) async throws -> Void
    ) async throws {
        if case .object(let kind) = kind {
            let scene = try await RouteScene(kind, in: try await SitePair.twin(), name: "traffic")
            return try await body(scene.rig)
        }
        let sites = try await TinySites()
        let outcome: Result<Void, any Error>
        do {
            switch kind {
            case .haproxy: try await runHAProxy(sites, body)
            case .twin: try await runTwin(sites, body)
            case .object: break
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await sites.stop()
        try outcome.get()
    }

    /// A client that asks the balancer's front.
    private static func asking(
        port: Int
    ) -> @Sendable (String, String) async throws -> String {
        let client = TinyClient()
        return { host, path in
            let answer = try await client.get(host, path, port: port)
            return answer.site ?? "status \(answer.status)"
        }
    }

    private static func runHAProxy(
        _ sites: TinySites,
        _ body: @Sendable (Rig) async throws -> Void
    ) async throws {
        let process = try await HAProxyProcess(
            backends: ["a.example", "b.example"].map {
                .init(name: $0, source: [sites.sourcePort], target: [sites.targetPort])
            }
        )
        let rig = Rig(
            provider: TrafficHAProxy(runtime: process.runtime, naming: RouteNaming()),
            ask: asking(port: process.port),
            restart: { try await process.reload() }
        )
        do {
            try await body(rig)
        } catch {
            process.stop()
            throw error
        }
        process.stop()
    }

    private static func runTwin(
        _ sites: TinySites,
        _ body: @Sendable (Rig) async throws -> Void
    ) async throws {
        let twin = try await RunningTwinBalancer(sites, instance: "one")
        let transport = try NIOTransport(
            HTTPSite(
                origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: twin.controlPort)
            )
        )
        let rig = Rig(
            provider: TrafficTwin(transport: transport),
            ask: asking(port: twin.port),
            restart: { try await twin.restart(sites) }
        )
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(rig))
        } catch {
            outcome = .failure(error)
        }
        await twin.stop()
        try await transport.shutdown()
        try outcome.get()
    }
}

/// Two sites that answer with their names; `/fail` gives 500, `/slow` takes half a second.
struct TinySites: Sendable {
    private let listeners: [HTTPListener]
    let sourcePort: Int
    let targetPort: Int

    init() async throws {
        var ports: [Int] = []
        var listeners: [HTTPListener] = []
        for site in ["source", "target"] {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let listener = HTTPListener(eventLoop: loop)
            let address = try await listener.start { request, answer in
                let isBad = request.head.uri.hasPrefix("/fail")
                var whole = WholeAnswer(status: isBad ? .internalServerError : .ok, text: site)
                whole.headers.add(name: "x-site", value: site)
                guard request.head.uri.hasPrefix("/slow") else { return answer(whole) }
                let held = NIOLoopBound((whole, answer), eventLoop: loop)
                loop.scheduleTask(in: .milliseconds(500)) { held.value.1(held.value.0) }
            }
            ports.append(address.port ?? 0)
            listeners.append(listener)
        }
        self.listeners = listeners
        (sourcePort, targetPort) = (ports[0], ports[1])
    }

    func stop() async {
        for listener in listeners { await listener.stop(within: .seconds(1)) }
    }
}

/// A client that names its host.
struct TinyClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let site: String?
    }

    private let pool: ConnectionPool<Int>

    init() {
        pool = ConnectionPool(
            ticker: LoopTicker(eventLoop: MultiThreadedEventLoopGroup.singleton.next()),
            settings: PoolSettings(callTimeout: .seconds(5)),
            site: .source,
            network: TwinNetwork()
        )
    }

    func get(_ host: String, _ path: String = "/", port: Int) async throws -> Answer {
        let promise = pool.eventLoop.makePromise(of: Answer.self)
        let socket = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        pool.eventLoop.execute {
            let request = CallRequest(
                method: .GET,
                uri: path,
                headers: ["host": host],
                body: nil
            )
            pool.call(request, key: port, dial: { .socket(socket) }) { result in
                promise.completeWith(
                    result.map {
                        Answer(
                            status: Int($0.status.code),
                            site: $0.headers.first(name: "x-site")
                        )
                    }.mapError { $0 as any Error }
                )
            }
        }
        return try await promise.futureResult.get()
    }
}
