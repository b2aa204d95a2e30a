import Clocks
import HTTPTransport
import JSONValues
import MigrationModel

/// The way of one process to a site's API: it takes time, and a nemesis decides what arrives.
struct DriverTransport: HTTPTransport {
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
        await incarnation.pass(.beforeCall)
        let path = String(request.target.prefix { $0 != "?" })
        let fate = nemesis.fate(of: request.method, path, at: site)
        watch.met(fate, isWrite: request.isWrite)
        try await pass(latency())
        switch fate {
        case .notSent: throw .notSent(reason: "connection refused")
        case .lost:
            try await pass(timeout)
            throw .timedOut(after: timeout)
        case .late(let delay):
            let (watch, site, server, incarnation) = (watch, site, server, incarnation)
            scheduler.after(timeout + delay) { [scheduler] in
                scheduler.start {
                    _ = await watch.carry(
                        out: request,
                        at: site,
                        by: incarnation,
                        isLate: true,
                        server
                    )
                }
            }
            try await pass(timeout)
            throw .timedOut(after: timeout)
        case .refused(let status):
            return HTTPResponse(
                status: status,
                headers: ["Content-Type": "application/json", "Retry-After": "1"],
                body: .bytes(DriverTransport.refusal(status).encoded())
            )
        case .answered, .answerLost:
            let response = await watch.carry(
                out: request,
                at: site,
                by: incarnation,
                isLate: false,
                server
            )
            await incarnation.pass(.afterCall)
            if fate == .answerLost {
                try await pass(timeout)
                throw .timedOut(after: timeout)
            }
            try await pass(latency())
            return response
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

extension HTTPRequest {
    /// Whether the request may change something; leases, reviews and dry runs change nothing of a run.
    var isWrite: Bool {
        method != "GET" && !target.contains("/leases") && !target.contains("dryRun")
            && !target.contains("accessreviews") && !target.contains("rulesreviews")
    }
}
