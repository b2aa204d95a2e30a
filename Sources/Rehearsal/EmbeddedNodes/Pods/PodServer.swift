import EmbeddedSites
import NIOCore
import NIOHTTP1

/// A pod at run: an HTTP server that says who it is and calls whom its estate says it calls.
///
/// Its connections, those it accepts and those it makes, are all on one event loop.
final class PodServer: Sendable {
    /// The calls of one request that are still under way, and what the others said.
    private final class Tree {
        var pending: Int
        var hasFailed = false
        var answers: [ByteBuffer?]

        init(count: Int) {
            pending = count
            answers = Array(repeating: nil, count: count)
        }
    }

    /// What a caller's answers may add to an answer; beyond it they are left out.
    private static let answerSizeMax = 16 << 10

    let plan: PodPlan
    let site: TwinSite
    let counters = PodCounters()
    private let relay: Relay<ServiceName>
    private let proxy: ServiceProxy
    private let network: TwinNetwork
    private let draws: SeededDraws
    private let failures: FailureLog
    private let headers: HTTPHeaders
    private let introduction: String

    init(
        plan: PodPlan,
        site: TwinSite,
        proxy: ServiceProxy,
        network: TwinNetwork,
        draws: SeededDraws,
        ticker: LoopTicker,
        poolSettings: PoolSettings,
        failures: FailureLog
    ) {
        self.plan = plan
        self.failures = failures
        self.site = site
        self.proxy = proxy
        self.network = network
        self.draws = draws
        relay = Relay(site: site, network: network, settings: poolSettings, ticker: ticker)
        headers = HTTPHeaders([
            ("x-twin-site", site.rawValue),
            ("x-twin-workload", plan.workloadID),
            ("x-twin-pod", plan.name),
            ("content-type", "application/json"),
        ])
        introduction =
            #"{"site":"\#(site.rawValue)","workload":"\#(plan.workloadID)","pod":"\#(plan.name)""#
    }

    func start() async throws -> SocketAddress {
        try await relay.start { self.serve($0, answer: $1) }
    }

    /// Lets every answer from now on end its connection.
    func announceClose() async { await relay.announceClose() }

    /// Returns when no request is being answered any more, or `limit` has passed.
    func stop(within limit: Duration) async { await relay.stop(within: TimeAmount(limit)) }

    private func serve(_ request: ArrivedRequest, answer: @escaping (WholeAnswer) -> Void) {
        counters.began()
        if request.head.uri == "/healthz" { return reply(.ok, [], to: answer) }
        let path = PodPath(header: request.head.headers.first(name: PodPath.headerName))
        if path.isLoop(at: plan.workloadID) { return reply(.loopDetected, [], to: answer) }
        let latency = PodServer.held(request.head.uri) ?? plan.latency.draw(draws)
        guard latency > .zero else { return callOthers(path, answer: answer) }
        relay.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(latency)) { [self] in
            callOthers(path, answer: answer)
        }
    }

    /// How long the answer to `/hold/30s` takes, as a stream or a long poll would; nil for all else.
    private static func held(_ uri: String) -> Duration? {
        let prefix = "/hold/"
        guard uri.hasPrefix(prefix) else { return nil }
        return Duration(written: String(uri.dropFirst(prefix.count)))
    }

    private func callOthers(_ path: PodPath, answer: @escaping (WholeAnswer) -> Void) {
        let calls = plan.calls.filter { call in
            guard call.isSurmised else { return true }
            return call.name.map { proxy.knows($0, from: plan.namespace) } ?? false
        }
        guard !calls.isEmpty else { return reply(.ok, [], to: answer) }
        let tree = Tree(count: calls.count)
        let pathHeader = path.header(through: plan.workloadID)
        for (index, call) in calls.enumerated() {
            make(call, pathHeader: pathHeader) { [self] result in
                tree.answers[index] = note(result, of: call)
                if case .success(let answer) = result, answer.status.code < 500 {
                } else {
                    tree.hasFailed = true
                }
                tree.pending -= 1
                guard tree.pending == 0 else { return }
                reply(tree.hasFailed ? .badGateway : .ok, tree.answers, to: answer)
            }
        }
    }

    private func make(
        _ call: PodCall,
        pathHeader: String,
        completion: @escaping (Result<WholeAnswer, CallFailure>) -> Void
    ) {
        guard let name = call.name else { return completion(.failure(.unresolved)) }
        let request = CallRequest(
            method: .GET,
            uri: "/",
            headers: ["host": call.text, PodPath.headerName: pathHeader],
            body: nil
        )
        relay.call(request, key: name, dial: { dial(name) }, completion: completion)
    }

    private func dial(_ name: ServiceName) -> Dial {
        proxy.dial(name, from: plan.namespace, at: site, over: network)
    }

    /// Counts one call and says in JSON what came of it.
    private func note(
        _ result: Result<WholeAnswer, CallFailure>,
        of call: PodCall
    ) -> ByteBuffer {
        var text = ByteBuffer()
        switch result {
        case .failure(let failure):
            counters.called(call.text, answeredBy: nil, failure: failure.word)
            failures.note("\(site) pod \(plan.name) called \(call.text): \(failure.word)")
            text.writeString(#"{"name":"\#(call.text)","failure":"\#(failure.word)"}"#)
        case .success(let answer):
            let marker = answer.headers.first(name: "x-twin-site")
            let site = marker.flatMap(TwinSite.init(rawValue:))
            let failure = answer.status.code < 500 ? nil : "status \(answer.status.code)"
            counters.called(call.text, answeredBy: site, failure: failure)
            text.writeString(#"{"name":"\#(call.text)","status":\#(answer.status.code)"#)
            if site != nil, var body = answer.body, body.readableBytes <= Self.answerSizeMax {
                text.writeString(#","answer":"#)
                text.writeBuffer(&body)
            }
            text.writeString("}")
        }
        return text
    }

    private func reply(
        _ status: HTTPResponseStatus,
        _ calls: [ByteBuffer?],
        to answer: (WholeAnswer) -> Void
    ) {
        var body = ByteBuffer()
        body.writeString(introduction)
        body.writeString(#","calls":["#)
        for (index, call) in calls.enumerated() {
            if index > 0 { body.writeString(",") }
            if var call { body.writeBuffer(&call) }
        }
        body.writeString("]}")
        counters.answered(status: Int(status.code), isLoop: status == .loopDetected)
        answer(WholeAnswer(status: status, headers: headers, body: body))
    }
}
