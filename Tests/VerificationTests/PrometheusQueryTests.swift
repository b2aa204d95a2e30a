import HTTPTransport
import MigrationModel
import MigrationPorts
import Testing
import Verification

/// What a gate makes of the answers of a Prometheus.
@Suite struct PrometheusQueryTests {
    private let gate = MetricGate(
        name: "lag",
        url: "http://prometheus.example",
        query: "max(kafka_lag{group=\"a b\"}) > 0",
        max: 100
    )

    private func check(
        _ server: Server,
        _ gate: MetricGate? = nil,
        token: String? = nil
    ) async throws(ProviderError) -> ConditionState {
        let gate = gate ?? self.gate
        let query = PrometheusQuery(transport: server.transport, pathPrefix: "/prom") {
            token.map(Secret.init)
        }
        return try await SiteVerifier(metrics: [gate.name: query], programs: .none).check(
            .metric(gate: gate)
        )
    }

    private static func vector(_ samples: String...) -> Server {
        Server(
            """
            {"status":"success","data":{"resultType":"vector","result":[\
            \(samples.joined(separator: ","))]}}
            """
        )
    }

    private static func sample(_ value: String, _ labels: String = "{}") -> String {
        "{\"metric\":\(labels),\"value\":[1435781451.781,\"\(value)\"]}"
    }

    @Test func `a number within the bounds holds, and one outside is broken and shown`()
        async throws
    {
        #expect(try await check(Self.vector(Self.sample("100"))) == .holds)
        #expect(
            try await check(Self.vector(Self.sample("100.5", "{\"topic\":\"t\",\"app\":\"a\"}")))
                == .broken(
                    seen: "lag: 100.5 of {app=\"a\", topic=\"t\"}, and at most 100 is wanted"
                )
        )
        #expect(
            try await check(Self.vector(Self.sample("+Inf")))
                == .broken(seen: "lag: +Inf, and at most 100 is wanted")
        )
        let scalar = Server(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"7\"]}}"
        )
        #expect(try await check(scalar) == .holds)
    }

    @Test func `each of the series must be within the bounds`() async throws {
        let server = Self.vector(
            Self.sample("1", "{\"a\":\"1\"}"),
            Self.sample("900", "{\"a\":\"2\"}")
        )
        #expect(
            try await check(server)
                == .broken(seen: "lag: 900 of {a=\"2\"}, and at most 100 is wanted")
        )
    }

    @Test func `what is no number is waited for, and never passes`() async throws {
        #expect(
            try await check(Self.vector())
                == .waiting(seen: "lag: the query gives nothing, which passes no gate")
        )
        #expect(
            try await check(Self.vector(Self.sample("NaN")))
                == .waiting(seen: "lag: NaN, which passes no gate")
        )
    }

    @Test func `the query arrives as it was written`() async throws {
        let server = Self.vector(Self.sample("1"))
        _ = try await check(server)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/prom/api/v1/query")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "query=max%28kafka_lag%7Bgroup%3D%22a%20b%22%7D%29%20%3E%200"
        )
        #expect(request.headers["Authorization"] == nil)
    }

    @Test func `the token goes to the server and into no message`() async throws {
        let token = "very-secret-token"
        let server = Self.vector(Self.sample("1000"))
        let state = try await check(server, token: token)
        #expect(server.requests.first?.headers["Authorization"] == "Bearer \(token)")
        #expect(!"\(state)".contains(token))
        let refusing = Server(status: 401, "no")
        await #expect(
            throws: ProviderError.rejected(
                reason: "lag: http://prometheus.example refuses us with 401; state a token as "
                    + "tokenFile or tokenVariable"
            )
        ) { try await check(refusing, token: token) }
    }

    @Test func `a query that is wrong is refused, and a server that is busy is asked again`() async
    {
        let wrong = Server(
            status: 400,
            "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}"
        )
        await #expect(
            throws: ProviderError.rejected(
                reason: "lag: http://prometheus.example answered 400: parse error"
            )
        ) { try await check(wrong) }
        await #expect(
            throws: ProviderError.unavailable(
                reason: "lag: http://prometheus.example answered 503",
                retryAfter: nil
            )
        ) { try await check(Server(status: 503, "busy")) }
        let matrix = Server(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}"
        )
        await #expect(
            throws: ProviderError.rejected(
                reason:
                    "lag: the query gives matrix, and a gate needs an instant vector or a scalar"
            )
        ) { try await check(matrix) }
        await #expect(throws: ProviderError.self) { try await check(Server("<html>")) }
    }

    @Test func `a gate that the file names no more is refused`() async {
        let verifier = SiteVerifier(programs: .none)
        await #expect(throws: ProviderError.self) {
            try await verifier.check(.metric(gate: gate))
        }
    }
}
