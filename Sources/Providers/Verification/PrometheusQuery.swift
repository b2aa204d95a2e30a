import HTTPTransport
import JSONValues
import MigrationModel
import MigrationPorts

/// Puts an instant query to a Prometheus, as its HTTP API has it (`POST /api/v1/query`).
package struct PrometheusQuery: Sendable {
    private static let timeout = Duration.seconds(10)
    /// What a query of a gate gives is a few numbers.
    private static let answerMax = 1 << 20
    private static let seriesShownMax = 3
    private static let labelsShownMax = 120

    private let transport: any HTTPTransport
    private let pathPrefix: String
    private let token: @Sendable () throws -> Secret<String>?

    /// `token` is asked each time, for those that are renewed; it gives nil where none is needed.
    package init(
        transport: any HTTPTransport,
        pathPrefix: String = "",
        token: @escaping @Sendable () throws -> Secret<String>? = { nil }
    ) {
        self.transport = transport
        self.pathPrefix = pathPrefix
        self.token = token
    }

    /// Looks once: within the bounds holds, outside of them is broken, and what gives no number is
    /// waited for.
    func check(_ gate: MetricGate) async throws(ProviderError) -> ConditionState {
        let data = try await ask(gate)
        let series = try Series.all(in: data, gate)
        guard !series.isEmpty else {
            return .waiting(seen: "\(gate.name): the query gives nothing, which passes no gate")
        }
        let unknown = series.filter { $0.value.isNaN }
        let outside = series.filter { !$0.value.isNaN && !gate.admits($0.value) }
        if !outside.isEmpty {
            return .broken(
                seen: "\(gate.name): \(shown(outside)), and \(gate.bounds) is wanted"
            )
        }
        if !unknown.isEmpty {
            return .waiting(seen: "\(gate.name): \(shown(unknown)), which passes no gate")
        }
        return .holds
    }

    private func shown(_ series: [Series]) -> String {
        let first = series.prefix(PrometheusQuery.seriesShownMax).map { one in
            one.labels.isEmpty
                ? one.text : "\(one.text) of \(one.labels.cut(to: Self.labelsShownMax))"
        }
        let rest = series.count - first.count
        return first.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    // MARK: - The request

    private func ask(_ gate: MetricGate) async throws(ProviderError) -> JSON {
        var request = HTTPRequest(
            method: "POST",
            target: "\(pathPrefix)/api/v1/query",
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Array("query=\(gate.query.formEncoded)".utf8)
        )
        if let token = try bearer(gate) {
            request.headers["Authorization"] = "Bearer \(token.reveal())"
        }
        let status: Int
        let bytes: [UInt8]
        do {
            let response = try await transport.send(request, timeout: PrometheusQuery.timeout)
            status = response.status
            bytes = try await response.body.collect(sizeMax: PrometheusQuery.answerMax)
        } catch {
            throw .unavailable(reason: "\(gate.name): \(gate.url): \(error)", retryAfter: nil)
        }
        let answer = parsed(bytes)
        switch status {
        case 200:
            guard let data = answer?["data"], answer?["status"]?.string == "success" else {
                throw .rejected(
                    reason: "\(gate.name): \(gate.url) does not answer as Prometheus does"
                )
            }
            return data
        case 401, 403:
            throw .rejected(
                reason: "\(gate.name): \(gate.url) refuses us with \(status); state a token as "
                    + "tokenFile or tokenVariable"
            )
        case 429, 500...:
            throw .unavailable(
                reason: "\(gate.name): \(gate.url) answered \(status)",
                retryAfter: nil
            )
        default:
            let problem = answer?["error"]?.string.map { ": \($0.cut(to: 200))" } ?? ""
            throw .rejected(reason: "\(gate.name): \(gate.url) answered \(status)\(problem)")
        }
    }

    private func bearer(_ gate: MetricGate) throws(ProviderError) -> Secret<String>? {
        do {
            return try token()
        } catch {
            throw .rejected(reason: "\(gate.name): \(error)")
        }
    }

    private func parsed(_ bytes: [UInt8]) -> JSON? {
        do {
            return try JSON.parse(bytes)
        } catch {
            // What is no JSON is no answer of a Prometheus: the status tells the rest.
            return nil
        }
    }
}

/// One number of an answer, and whose it is.
private struct Series {
    let labels: String
    let text: String
    let value: Double

    static func all(in data: JSON, _ gate: MetricGate) throws(ProviderError) -> [Series] {
        switch data["resultType"]?.string {
        case "vector":
            var all: [Series] = []
            for element in data["result"]?.array ?? [] {
                all.append(try Series(element["value"], labels: element["metric"], gate))
            }
            return all.sorted { $0.labels < $1.labels }
        case "scalar": return [try Series(data["result"], labels: nil, gate)]
        case let other:
            throw .rejected(
                reason:
                    "\(gate.name): the query gives \(other ?? "nothing known"), and a gate needs "
                    + "an instant vector or a scalar"
            )
        }
    }

    /// A sample is a time and a text: `[1435781451.781, "1"]`.
    private init(_ sample: JSON?, labels: JSON?, _ gate: MetricGate) throws(ProviderError) {
        guard let parts = sample?.array, parts.count == 2, let text = parts[1].string,
            let value = Series.number(text)
        else {
            throw .rejected(reason: "\(gate.name): \(gate.url) gives a sample that is no number")
        }
        self.text = text
        self.value = value
        let members = labels?.object ?? [:]
        self.labels =
            members.isEmpty
            ? ""
            : "{"
                + members.map { "\($0.key)=\"\($0.value.string ?? "")\"" }
                .joined(separator: ", ") + "}"
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: Double(text)
        }
    }
}

extension String {
    /// As a form of a request has it.
    fileprivate var formEncoded: String {
        let digits = Array("0123456789ABCDEF")
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return text
    }
}
