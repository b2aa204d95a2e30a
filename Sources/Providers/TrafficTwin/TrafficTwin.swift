import HTTPTransport
import JSONValues
import MigrationModel
import MigrationPorts

/// Moves traffic at the rehearsal twin's own balancer, over its control API.
package struct TrafficTwin: TrafficProvider {
    /// The most that an answer may hold: a thousand routes with their latency buckets.
    private static let answerBytesMax = 16 << 20

    private let transport: any HTTPTransport
    private let front: (any HTTPTransport)?
    private let hosts: [RouteID: String]
    private let timeout: Duration

    /// Sends nothing yet.
    ///
    /// `transport` leads to the balancer's control listener, `front` to where it takes requests;
    /// without that, idle routes cannot be probed. `hosts` has the host of each route that is not
    /// called by it.
    package init(
        transport: any HTTPTransport,
        front: (any HTTPTransport)? = nil,
        hosts: [RouteID: String] = [:],
        timeout: Duration = .seconds(5)
    ) {
        self.transport = transport
        self.front = front
        self.hosts = hosts
        self.timeout = timeout
    }

    package func routes() async throws(ProviderError) -> [RouteID] {
        let answer = try await call("GET", "/v1/routes")
        guard let routes = answer["routes"]?.array else { throw unreadable("/v1/routes") }
        return routes.compactMap { $0["id"]?.string.map { RouteID($0) } }.sorted()
    }

    package func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        let weights = try weights(in: try await read(route), of: route)
        guard let weight = weights.share else {
            throw .rejected(
                reason: "route \(route): both sites have weight 0; give the source a weight"
            )
        }
        return RequestedWeight(weight: weight, native: weights.text)
    }

    package func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError) {
        try await put(
            TwinWeights(source: 100 - weight.percent, target: weight.percent),
            on: route
        )
    }

    package func restore(
        _ requested: RequestedWeight,
        on route: RouteID
    ) async throws(ProviderError) {
        guard let weights = TwinWeights(requested.native) else {
            throw .rejected(
                reason:
                    "route \(route): the recorded weights \"\(requested.native)\" cannot be read"
            )
        }
        try await put(weights, on: route)
    }

    package func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters {
        let answer = try await read(route)
        guard let instance = answer["instance"]?.string,
            let source = site(answer.at("backends", "source")),
            let target = site(answer.at("backends", "target"))
        else { throw unreadable("route \(route)") }
        return RouteCounters(source: source, target: target, incarnation: instance)
    }

    /// Sent to the balancer's front with the route's host; the control API sends no requests.
    package func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        guard let front else { return nil }
        let request = HTTPRequest(
            method: "GET",
            target: path,
            headers: ["Host": hosts[route] ?? route.text]
        )
        do {
            let response = try await front.send(request, timeout: timeout)
            _ = try await response.body.collect(sizeMax: Self.answerBytesMax)
            return response.headers["x-twin-entry"].flatMap(SiteRole.init(rawValue:))
        } catch {
            throw .unavailable(
                reason: "the balancer did not answer for route \(route): \(error)",
                retryAfter: nil
            )
        }
    }

    private func site(_ backend: JSON?) -> RouteCounters.Site? {
        guard let backend, let requests = backend["requests"]?.int,
            let inFlight = backend["inFlight"]?.int,
            let unanswered = backend["unanswered"]?.object
        else { return nil }
        let failures = unanswered.values.compactMap(\.int).reduce(0, +)
        return RouteCounters.Site(
            requests: requests,
            failures: failures + (backend.at("answered", "5xx")?.int ?? 0),
            inFlight: inFlight,
            latencySumMicroseconds: backend.at("latency", "sumNanoseconds")?.int
                .map { $0 / 1_000 }
        )
    }

    // MARK: - Calls

    private func put(_ weights: TwinWeights, on route: RouteID) async throws(ProviderError) {
        let answer = try await call(
            "PUT",
            "/v1/routes/\(route.text.percentEncoded)/weights",
            body: ["source": .int(weights.source), "target": .int(weights.target)]
        )
        guard try self.weights(in: answer, of: route) == weights else {
            throw .unknown(
                reason: "route \(route): asked for \(weights.text), read back something else"
            )
        }
    }

    private func read(_ route: RouteID) async throws(ProviderError) -> JSON {
        try await call("GET", "/v1/routes/\(route.text.percentEncoded)")
    }

    private func weights(in answer: JSON, of route: RouteID) throws(ProviderError) -> TwinWeights {
        guard let source = answer.at("requested", "source")?.int,
            let target = answer.at("requested", "target")?.int
        else { throw unreadable("route \(route)") }
        return TwinWeights(source: source, target: target)
    }

    private func call(
        _ method: String,
        _ target: String,
        body: JSON? = nil
    ) async throws(ProviderError) -> JSON {
        let isWrite = method != "GET"
        let response: HTTPResponse
        let bytes: [UInt8]
        do {
            response = try await transport.send(
                HTTPRequest(
                    method: method,
                    target: target,
                    headers: ["content-type": "application/json"],
                    body: body?.encoded() ?? []
                ),
                timeout: timeout
            )
        } catch {
            if case .notSent = error {
                throw .unavailable(reason: "the balancer: \(error)", retryAfter: nil)
            }
            throw lost("\(error)", isWrite: isWrite)
        }
        do {
            bytes = try await response.body.collect(sizeMax: TrafficTwin.answerBytesMax)
        } catch {
            throw lost("\(error)", isWrite: isWrite)
        }
        return try answer(response.status, bytes, target, isWrite: isWrite)
    }

    private func answer(
        _ status: Int,
        _ bytes: [UInt8],
        _ target: String,
        isWrite: Bool
    ) throws(ProviderError) -> JSON {
        let json: JSON
        do {
            json = try JSON.parse(bytes)
        } catch {
            throw lost("its answer is no JSON: \(error)", isWrite: isWrite)
        }
        switch status {
        case 200..<300: return json
        case 400..<500:
            throw .rejected(
                reason: "the balancer refused \(target): \(json["error"]?.string ?? "\(status)")"
            )
        default: throw lost("it answered \(status)", isWrite: isWrite)
        }
    }

    /// An answer that is lost leaves a write in doubt, and a read to be tried again.
    private func lost(_ reason: String, isWrite: Bool) -> ProviderError {
        isWrite
            ? .unknown(reason: "the balancer: \(reason)")
            : .unavailable(reason: "the balancer: \(reason)", retryAfter: nil)
    }

    private func unreadable(_ what: String) -> ProviderError {
        .rejected(reason: "the balancer's answer for \(what) is not the one that is documented")
    }
}

/// The weights of a route as the balancer states them.
struct TwinWeights: Equatable {
    var source: Int
    var target: Int

    init(source: Int, target: Int) {
        self.source = source
        self.target = target
    }

    /// Reads what `text` wrote.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let source = parts[0], let target = parts[1] else { return nil }
        self.init(source: source, target: target)
    }

    var text: String { "\(source)/\(target)" }

    /// The target's share in whole percent; none and all only when they are exactly so.
    var share: Weight? { Weight(source: source, target: target) }
}

extension String {
    /// As one segment of a path.
    var percentEncoded: String {
        utf8.map { byte in
            let isPlain: Bool =
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-._~".utf8.contains(byte)
                }
            if isPlain { return String(UnicodeScalar(byte)) }
            let hex = String(byte, radix: 16, uppercase: true)
            return hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
        }.joined()
    }
}
