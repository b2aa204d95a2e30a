import HTTPTransport
import JSONValues
import MigrationModel
import MigrationPorts

/// Moves traffic at the rehearsal twin's own balancer, over its control API.
///
/// `docs/twin-balancer.md` says what it speaks. The API has no precondition, so a driver that lost
/// its lease could still write a weight: the engine waits out lease and deadline before it takes
/// over, reads back and observes.
package struct TwinTraffic: TrafficProvider {
    /// No answer of the control API is larger.
    private static let answerMax = 1 << 20

    private let control: any HTTPTransport
    private let front: (any HTTPTransport)?
    private let timeout: Duration

    /// `control` leads to the control API, `front` to where requests are taken; without it, idle
    /// routes cannot be probed.
    package init(
        control: any HTTPTransport,
        front: (any HTTPTransport)?,
        timeout: Duration = .seconds(5)
    ) {
        self.control = control
        self.front = front
        self.timeout = timeout
    }

    package func routes() async throws(ProviderError) -> [RouteID] {
        let answer = try await call("GET", "/v1/routes")
        guard let routes = answer["routes"]?.array else { throw senseless("it lists no routes") }
        return routes.compactMap { $0["id"]?.string.map(RouteID.init) }.sorted()
    }

    package func requestedWeight(
        of route: RouteID
    ) async throws(ProviderError) -> RequestedWeight {
        let weights = try weights(in: try await call("GET", path(route)), of: route)
        return RequestedWeight(
            weight: weights.share,
            native: "\(weights.source)/\(weights.target)"
        )
    }

    package func setWeight(
        _ weight: Weight,
        on route: RouteID
    ) async throws(ProviderError) {
        try await put(
            Weights(source: 100 - weight.percent, target: weight.percent),
            on: route
        )
    }

    package func restore(
        _ requested: RequestedWeight,
        on route: RouteID
    ) async throws(ProviderError) {
        let numbers = requested.native.split(separator: "/").compactMap { Int($0) }
        guard numbers.count == 2 else {
            throw .rejected(reason: "route \(route): \"\(requested.native)\" are no weights")
        }
        try await put(Weights(source: numbers[0], target: numbers[1]), on: route)
    }

    package func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters {
        let answer = try await call("GET", path(route))
        guard let source = answer.at("backends", "source"),
            let target = answer.at("backends", "target"), let instance = answer["instance"]?.string
        else { throw senseless("it has no counters of route \(route)") }
        return RouteCounters(
            source: try site(source, route),
            target: try site(target, route),
            incarnation: instance
        )
    }

    package func probe(
        _ route: RouteID,
        path: String
    ) async throws(ProviderError) -> SiteRole? {
        guard let front else { return nil }
        let request = HTTPRequest(method: "GET", target: path, headers: ["Host": route.text])
        do {
            let response = try await front.send(request, timeout: timeout)
            _ = try await response.body.collect(sizeMax: TwinTraffic.answerMax)
            return response.headers["x-twin-entry"].flatMap(SiteRole.init(rawValue:))
        } catch {
            throw .unavailable(
                reason: "the balancer did not answer for route \(route): \(error)",
                retryAfter: nil
            )
        }
    }

    // MARK: - Weights

    /// As the balancer has them: two parts of a whole that is their sum.
    private struct Weights: Equatable {
        var source: Int
        var target: Int

        var share: Weight {
            let sum = source + target
            guard sum > 0, let weight = Weight(percent: (target * 100 + sum / 2) / sum) else {
                return .none
            }
            return weight
        }
    }

    private func put(_ weights: Weights, on route: RouteID) async throws(ProviderError) {
        let body: JSON = ["source": .int(weights.source), "target": .int(weights.target)]
        let answer = try await call("PUT", path(route) + "/weights", body: body)
        guard try self.weights(in: answer, of: route) == weights else {
            throw .unknown(reason: "route \(route): the balancer reads back other weights")
        }
    }

    private func weights(in answer: JSON, of route: RouteID) throws(ProviderError) -> Weights {
        guard let source = answer.at("requested", "source")?.int,
            let target = answer.at("requested", "target")?.int
        else { throw senseless("it has no weights of route \(route)") }
        return Weights(source: source, target: target)
    }

    private func site(
        _ backend: JSON,
        _ route: RouteID
    ) throws(ProviderError) -> RouteCounters.Site {
        guard let requests = backend["requests"]?.int, let inFlight = backend["inFlight"]?.int,
            let unanswered = backend["unanswered"]?.object,
            let latency = backend.at("latency", "sumNanoseconds")?.int
        else { throw senseless("it has no counters of route \(route)") }
        let failures =
            (backend.at("answered", "5xx")?.int ?? 0)
            + unanswered.values.compactMap(\.int).reduce(0, +)
        return RouteCounters.Site(
            requests: requests,
            failures: failures,
            inFlight: inFlight,
            latencySumMicroseconds: latency / 1_000
        )
    }

    // MARK: - Calling

    private func path(_ route: RouteID) -> String {
        let safe = route.text.utf8.map { byte -> String in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
            if isPlain { return String(UnicodeScalar(byte)) }
            let hex = String(byte, radix: 16, uppercase: true)
            return "%" + (hex.count == 1 ? "0" : "") + hex
        }
        return "/v1/routes/" + safe.joined()
    }

    private func call(
        _ method: String,
        _ target: String,
        body: JSON? = nil
    ) async throws(ProviderError) -> JSON {
        var request = HTTPRequest(
            method: method,
            target: target,
            headers: ["Accept": "application/json"]
        )
        if let body {
            request.headers["Content-Type"] = "application/json"
            request.body = body.encoded()
        }
        let response: HTTPResponse
        do {
            response = try await control.send(request, timeout: timeout)
        } catch {
            switch error {
            case .notSent(let reason):
                throw .unavailable(reason: "the balancer: \(reason)", retryAfter: nil)
            case .broken, .timedOut, .cancelled: throw .unknown(reason: "the balancer: \(error)")
            }
        }
        let answer: JSON
        do {
            answer = try JSON.parse(
                try await response.body.collect(sizeMax: TwinTraffic.answerMax)
            )
        } catch {
            throw .unknown(reason: "the balancer's answer cannot be read: \(error)")
        }
        guard response.status == 200 else {
            let problem = answer["error"]?.string ?? "status \(response.status)"
            if response.status >= 500 { throw .unknown(reason: "the balancer: \(problem)") }
            throw .rejected(reason: "the balancer: \(problem)")
        }
        return answer
    }

    private func senseless(_ problem: String) -> ProviderError {
        .rejected(reason: "the balancer's answer makes no sense: \(problem)")
    }
}
