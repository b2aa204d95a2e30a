import MigrationModel
import MigrationPorts
import Synchronization
import Testing

@testable import MigrationEngine

/// What the opening of a run says of its balancer.
@Suite struct OpeningTests {
    @Test func `each route's process is asked for, until the balancer does not answer`() async {
        let traffic = AskedTraffic([
            "w0": .success("1"), "w1": .failure(.rejected(reason: "it has no such backend")),
            "w2": .success("1"), "w3": .failure(.unavailable(reason: "no answer", retryAfter: nil)),
        ])
        let processes = await traffic.processes(of: Estate(workloads: 6).plan)
        #expect(processes == [RouteID("w0"): "1", RouteID("w2"): "1"])
        #expect(traffic.asked == ["w0", "w1", "w2", "w3"])
    }

    @Test func `one that misses nothing when it is replaced has none`() async {
        let traffic = AskedTraffic(["w0": .success(nil)])
        #expect(await traffic.processes(of: Estate(workloads: 1).plan) == [:])
    }
}

/// A balancer that answers which process counts, and nothing else.
private final class AskedTraffic: TrafficProvider {
    private let answers: [String: Result<String?, ProviderError>]
    private let log = Mutex<[String]>([])

    init(_ answers: [String: Result<String?, ProviderError>]) { self.answers = answers }

    /// For which routes, in order.
    var asked: [String] { log.withLock { $0 } }

    func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        log.withLock { $0.append(route.text) }
        guard let answer = answers[route.text] else { throw unasked }
        return RequestedWeight(weight: .none, native: "", process: try answer.get())
    }

    func routes() async throws(ProviderError) -> [RouteID] { throw unasked }

    func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError) {
        throw unasked
    }

    func restore(_ requested: RequestedWeight, on route: RouteID) async throws(ProviderError) {
        throw unasked
    }

    func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters { throw unasked }

    func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        throw unasked
    }

    private var unasked: ProviderError { .rejected(reason: "nobody was to ask that") }
}
