import HTTPTransport
import Synchronization
import Testing

/// What is asked right before a request that may change something is sent.
@Suite struct GuardedTransportTests {
    @Test func `what may change something is sent only while nothing is said against it`() async {
        let reason = Mutex<String?>(nil)
        let server = CountingServer()
        let transport = GuardedTransport(InProcessTransport(server)) { reason.withLock { $0 } }
        let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
        for method in methods {
            #expect(await outcome(method, transport) == nil)
        }
        reason.withLock { $0 = "the leases ran out" }
        for method in methods {
            let isRead = method == "GET" || method == "HEAD"
            let refusal = TransportError.notSent(reason: "the leases ran out")
            #expect(await outcome(method, transport) == (isRead ? nil : refusal))
        }
        #expect(server.methods == methods + ["GET", "HEAD"])
    }

    private func outcome(_ method: String, _ transport: GuardedTransport) async -> TransportError? {
        do {
            _ = try await transport.send(
                HTTPRequest(method: method, target: "/"),
                timeout: .seconds(1)
            )
            return nil
        } catch {
            return error
        }
    }
}

/// Remembers what it was asked.
private final class CountingServer: HTTPHandler {
    private let asked = Mutex<[String]>([])

    var methods: [String] { asked.withLock { $0 } }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        asked.withLock { $0.append(request.method) }
        return HTTPResponse(status: 200)
    }
}
