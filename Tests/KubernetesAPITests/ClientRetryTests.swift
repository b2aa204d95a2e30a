import HTTPTransport
import JSONValues
import KubernetesAPI
import Synchronization
import Testing

@Suite struct ClientRetryTests {
    private let object: JSON = ["metadata": ["name": "a", "namespace": "n"]]

    private func create(_ client: KubernetesClient) async -> KubernetesError? {
        await failure { () throws(KubernetesError) in
            try await client.create(Kinds.configMap, object)
        }
    }

    private func get(_ client: KubernetesClient) async -> KubernetesError? {
        await failure { () throws(KubernetesError) in
            try await client.get(Kinds.configMap, namespace: "n", name: "a")
        }
    }

    @Test(arguments: [429, 500, 503])
    func `a refusal with Retry-After is waited out, whatever the verb`(status: Int) async {
        let time = JumpingTime()
        let server = ScriptedServer(
            .refusal(status, headers: ["Retry-After": "3"]),
            .refusal(status, headers: ["Retry-After": "2"]),
            .json(object)
        )
        #expect(await create(client(server, time: time)) == nil)
        #expect(server.requests.count == 3)
        #expect(server.requests.allSatisfy { $0.body == object.encoded() })
        #expect(time.uptime >= .seconds(5))
    }

    @Test func `a 429 without Retry-After is not repeated and was surely not applied`() async {
        let server = ScriptedServer(.refusal(429, "TooManyRequests"))
        let error = await create(client(server))
        #expect(error?.isTooManyRequests == true)
        #expect(error?.writeOutcome == .unavailable(retryAfter: nil))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [500, 502, 504])
    func `a server error leaves a write unknown`(status: Int) async {
        let server = ScriptedServer(.refusal(status))
        #expect(await create(client(server))?.writeOutcome == .unknown)
        #expect(server.requests.count == 1)
    }

    @Test func `repetition ends after ten times and when the deadline would pass`() async {
        let endless = ScriptedServer(.refusal(429, headers: ["Retry-After": "1"]))
        #expect(
            await create(client(endless))?.writeOutcome == .unavailable(retryAfter: .seconds(1))
        )
        #expect(endless.requests.count == 11)
        let slow = ScriptedServer(.refusal(429, headers: ["Retry-After": "61"]))
        #expect(await create(client(slow))?.isTooManyRequests == true)
        #expect(slow.requests.count == 1)
        let date = ScriptedServer(
            .refusal(503, headers: ["Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT"])
        )
        #expect(await create(client(date))?.writeOutcome == .unknown)
        #expect(date.requests.count == 1)
    }

    @Test func `a write whose answer was lost is not sent again`() async {
        let server = ScriptedServer(.failure(.broken(reason: "reset")), .json(object))
        let error = await create(client(server))
        #expect(error?.writeOutcome == .unknown)
        #expect(server.requests.count == 1)
        let late = ScriptedServer(.failure(.timedOut(after: .seconds(1))), .json(object))
        #expect(await create(client(late))?.writeOutcome == .unknown)
        #expect(late.requests.count == 1)
    }

    @Test func `a read whose answer was lost is sent again`() async {
        let time = JumpingTime()
        let server = ScriptedServer(.failure(.broken(reason: "reset")), .json(object))
        #expect(await get(client(server, time: time)) == nil)
        #expect(server.requests.count == 2)
        #expect(time.sleeps == [.seconds(1)])
    }

    @Test func `a refused connection was surely not applied`() async {
        let server = ScriptedServer(.failure(.notSent(reason: "refused")))
        #expect(await create(client(server))?.writeOutcome == .unavailable(retryAfter: nil))
        #expect(await get(client(server)) != nil)
        #expect(server.requests.count == 2)
    }

    @Test func `who repeats after a server error is told that it may have been the first`() async {
        let server = ScriptedServer(
            .refusal(500, headers: ["Retry-After": "1"]),
            .refusal(409, "AlreadyExists")
        )
        let error = await create(client(server))
        #expect(error?.isAlreadyExists == true)
        #expect(error?.isConflict == false)
        #expect(error?.status?.isAfterRepetition == true)
        let plain = ScriptedServer(.refusal(409, "AlreadyExists"))
        #expect(await create(client(plain))?.status?.isAfterRepetition == false)
    }

    @Test(arguments: [
        (400, ""), (403, "Forbidden"), (409, "Conflict"), (410, "Gone"), (422, "Invalid"),
    ])
    func `a refused write was surely not applied`(status: Int, reason: String) async {
        let server = ScriptedServer(.refusal(status, reason))
        let error = await create(client(server))
        #expect(error?.writeOutcome == .rejected)
        #expect(
            error?.description.hasPrefix(
                "POST /api/v1/namespaces/n/configmaps: answered \(status)"
            ) == true
        )
    }

    @Test func `a redirect to another origin is an error and nothing is sent there`() async {
        let server = ScriptedServer(
            .success(
                HTTPResponse(status: 307, headers: ["Location": "https://evil.example/api"])
            )
        )
        let error = await get(client(server, credentials: FixedCredential(.bearer("t"))))
        #expect(error?.status?.code == 307)
        #expect(error?.description.contains("redirects are not followed") == true)
        #expect(server.requests.count == 1)
    }

    @Test func `a body beyond the limit is refused`() async {
        let chunk = [UInt8](repeating: 0x20, count: 600)
        let server = ScriptedServer(.chunks([chunk, chunk]))
        let error = await get(client(server, configure: { $0.responseSizeMax = 1_000 }))
        #expect(
            error?.description
                == "GET /api/v1/namespaces/n/configmaps/a: "
                + "the body is larger than 1000 bytes, which is refused"
        )
    }

    @Test(.timeLimit(.minutes(1)))
    func `a body that never ends ends with the deadline and no sooner`() async {
        let time = JumpingTime()
        let server = ScriptedServer { _, _ in
            let (stream, _) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            return .success(HTTPResponse(status: 200, body: .stream(stream)))
        }
        async let outcome = get(
            client(server, time: time, configure: { $0.timeout = .seconds(40) })
        )
        await time.passDeadline(.seconds(40))
        let error = await outcome
        guard case .transport(.timedOut(after: .seconds(40)), _) = error else {
            Issue.record("the call did not time out")
            return
        }
        #expect(time.uptime == .seconds(40))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a call that is cancelled amid its answer is cancelled, and never half an answer`() async {
        let time = JumpingTime()
        let server = ScriptedServer { _, _ in
            let (chunks, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            // What has come so far would be a whole object.
            continuation.yield(Array("{}".utf8))
            return .success(HTTPResponse(status: 200, body: .stream(chunks)))
        }
        let error = await withTaskGroup(of: KubernetesError?.self) { group in
            group.addTask { await get(client(server, time: time)) }
            await time.deadlineBegun()
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.isCancelled == true)
    }

    @Test(.timeLimit(.minutes(1)))
    func `an answer that comes before the deadline is the answer, however close`() async throws {
        let time = JumpingTime()
        let (chunks, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let server = ScriptedServer { _, _ in
            .success(HTTPResponse(status: 200, body: .stream(chunks)))
        }
        async let outcome = get(client(server, time: time))
        await time.passDeadline(.seconds(59))
        continuation.yield(Array("{}".utf8))
        continuation.finish()
        let error = await outcome
        #expect(error == nil)
    }

    @Test func `an answer that is no JSON leaves a write unknown and is quoted in no length`() async
    {
        let server = ScriptedServer(.text("<html>"))
        #expect(await create(client(server))?.writeOutcome == .unknown)
        let page = String(repeating: "gateway\u{1} ", count: 500)
        let proxy = ScriptedServer(
            .success(HTTPResponse(status: 403, body: .bytes(Array(page.utf8))))
        )
        let error = await create(client(proxy))
        #expect((error?.description.count ?? 1_000) < 300)
        #expect(error?.description.contains("gateway gateway") == true)
    }

    // MARK: - Credentials

    /// Tokens in turn; a refusal moves on to the next.
    private final class TurningCredentials: CredentialSource {
        private let tokens: [String]
        private let refusals = Mutex(0)

        init(_ tokens: String...) {
            self.tokens = tokens
        }

        func credential() async throws(CredentialError) -> Credential {
            .bearer(tokens[min(refusals.withLock { $0 }, tokens.count - 1)])
        }

        func refused(_ credential: Credential) async { refusals.withLock { $0 += 1 } }
    }

    @Test func `a 401 renews the credential once`() async {
        let server = ScriptedServer { request, _ in
            request.headers["Authorization"] == "Bearer new"
                ? .json(["kind": "ConfigMap"]) : .refusal(401, "Unauthorized")
        }
        #expect(await create(client(server, credentials: TurningCredentials("old", "new"))) == nil)
        #expect(server.requests.count == 2)
    }

    @Test func `a 401 to what cannot be renewed stands`() async {
        let server = ScriptedServer(.refusal(401, "Unauthorized"))
        let same = await get(client(server, credentials: TurningCredentials("old", "old")))
        #expect(same?.isUnauthorized == true)
        #expect(server.requests.count == 1)
        let other = await get(client(server, credentials: TurningCredentials("a", "b", "c")))
        #expect(other?.isUnauthorized == true)
        #expect(server.requests.count == 3)
    }

    @Test func `no message shows a credential`() async {
        let server = ScriptedServer(.refusal(403, "Forbidden"))
        let credential = Credential.bearer("topsecret")
        let error = await get(client(server, credentials: FixedCredential(credential)))
        var dumped = ""
        dump(credential, to: &dumped)
        let shown = "\(String(describing: error)) \(credential) \(dumped)"
        #expect(!shown.contains("topsecret"))
    }
}
