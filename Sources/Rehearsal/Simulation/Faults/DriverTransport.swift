import Clocks
import HTTPTransport
import JSONValues
import MigrationModel
import MigrationPorts
import Synchronization

/// The way of one process to a site's API, from its own code to the wire.
///
/// The process may be stopped or die before it sends; then, with nothing in between, its fence is asked.
struct DriverTransport: HTTPTransport {
    let incarnation: Incarnation
    /// What is asked before each write; nil for leases, which are how a driver learns of its end.
    let fence: WriteFence?
    let wire: DriverWire

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let isCreation = request.method == "POST" && request.isWrite
        await incarnation.pass(isCreation ? .beforeCreation : .beforeCall)
        guard let fence else { return try await wire.send(request, timeout: timeout) }
        return try await GuardedTransport(wire) { fence.refusal }.send(request, timeout: timeout)
    }
}

/// The network between one process and a site's API: it takes time, and a nemesis decides what arrives.
///
/// What was sent arrives, whatever becomes of the process that sent it.
struct DriverWire: HTTPTransport {
    let site: SiteRole
    let server: any HTTPHandler
    let incarnation: Incarnation
    let nemesis: any Nemesis
    let time: IncarnationTime
    let scheduler: Scheduler
    let latency: @Sendable () -> Duration
    let watch: RunWatch

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let path = String(Substring(request.target.utf8.prefix { $0 != UInt8(ascii: "?") }))
        let fate = nemesis.fate(of: request.method, path, at: site)
        watch.met(fate, isWrite: request.isWrite)
        switch fate {
        case .notSent:
            try await pass(latency())
            throw .notSent(reason: "connection refused")
        case .lost:
            try await pass(timeout)
            throw .timedOut(after: timeout)
        case .late(let delay):
            carry(request, after: timeout + delay, isLate: true) { _ in }
            try await pass(timeout)
            throw .timedOut(after: timeout)
        case .refused(let status):
            try await pass(latency())
            return HTTPResponse(
                status: status,
                headers: ["Content-Type": "application/json", "Retry-After": "1"],
                body: .bytes(DriverWire.refusal(status).encoded())
            )
        case .answered, .answerLost:
            let reply = Reply<HTTPResponse>()
            carry(request, after: latency(), isLate: false) { reply.give($0) }
            let response = await reply.take()
            await incarnation.pass(.afterCall)
            if fate == .answerLost {
                try await pass(timeout)
                throw .timedOut(after: timeout)
            }
            try await pass(latency())
            return response
        }
    }

    private func carry(
        _ request: HTTPRequest,
        after delay: Duration,
        isLate: Bool,
        _ answer: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        let (watch, site, server, incarnation) = (watch, site, server, incarnation)
        let purpose = watch.purpose(at: site)
        scheduler.after(delay) { [scheduler] in
            scheduler.start {
                let response = await watch.carry(
                    out: request,
                    at: site,
                    by: incarnation,
                    for: purpose,
                    isLate: isLate,
                    server
                )
                answer(response)
            }
        }
    }

    private func pass(_ duration: Duration) async throws(TransportError) {
        do {
            try await time.sleep(for: duration)
        } catch {
            throw .cancelled
        }
    }

    private static func refusal(_ status: Int) -> JSON {
        let reason = status == 429 ? "TooManyRequests" : "InternalError"
        return [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": "the simulation has it so", "reason": .string(reason), "code": .int(status),
        ]
    }
}

/// What comes back for a call, once; nobody gives up waiting for it.
final class Reply<Answer: Sendable>: Sendable {
    private enum State {
        case awaited
        case asked(UnsafeContinuation<Answer, Never>)
        case given(Answer)
    }

    private let state = Mutex(State.awaited)

    func give(_ answer: Answer) {
        let asker = state.withLock { state -> UnsafeContinuation<Answer, Never>? in
            guard case .asked(let asker) = state else {
                state = .given(answer)
                return nil
            }
            return asker
        }
        asker?.resume(returning: answer)
    }

    func take() async -> Answer {
        await withUnsafeContinuation { continuation in
            let answer = state.withLock { state -> Answer? in
                guard case .given(let answer) = state else {
                    state = .asked(continuation)
                    return nil
                }
                return answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}

extension HTTPRequest {
    /// Whether the request may change something; leases, reviews and dry runs change nothing of a run.
    var isWrite: Bool {
        method != "GET" && !HTTPRequest.harmless.contains { target.holds($0) }
    }

    private static let harmless = ["/leases", "dryRun", "accessreviews", "rulesreviews"].map {
        Array($0.utf8)
    }
}

extension String {
    /// Whether these bytes stand in it: asked of every request, and so not asked character by character.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        var rest = utf8[...]
        while let start = rest.firstIndex(of: part[0]) {
            rest = rest[start...]
            if rest.starts(with: part) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
