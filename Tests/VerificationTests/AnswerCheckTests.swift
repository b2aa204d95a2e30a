import HTTPTransport
import MigrationModel
import MigrationPorts
import Testing
import Verification

/// What is told of answers that differ, and what is not.
@Suite struct AnswerCheckTests {
    private func comparison(
        _ change: (inout AnswerComparison) -> Void = { _ in }
    ) -> AnswerComparison {
        var comparison = AnswerComparison(
            route: RouteID("shop.example"),
            host: "shop.example",
            paths: ["/api"]
        )
        change(&comparison)
        return comparison
    }

    private func check(
        _ source: Server,
        _ target: Server,
        _ change: (inout AnswerComparison) -> Void = { _ in }
    ) async throws(ProviderError) -> ConditionState {
        let verifier = SiteVerifier(
            entries: [.source: source.transport, .target: target.transport],
            programs: .none
        )
        return try await verifier.check(.sameAnswers(comparison: comparison(change)))
    }

    private func seen(
        _ source: String,
        _ target: String,
        _ change: (inout AnswerComparison) -> Void = { _ in }
    ) async throws -> String? {
        guard case .waiting(let seen) = try await check(Server(source), Server(target), change)
        else { return nil }
        return seen
    }

    @Test func `both entries are asked for the same, with the host of the route`() async throws {
        let (source, target) = (Server("{}"), Server("{}"))
        #expect(
            try await check(source, target) {
                $0.paths = ["/a?b=c", "/d"]
                $0.method = "HEAD"
            } == .holds
        )
        for server in [source, target] {
            #expect(server.requests.map(\.target) == ["/a?b=c", "/d"])
            #expect(server.requests.map(\.method) == ["HEAD", "HEAD"])
            #expect(server.requests.map { $0.headers["Host"] } == ["shop.example", "shop.example"])
        }
    }

    @Test func `another status and another chosen header are told`() async throws {
        let source = Server(headers: ["Content-Type": "text/html", "Date": "1"], "x")
        let target = Server(
            status: 500,
            headers: ["Content-Type": "application/json", "Date": "2"],
            "x"
        )
        #expect(
            try await check(source, target) { $0.headers = ["content-type"] }
                == .waiting(
                    seen: "GET shop.example/api: status 200 at the source, 500 at the target; "
                        + "GET shop.example/api: content-type is text/html at the source, "
                        + "application/json at the target"
                )
        )
    }

    @Test func `the order of a body's members means nothing`() async throws {
        #expect(
            try await seen("{\"a\": 1, \"b\": [1, 2]}", "{\"b\":[1,2],\"a\":1}") == nil
        )
    }

    @Test func `what differs in a body is told with its place`() async throws {
        #expect(
            try await seen(
                "{\"items\": [{\"price\": 10, \"tax\": 1}], \"more\": true}",
                "{\"items\": [{\"price\": 12}]}"
            )
                == "GET shop.example/api: body at /items/0/price: 10 at the source, 12 at the target; "
                + "GET shop.example/api: body at /items/0/tax: missing at the target; "
                + "GET shop.example/api: body at /more: missing at the target"
        )
        #expect(
            try await seen("[1,2]", "[1]")
                == "GET shop.example/api: body at its root: 2 elements at the source, 1 at the target"
        )
        #expect(
            try await seen("a\nb", "a\nc")
                == "GET shop.example/api: body at line 2: b at the source, c at the target"
        )
    }

    @Test func `ignored places and replaced pieces do not count`() async throws {
        let source = "{\"at\": \"2026-01-01T10:00\", \"list\": [{\"id\": 1}, {\"id\": 2}]}"
        let target = "{\"at\": \"2026-02-02T11:11\", \"list\": [{\"id\": 8}, {\"id\": 9}]}"
        #expect(try await seen(source, target) != nil)
        #expect(
            try await seen(source, target) { comparison in
                comparison.ignored = ["/list/*/id"]
                comparison.replacements = [
                    BodyReplacement(pattern: "[0-9-]{10}T[0-9:]{5}", with: "then")
                ]
            } == nil
        )
        // A place that is not ignored still counts.
        #expect(try await seen(source, target) { $0.ignored = ["/at", "/list/0"] } != nil)
    }

    @Test func `no credential and nothing long is in what is told`() async throws {
        let secret = "eyJhbGciOiJIUzI1NiJ9"
        let source = Server(headers: ["Set-Cookie": "a=1"], "{\"token\":\"x\",\"v\":\"\(secret)\"}")
        let target = Server(
            headers: ["Set-Cookie": "a=2"],
            "{\"token\":\"y\",\"v\":\"\(String(repeating: "long words ", count: 50))\"}"
        )
        guard
            case .waiting(let seen) = try await check(
                source,
                target,
                { $0.headers = ["Set-Cookie"] }
            )
        else {
            Issue.record("they differ")
            return
        }
        for hidden in [secret, "a=1", "a=2", "\"x\"", "\"y\""] {
            #expect(!seen.contains(hidden), "\(seen)")
        }
        #expect(seen.contains("Set-Cookie is something that is not shown at the source"))
        #expect(seen.count < 400)
    }

    @Test func `many differences are told as a number`() async throws {
        let source = "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}"
        let target = "{\"a\":2,\"b\":2,\"c\":2,\"d\":2,\"e\":2}"
        let seen = try #require(try await seen(source, target))
        #expect(seen.hasSuffix("; and 2 more differences"))
    }

    @Test func `without both entries it is refused with the remedy`() async {
        let verifier = SiteVerifier(
            entries: [.source: Server("").transport],
            programs: .none
        )
        await #expect(throws: ProviderError.self) {
            try await verifier.check(.sameAnswers(comparison: comparison()))
        }
    }
}
