import HTTPTransport
import Synchronization

/// Stands between what is tested and a server, counts what is written, and loses or keeps back what a
/// test tells it to.
package final class WireTap: HTTPTransport {
    /// What becomes of one write.
    package enum Fault {
        /// It is applied, and its answer never arrives.
        case answerLost
        /// It is still on its way when the caller gives up; `deliver` lets it arrive.
        case keptBack
    }

    private struct State {
        var writes: [String] = []
        var timeouts: [Duration] = []
        var faults: [Int: Fault] = [:]
        var keptBack: [HTTPRequest] = []
    }

    private let server: any HTTPTransport
    private let state = Mutex(State())

    package init(_ server: any HTTPTransport) { self.server = server }

    /// Every write since `reset`, as method and path.
    package var writes: [String] { state.withLock { $0.writes } }

    /// How long each request since `reset` might have taken.
    package var timeouts: [Duration] { state.withLock { $0.timeouts } }

    package func reset() { state.withLock { $0 = State() } }

    /// Counting from now, what becomes of the write of this number; the first is 0.
    package func spoil(write index: Int, _ fault: Fault) {
        state.withLock { $0.faults[$0.writes.count + index] = fault }
    }

    /// Lets arrive what was kept back; answers the statuses.
    package func deliver() async throws -> [Int] {
        let kept = state.withLock { state in
            let kept = state.keptBack
            state.keptBack = []
            return kept
        }
        var statuses: [Int] = []
        for request in kept {
            let response = try await server.send(request, timeout: .seconds(30))
            _ = try await response.body.collect(sizeMax: 1 << 24)
            statuses.append(response.status)
        }
        return statuses
    }

    package func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        state.withLock { $0.timeouts.append(timeout) }
        guard request.method != "GET" else {
            return try await server.send(request, timeout: timeout)
        }
        let fault = state.withLock { state in
            let path = request.target.prefix { $0 != "?" }
            state.writes.append("\(request.method) \(path)")
            let fault = state.faults.removeValue(forKey: state.writes.count - 1)
            if fault == .keptBack { state.keptBack.append(request) }
            return fault
        }
        switch fault {
        case .keptBack: throw .timedOut(after: timeout)
        case .answerLost:
            let response = try await server.send(request, timeout: timeout)
            do {
                _ = try await response.body.collect(sizeMax: 1 << 24)
            } catch {
                throw .broken(reason: "\(error)")
            }
            throw .broken(reason: "the test lost the answer")
        case nil: return try await server.send(request, timeout: timeout)
        }
    }
}
