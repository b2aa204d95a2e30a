import Clocks
import HTTPTransport
import JSONValues

/// A successful answer.
package struct RawAnswer: Sendable {
    /// From 200 to 299.
    package let status: Int
    /// In the order in which they came.
    package let headers: HTTPHeaders
    private let content: Content

    /// What came: bytes off a wire, or a document out of this process.
    private enum Content: Sendable {
        case bytes([UInt8])
        case document(JSON)
    }

    /// Takes the whole of a body that came off a wire.
    init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        (self.status, self.headers, content) = (status, headers, .bytes(body))
    }

    /// Takes a document that was handed over within this process.
    init(status: Int, headers: HTTPHeaders, document: JSON) {
        (self.status, self.headers, content) = (status, headers, .document(document))
    }

    /// The whole of it.
    package var body: [UInt8] {
        switch content {
        case .bytes(let bytes): bytes
        case .document(let document): document.encoded()
        }
    }

    /// The whole of it as one value.
    package func document() throws(JSONParseError) -> JSON {
        switch content {
        case .bytes(let bytes): try JSON.parse(bytes)
        case .document(let document): document
        }
    }
}

extension KubernetesClient {
    /// Sends a call until it is answered for good, within its deadline.
    func perform(_ exchange: Exchange) async throws(KubernetesError) -> RawAnswer {
        observer.willCall?(exchange.call)
        let deadline = time.uptime + configuration.timeout
        var retries = RetryState(isRead: exchange.isRead)
        var mayRenew = true
        while true {
            let credential = try await currentCredential()
            let wait: Duration?
            let failure: KubernetesError
            do {
                let answer = try await attempt(exchange, as: credential, until: deadline)
                if (200..<300).contains(answer.status) {
                    report(warningsIn: answer.headers, of: exchange.call)
                    return answer
                }
                if answer.status == 401, mayRenew {
                    // Nobody was let in, so nothing was done: any verb may be sent again.
                    mayRenew = false
                    await credentials.refused(credential)
                    if try await currentCredential() != credential { continue }
                }
                failure = refusal(answer, of: exchange.call, retries)
                wait =
                    failure.status?.isQuotaUncounted == true
                    ? retries.waitForQuota()
                    : retries.waitAfter(
                        status: answer.status,
                        retryAfter: retryAfter(in: answer.headers)
                    )
            } catch .transport(.broken(let reason), let call) {
                failure = .transport(.broken(reason: reason), call: call)
                wait = retries.waitAfterBreak()
            } catch {
                throw error
            }
            guard let wait, time.uptime + wait < deadline else { throw failure }
            try await pause(wait, before: exchange.call)
        }
    }

    /// The same, with the answer read as one JSON value.
    func performForJSON(_ exchange: Exchange) async throws(KubernetesError) -> JSON {
        try json(try await perform(exchange), of: exchange)
    }

    /// The body of an answer as one JSON value.
    func json(_ answer: RawAnswer, of exchange: Exchange) throws(KubernetesError) -> JSON {
        do {
            return try answer.document()
        } catch {
            throw .decode(problem: "the answer is no JSON: \(error)", call: exchange.call)
        }
    }

    func currentCredential() async throws(KubernetesError) -> Credential {
        do {
            return try await credentials.credential()
        } catch {
            throw .credentials(error)
        }
    }

    /// What is sent, credentials included.
    func request(_ exchange: Exchange, as credential: Credential) -> HTTPRequest {
        var headers: HTTPHeaders = [
            "User-Agent": configuration.userAgent,
            "Accept": exchange.accept,
        ]
        if let contentType = exchange.contentType { headers["Content-Type"] = contentType }
        for field in credential.fields.reveal() { headers.add(field.name, field.value) }
        return HTTPRequest(
            method: exchange.call.method,
            target: exchange.target(prefix: configuration.pathPrefix),
            headers: headers,
            body: exchange.body,
            identity: credential.identity
        )
    }

    func pause(_ wait: Duration, before call: APICall) async throws(KubernetesError) {
        do {
            try await time.sleep(for: wait)
        } catch {
            throw .transport(.cancelled, call: call)
        }
    }

    /// `Retry-After` in whole seconds; dates, which no API server sends, do not count.
    func retryAfter(in headers: HTTPHeaders) -> Duration? {
        guard let text = headers["Retry-After"], let seconds = Int64(text),
            (0...86_400).contains(seconds)
        else { return nil }
        return .seconds(seconds)
    }

    func report(warningsIn headers: HTTPHeaders, of call: APICall) {
        guard let didWarn = observer.didWarn else { return }
        for value in headers.values(of: "Warning") {
            for text in WarningHeader.texts(in: value) {
                didWarn(APIWarning(call: call, text: text))
            }
        }
    }

    private func refusal(
        _ answer: RawAnswer,
        of call: APICall,
        _ retries: RetryState
    ) -> KubernetesError {
        if (300..<400).contains(answer.status) {
            return .api(
                APIStatus(
                    call: call,
                    code: answer.status,
                    object: [
                        "message": "the server redirects elsewhere; redirects are not followed"
                    ],
                    retryAfter: nil
                )
            )
        }
        return .api(
            APIStatus(
                call: call,
                code: answer.status,
                answer: answer,
                retryAfter: retryAfter(in: answer.headers),
                isAfterRepetition: retries.mayHaveBeenApplied
            )
        )
    }

    // MARK: - One attempt

    private func attempt(
        _ exchange: Exchange,
        as credential: Credential,
        until deadline: Duration
    ) async throws(KubernetesError) -> RawAnswer {
        let ticket = try await enter(exchange, until: deadline)
        do {
            let answer = try await send(exchange, as: credential, until: deadline)
            let outcome: AdaptiveLimit.Outcome =
                switch answer.status {
                case 429: .throttled(retryAfter: retryAfter(in: answer.headers))
                case 500...: .other
                default: .answered
                }
            limiter.leave(ticket, outcome)
            return answer
        } catch {
            limiter.leave(ticket, .other)
            throw error
        }
    }

    private func enter(
        _ exchange: Exchange,
        until deadline: Duration
    ) async throws(KubernetesError) -> AdaptiveLimit.Ticket {
        if let ticket = limiter.enterAtOnce(exchange.limitKind) { return ticket }
        let limiter = limiter
        let kind = exchange.limitKind
        do {
            return try await limiter.enter(kind, before: deadline)
        } catch is DeadlineExceeded {
            let reason = "too many calls were in flight until its deadline"
            throw .transport(.notSent(reason: reason), call: exchange.call)
        } catch {
            throw .transport(.cancelled, call: exchange.call)
        }
    }

    private func send(
        _ exchange: Exchange,
        as credential: Credential,
        until deadline: Duration
    ) async throws(KubernetesError) -> RawAnswer {
        let call = exchange.call
        let remaining = deadline - time.uptime
        guard remaining > .zero else {
            throw .transport(.notSent(reason: "its deadline had passed"), call: call)
        }
        let response: HTTPResponse
        do {
            response = try await transport.send(
                request(exchange, as: credential),
                timeout: remaining
            )
        } catch {
            throw .transport(error, call: call)
        }
        if case .document(let document) = response.body {
            return RawAnswer(
                status: response.status,
                headers: response.headers,
                document: document.value
            )
        }
        let body = try await collect(response.body, of: call, within: deadline - time.uptime)
        return RawAnswer(status: response.status, headers: response.headers, body: body)
    }

    func collect(
        _ body: HTTPBody,
        of call: APICall,
        within limit: Duration
    ) async throws(KubernetesError) -> [UInt8] {
        let sizeMax = configuration.responseSizeMax
        do {
            if case .bytes = body { return try await body.collect(sizeMax: sizeMax) }
            return try await withDeadline(limit, on: time) {
                try await body.collect(sizeMax: sizeMax)
            }
        } catch let error as TransportError {
            throw .transport(error, call: call)
        } catch let error as HTTPBodyTooLarge {
            throw .decode(problem: "\(error), which is refused", call: call)
        } catch is DeadlineExceeded {
            throw .transport(.timedOut(after: limit), call: call)
        } catch is CancellationError {
            throw .transport(.cancelled, call: call)
        } catch {
            throw .transport(.broken(reason: "\(error)"), call: call)
        }
    }
}
