import HTTPTransport
import JSONValues
import YAMLDocuments

/// Plays scenarios against one server and notes what it answers.
struct ContractExchange {
    let transport: any HTTPTransport
    /// Who we are; nil for a server that does not ask.
    let token: String?
    /// Lets the server's controllers work, where nothing else does.
    let settle: @Sendable () -> Void
    /// How long one answer may take.
    private let timeout = Duration.seconds(30)
    /// How often an answer that needs controllers is asked for.
    private let asksMax = 100

    init(
        transport: any HTTPTransport,
        token: String? = nil,
        settle: @escaping @Sendable () -> Void = {}
    ) {
        self.transport = transport
        self.token = token
        self.settle = settle
    }

    /// What the server answers to a whole scenario.
    func play(_ scenario: Scenario) async throws -> Recording {
        var known = ["ns": scenario.namespace]
        let namespace: JSON = ["metadata": ["name": .string(scenario.namespace)]]
        _ = try await send("POST", "/api/v1/namespaces", body: namespace.encoded())
        settle()
        var answers: [Recording.Answer] = []
        for step in scenario.steps {
            var (answer, body) = try await ask(step, known)
            var asks = 1
            while let until = step.until, answer["status"] != .int(until), asks < asksMax {
                try await Task.sleep(for: .milliseconds(100))
                (answer, body) = try await ask(step, known)
                asks += 1
            }
            remember(body, in: &known)
            answers.append(Recording.Answer(step: step.name, value: answer))
        }
        return Recording(scenario: scenario.name, answers: answers)
    }

    private func ask(
        _ step: Scenario.Step,
        _ known: [String: String]
    ) async throws -> (answer: JSON, body: JSON) {
        let body = String(decoding: step.body, as: UTF8.self)
        let response = try await send(
            step.method,
            filled(step.target, known),
            type: step.body.isEmpty ? nil : step.contentType,
            accept: step.accept,
            body: Array(filled(body, known).utf8)
        )
        settle()
        let values = try await values(of: response, eventsMax: step.events)
        var answer: JSON = ["status": .int(response.status)]
        answer["type"] = response.headers["Content-Type"].map { .string($0) }
        let warnings = response.headers.values(of: "Warning")
        if !warnings.isEmpty { answer["warnings"] = .array(warnings.map { .string($0) }) }
        let whole = step.events == nil ? values.first ?? .null : .array(values)
        answer["body"] = kept(of: Normalisation.normalised(whole), step.keep)
        return (answer, whole)
    }

    private func send(
        _ method: String,
        _ target: String,
        type: String? = "application/json",
        accept: String? = nil,
        body: [UInt8] = []
    ) async throws -> HTTPResponse {
        var headers: HTTPHeaders = ["User-Agent": "contract/1.0"]
        headers.add("Accept", accept ?? "application/json")
        if let type { headers.add("Content-Type", type) }
        if let token { headers.add("Authorization", "Bearer \(token)") }
        return try await transport.send(
            HTTPRequest(method: method, target: target, headers: headers, body: body),
            timeout: timeout
        )
    }

    /// The JSON values of a body: one, or the events of a watch.
    private func values(of response: HTTPResponse, eventsMax: Int?) async throws -> [JSON] {
        guard let eventsMax, response.status == 200, case .stream(let chunks) = response.body else {
            let bytes = try await response.body.collect(sizeMax: 16 << 20)
            if response.headers["Content-Type"] == "application/yaml" {
                return try YAMLDocuments.parse(bytes).map(\.json)
            }
            do {
                return bytes.isEmpty ? [] : [try JSON.parse(bytes)]
            } catch {
                return [.string(String(decoding: bytes, as: UTF8.self))]
            }
        }
        var pending: [UInt8] = []
        var events: [JSON] = []
        for try await chunk in chunks {
            pending += chunk
            while let end = pending.firstIndex(of: 0x0A) {
                events.append(try JSON.parse(Array(pending[..<end])))
                pending.removeSubrange(...end)
            }
            if events.count >= eventsMax { break }
        }
        return Array(events.prefix(eventsMax))
    }

    private func kept(of value: JSON, _ paths: [[String]]) -> JSON {
        guard !paths.isEmpty else { return value }
        var kept = JSON.emptyObject
        for path in paths { kept[path.joined(separator: ".")] = value.at(path) }
        return kept
    }

    /// Notes the uid and version of the object that an answer holds, and the token of a page.
    private func remember(_ body: JSON, in known: inout [String: String]) {
        if let token = body.at("metadata", "continue")?.string { known["continue"] = token }
        let version = body.at("metadata", "resourceVersion")?.string
        guard let name = body.at("metadata", "name")?.string else {
            known["rv:list"] = version ?? known["rv:list"]
            return
        }
        known["uid:\(name)"] = body.at("metadata", "uid")?.string
        known["rv:\(name)"] = version
        // The first version stays at hand, for writes that come too late.
        if let version { known["first:\(name)"] = known["first:\(name)"] ?? version }
    }

    private func filled(_ text: String, _ known: [String: String]) -> String {
        known.keys.sorted().reduce(text) { text, key in
            text.replacing("{{\(key)}}", with: known[key] ?? "")
        }
    }
}
