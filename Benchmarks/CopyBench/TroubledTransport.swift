import Clocks
import HTTPTransport
import Synchronization

/// A server in trouble, played before a real one.
final class TroubledTransport: HTTPTransport {
    enum Trouble: String, CaseIterable {
        /// Takes few requests at once and answers 429 to the others, as priority and fairness does.
        case busy
        /// Takes ten times as long for everything.
        case slow

        var words: String {
            switch self {
            case .busy: "first copy, 8 at once or 429"
            case .slow: "first copy, ten times slower"
            }
        }
    }

    /// What was asked of the server.
    struct Counts: Sendable {
        var sent = 0
        var refused = 0
        fileprivate var underWay = 0
    }

    private static let underWayMax = 8

    private let base: any HTTPTransport
    private let trouble: Trouble
    private let time: any TimeSource
    private let state = Mutex(Counts())

    init(_ base: any HTTPTransport, _ trouble: Trouble, time: any TimeSource) {
        self.base = base
        self.trouble = trouble
        self.time = time
    }

    var counts: Counts { state.withLock { $0 } }

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let isTaken = state.withLock { counts in
            counts.sent += 1
            if trouble == .busy, counts.underWay >= Self.underWayMax {
                counts.refused += 1
                return false
            }
            counts.underWay += 1
            return true
        }
        guard isTaken else {
            return HTTPResponse(status: 429, headers: ["Retry-After": "1"])
        }
        defer { state.withLock { $0.underWay -= 1 } }
        let start = time.uptime
        let response = try await base.send(request, timeout: timeout)
        if trouble == .slow {
            do { try await time.sleep(for: (time.uptime - start) * 9) } catch { throw .cancelled }
        }
        return response
    }
}
