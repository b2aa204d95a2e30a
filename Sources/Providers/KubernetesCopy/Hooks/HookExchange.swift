import HTTPTransport
import JSONValues
import KubernetesObjects
import MigrationModel

/// A request that can be sent, also more than once.
struct HookExchange: Sendable {
    /// What an answer means.
    enum Answer: Sendable, Equatable {
        case expected
        /// It may become an expected one.
        case notYet(String)
        /// It says that it never will.
        case inVain(String)
    }

    /// What CI servers answer is short.
    private static let answerSizeMax = 1 << 20

    private let call: CopyHook.HTTPCall
    private let origin: HTTPOrigin
    private let target: String
    private let transport: any HTTPTransport
    private let headers: HTTPHeaders

    init(
        _ call: CopyHook.HTTPCall,
        for hook: CopyHook,
        variables: [String: String],
        _ transport: @Sendable (HTTPOrigin) throws -> any HTTPTransport
    ) throws {
        guard let scheme = call.url.firstRange(of: "://") else {
            throw CopyHookProblem(hook, "its URL has no scheme")
        }
        let authority = call.url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        let target = call.url[authority.endIndex...]
        do {
            origin = try HTTPBaseURL(parsing: String(call.url[..<authority.endIndex])).origin
        } catch {
            throw CopyHookProblem(hook, "its URL cannot be used: \(error)")
        }
        var headers: [(name: String, value: String)] = []
        for (name, variable) in call.headers.sorted(by: { $0.key < $1.key }) {
            guard let value = HookExchange.value(of: variable, in: variables) else {
                throw CopyHookProblem(hook, "the variable \(variable) holds no value for a header")
            }
            headers.append((name, value))
        }
        if call.body != nil { headers.append(("Content-Type", "application/json")) }
        self.headers = HTTPHeaders(headers)
        self.call = call
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
        self.transport = try transport(origin)
    }

    /// Nil for a variable that is not there, or whose value cannot stand in a header.
    static func value(of variable: String, in variables: [String: String]) -> String? {
        guard let value = variables[variable], !value.isEmpty,
            value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        return value
    }

    /// What was seen is told without the path and the query, which may hold a token.
    func perform(timeout: Duration) async throws -> Answer {
        do {
            let request = HTTPRequest(
                method: call.method,
                target: target,
                headers: headers,
                body: call.body?.encoded() ?? []
            )
            let response = try await transport.send(request, timeout: timeout)
            let body = try await response.body.collect(sizeMax: HookExchange.answerSizeMax)
            let isExpected =
                call.expected.isEmpty
                ? (200...299).contains(response.status) : call.expected.contains(response.status)
            guard isExpected else { return .notYet("\(origin) answered \(response.status)") }
            return call.until.map { judge(body, by: $0) } ?? .expected
        } catch let error as TransportError where error != .cancelled {
            return .notYet("\(origin): \(error)")
        }
    }

    private func judge(_ body: [UInt8], by condition: CopyHook.AnswerCondition) -> Answer {
        let json: JSON
        do {
            json = try JSON.parse(body)
        } catch {
            return .notYet("what \(origin) answered is no JSON")
        }
        guard let found = word(at: condition.pointer, in: json) else {
            return .notYet("what \(origin) answered says nothing at \(condition.pointer)")
        }
        if condition.success.contains(found) { return .expected }
        let seen = "\(origin) says at \(condition.pointer): \(found.prefix(80))"
        return condition.failure.contains(found) ? .inVain(seen) : .notYet(seen)
    }

    /// A text, a number, true or false as it is written; nil for anything else.
    private func word(at pointer: String, in json: JSON) -> String? {
        var place: JSON? = json
        for token in JSONPointer(pointer).tokens {
            place = Int(token).flatMap { place?[$0] } ?? place?[token]
        }
        switch place {
        case .string(let text): return text
        case .number, .bool: return place?.text()
        case .null, .array, .object, nil: return nil
        }
    }
}
