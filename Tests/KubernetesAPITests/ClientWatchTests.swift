import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Synchronization
import Testing

@Suite struct ClientWatchTests {
    private static func event(_ type: String, _ version: Int) -> String {
        #"{"type":"\#(type)","object":{"metadata":{"name":"é\"}{","resourceVersion":"\#(version)"}}}"#
    }

    private static let expired =
        #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#

    /// Everything a watch tells until it ends, and how it ended.
    private func watch(
        _ server: ScriptedServer,
        time: JumpingTime = JumpingTime()
    ) async throws -> (events: [String], error: KubernetesError?) {
        var events: [String] = []
        let watch = try client(server, time: time).watch(
            Kinds.configMap,
            namespace: "n",
            from: "1"
        )
        do {
            for try await event in watch {
                let version = event.object?.resourceVersion ?? ""
                switch event {
                case .added: events.append("added \(version)")
                case .modified: events.append("modified \(version)")
                case .deleted: events.append("deleted \(version)")
                case .expired: events.append("expired")
                }
            }
        } catch {
            return (events, error)
        }
        return (events, nil)
    }

    private func versions(_ server: ScriptedServer) -> [String] {
        server.targets.map { target in
            String(target.split(separator: "resourceVersion=").last ?? "")
        }
    }

    @Test func `events arrive however their bytes are cut`() async throws {
        let text =
            Self.event("ADDED", 2) + "\n" + Self.event("MODIFIED", 3) + Self.event("DELETED", 4)
            + "\n" + Self.expired + "\n"
        let bytes = Array(text.utf8)
        for index in 0...bytes.count {
            let server = ScriptedServer(.chunks([Array(bytes[..<index]), Array(bytes[index...])]))
            let told = try await watch(server)
            #expect(told.events == ["added 2", "modified 3", "deleted 4", "expired"])
        }
        let single = ScriptedServer(.chunks(bytes.map { [$0] }))
        #expect(try await watch(single).events.count == 4)
    }

    @Test func `a bookmark is no event and the watch goes on from it`() async throws {
        let server = ScriptedServer(
            .text(Self.event("ADDED", 2), Self.event("BOOKMARK", 9)),
            .text(Self.event("MODIFIED", 10)),
            .text(Self.expired)
        )
        let told = try await watch(server)
        #expect(told.events == ["added 2", "modified 10", "expired"])
        #expect(versions(server) == ["1", "9", "10"])
        let query = try #require(server.targets.first?.split(separator: "?").last)
        #expect(
            query
                == "watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=1"
        )
    }

    @Test func `each opening asks for five to ten minutes, as drawn`() async throws {
        let server = ScriptedServer(
            .text(Self.event("ADDED", 2)),
            .text(Self.event("ADDED", 3)),
            .text(Self.expired)
        )
        let draws = Mutex([0, 0.5, 0.9999])
        let watch = try client(server, draw: { draws.withLock { $0.removeFirst() } })
            .watch(Kinds.configMap, namespace: "n", from: "1")
        for try await _ in watch {}
        let asked = server.targets.map { target in
            target.split(separator: "&").first { $0.hasPrefix("timeoutSeconds=") } ?? ""
        }
        #expect(asked == ["timeoutSeconds=300", "timeoutSeconds=450", "timeoutSeconds=599"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a stream that is silent beyond its own timeout is opened again`() async throws {
        let time = JumpingTime()
        let server = ScriptedServer { _, index in
            guard index == 0 else { return .text(Self.expired) }
            let (stream, _) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            return .success(HTTPResponse(status: 200, body: .stream(stream)))
        }
        async let outcome = watch(server, time: time)
        await time.passDeadline(.seconds(330))
        let told = try await outcome
        #expect(told.events == ["expired"])
        #expect(versions(server) == ["1", "1"])
    }

    @Test func `a version that is gone ends the watch, as an answer too`() async throws {
        let server = ScriptedServer(.text(Self.event("ADDED", 2)), .refusal(410, "Gone"))
        let told = try await watch(server)
        #expect(told.events == ["added 2", "expired"])
        #expect(told.error == nil)
        #expect(server.requests.count == 2)
    }

    @Test func `busy servers and broken streams are waited out from the same version`() async throws
    {
        let time = JumpingTime()
        let busy =
            #"{"type":"ERROR","object":{"kind":"Status","code":500,"reason":"InternalError"}}"#
        let half = Array(Self.event("ADDED", 3).utf8.prefix(30))
        let server = ScriptedServer(
            .refusal(429, headers: ["Retry-After": "5"]),
            .refusal(503),
            .failure(.notSent(reason: "refused")),
            .text(Self.event("ADDED", 2), busy),
            .chunks([half]),
            .chunks([half], breaking: .broken(reason: "reset")),
            .text(Self.event("ADDED", 3), Self.expired)
        )
        let told = try await watch(server, time: time)
        #expect(told.events == ["added 2", "added 3", "expired"])
        #expect(versions(server) == ["1", "1", "1", "1", "2", "2", "2"])
        #expect(
            time.sleeps == [
                .seconds(5), .milliseconds(1_600), .milliseconds(3_200), .milliseconds(800),
                .milliseconds(1_600), .milliseconds(3_200),
            ]
        )
    }

    @Test func `ten failures in a row end the watch with the last`() async throws {
        let server = ScriptedServer(.refusal(500))
        let told = try await watch(server)
        #expect(told.error?.status?.code == 500)
        #expect(server.requests.count == 10)
        let closing = ScriptedServer(.text(""))
        #expect(try await watch(closing).error?.description.contains("ends at once") == true)
        #expect(closing.requests.count == 10)
    }

    @Test func `a refusal that waiting does not help ends the watch`() async throws {
        let denied = ScriptedServer(.refusal(403, "Forbidden"))
        #expect(try await watch(denied).error?.isForbidden == true)
        let inside = #"{"type":"ERROR","object":{"kind":"Status","code":403,"reason":"Forbidden"}}"#
        #expect(try await watch(ScriptedServer(.text(inside))).error?.isForbidden == true)
    }

    @Test(arguments: [
        "[1]", "{}", #"{"type":"ODD","object":{}}"#, #"{"type":"ADDED"}"#, "}", "{]",
        #"{"type":1,"object":{}}"#,
    ])
    func `what is no event ends the watch`(text: String) async throws {
        guard case .decode = try await watch(ScriptedServer(.text(text))).error else {
            Issue.record("\(text) was taken for an event")
            return
        }
    }

    /// Tokens in turn; a refusal moves on to the next.
    private final class TurningToken: CredentialSource {
        private let refusals = Mutex(0)

        func credential() async throws(CredentialError) -> Credential {
            .bearer(refusals.withLock { $0 == 0 ? "old" : "new" })
        }

        func refused(_ credential: Credential) async { refusals.withLock { $0 += 1 } }
    }

    @Test func `a watch that is refused for its credential is opened again with a new one`()
        async throws
    {
        let server = ScriptedServer { request, _ in
            request.headers["Authorization"] == "Bearer new"
                ? .text(Self.expired) : .refusal(401, "Unauthorized")
        }
        let watch = try client(server, credentials: TurningToken())
            .watch(Kinds.configMap, namespace: "n", from: "1")
        for try await event in watch { #expect(event == .expired) }
        #expect(server.requests.count == 2)
        let denied = ScriptedServer(.refusal(401, "Unauthorized"))
        #expect(try await self.watch(denied).error?.isUnauthorized == true)
        #expect(denied.requests.count == 1)
    }

    @Test func `an event beyond the limit is refused`() async throws {
        let chunk = [UInt8](repeating: 0x7B, count: 1 << 20)
        let server = ScriptedServer(.chunks(Array(repeating: chunk, count: 17)))
        let error = try await watch(server).error
        #expect(error?.description.contains("an event is larger than 16777216 bytes") == true)
    }

    @Test func `a cancelled watch ends`() async throws {
        let server = ScriptedServer { _, _ in
            let (stream, _) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            return .success(HTTPResponse(status: 200, body: .stream(stream)))
        }
        let told = try await withThrowingTaskGroup(
            of: (events: [String], error: KubernetesError?).self
        ) { group in
            group.addTask { try await watch(server) }
            group.cancelAll()
            return try await group.next()
        }
        #expect(told?.error?.isCancelled == true)
    }
}
