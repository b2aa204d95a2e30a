import Clocks
import JSONValues
import NIOCore
import NIOHTTP1

/// The balancer's control API over HTTP, as `docs/twin-balancer.md` tells it.
final class BalancerControl: Sendable {
    private struct Problem: Error {
        let status: HTTPResponseStatus
        let message: String
    }

    private let balancer: TwinBalancer
    private let listener: HTTPListener

    init(balancer: TwinBalancer, eventLoop: any EventLoop) {
        self.balancer = balancer
        listener = HTTPListener(eventLoop: eventLoop)
    }

    /// Opens the listener; port 0 lets the system choose.
    ///
    /// Answers where it listens.
    func start(port: Int) async throws -> SocketAddress {
        try await listener.start(port: port) { request, answer in
            answer(self.answer(to: request))
        }
    }

    func stop() async {
        await listener.stop(within: .seconds(1))
    }

    private func answer(to request: ArrivedRequest) -> WholeAnswer {
        do throws(Problem) {
            return Self.json(.ok, try document(for: request))
        } catch {
            return Self.json(error.status, ["error": .string(error.message)])
        }
    }

    private func document(for request: ArrivedRequest) throws(Problem) -> JSON {
        let path = request.head.uri.prefix { $0 != "?" }
        let parts = path.split(separator: "/").map { Self.decoded($0) }
        guard parts.prefix(2) == ["v1", "routes"], parts.count <= 4 else {
            throw Problem(status: .notFound, message: "\(path): there is no such path")
        }
        switch (request.head.method, parts.count) {
        case (.GET, 2):
            let uptime = balancer.uptime
            return ["routes": .array(balancer.snapshot.map { document(for: $0, at: uptime) })]
        case (.GET, 3):
            return try document(for: parts[2]) { route throws(TwinBalancer.UnknownRoute) in
                try balancer.route(route)
            }
        case (.PUT, 4) where parts[3] == "weights":
            let (source, target) = try Self.weights(request.body)
            return try document(for: parts[2]) { route throws(TwinBalancer.UnknownRoute) in
                try balancer.setWeights(source: source, target: target, on: route)
            }
        case (_, 4) where parts[3] != "weights":
            throw Problem(status: .notFound, message: "\(path): there is no such path")
        default:
            let message = "\(path) does not know the method \(request.head.method.rawValue)"
            throw Problem(status: .methodNotAllowed, message: message)
        }
    }

    private func document(
        for id: String,
        _ body: (String) throws(TwinBalancer.UnknownRoute) -> BalancerRoute
    ) throws(Problem) -> JSON {
        do {
            return document(for: try body(id.lowercased()), at: balancer.uptime)
        } catch {
            throw Problem(status: .notFound, message: error.description)
        }
    }

    private func document(for route: BalancerRoute, at uptime: Duration) -> JSON {
        [
            "id": .string(route.id),
            "instance": .string(balancer.instance),
            "uptimeNanoseconds": .int(uptime.nanoseconds),
            "requested": Self.document(for: route.requested),
            "active": Self.document(for: route.active),
            "backends": [
                "source": Self.document(for: route.source),
                "target": Self.document(for: route.target),
            ],
        ]
    }

    private static func document(for weights: BalancerWeights) -> JSON {
        [
            "source": .int(weights.source), "target": .int(weights.target),
            "generation": .int(weights.generation),
        ]
    }

    private static func document(for counts: BalancerCounts) -> JSON {
        let answered = counts.answered.enumerated().map { ("\($0 + 1)xx", JSON.int($1)) }
        let buckets = zip(LatencyBuckets.bounds, counts.latency.counts).filter { $1 > 0 }
        return [
            "requests": .int(counts.requests),
            "inFlight": .int(counts.inFlight),
            "answered": .object(Dictionary(answered, uniquingKeysWith: { first, _ in first })),
            "unanswered": [
                "refused": .int(counts.refused), "broken": .int(counts.broken),
                "timedOut": .int(counts.timedOut),
            ],
            "latency": [
                "count": .int(counts.latency.count),
                "sumNanoseconds": .int(counts.latency.sumNanoseconds),
                "buckets": .array(
                    buckets.map { ["upToMicroseconds": .int($0), "count": .int($1)] }
                ),
            ],
        ]
    }

    private static func weights(_ body: ByteBuffer?) throws(Problem) -> (source: Int, target: Int) {
        let bytes = body.map { Array($0.readableBytesView) } ?? []
        let document: JSON
        do throws(JSONParseError) { document = try JSON.parse(bytes) } catch {
            throw Problem(status: .badRequest, message: "the body is no JSON: \(error)")
        }
        let range = 0...TwinBalancer.weightMax
        guard document.object?.count == 2, let source = document["source"]?.int,
            let target = document["target"]?.int, range.contains(source), range.contains(target)
        else {
            let message = #"the body must be {"source": W, "target": W} with whole W from 0 to 256"#
            throw Problem(status: .badRequest, message: message)
        }
        return (source, target)
    }

    private static func json(_ status: HTTPResponseStatus, _ document: JSON) -> WholeAnswer {
        WholeAnswer(
            status: status,
            headers: ["content-type": "application/json"],
            body: ByteBuffer(bytes: document.encoded())
        )
    }

    /// Undoes percent-encoding; what is not well encoded stays as it is.
    private static func decoded(_ text: Substring) -> String {
        guard text.contains("%") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = String(Substring(rest.prefix(2)))
            if byte == 0x25, digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
