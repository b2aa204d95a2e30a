import HTTPTransport
import MigrationModel
import Synchronization
import Testing
import TrafficTwin

@Suite struct TrafficTwinProbeTests {
    /// A front that tells which host it was asked for, and answers for the target.
    private final class Front: HTTPTransport {
        let hosts = Mutex<[String?]>([])

        func send(
            _ request: HTTPRequest,
            timeout: Duration
        ) async throws(TransportError) -> HTTPResponse {
            hosts.withLock { $0.append(request.headers["Host"]) }
            return HTTPResponse(status: 200, headers: ["X-Twin-Entry": "target"])
        }
    }

    @Test func `a probe asks for the host of the route, else for its name`() async throws {
        let front = Front()
        let named = RouteID("shop")
        let traffic = TrafficTwin(
            transport: front,
            front: front,
            hosts: [named: "shop.example"]
        )
        #expect(try await traffic.probe(named, path: "/") == .target)
        #expect(try await traffic.probe(RouteID("a.example"), path: "/") == .target)
        #expect(front.hosts.withLock { $0 } == ["shop.example", "a.example"])
    }

    @Test func `without a front nothing is asked`() async throws {
        let control = Front()
        let traffic = TrafficTwin(transport: control)
        #expect(try await traffic.probe(RouteID("a.example"), path: "/") == nil)
        #expect(control.hosts.withLock { $0 }.isEmpty)
    }
}
