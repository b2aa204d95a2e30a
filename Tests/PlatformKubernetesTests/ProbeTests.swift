import Clocks
import ControlPlaneSupport
import HTTPTransport
import JSONValues
import KubernetesAPI
import MigrationModel
import MigrationPorts
import PlatformKubernetes
import Synchronization
import Testing

/// How a workload is asked through its local name.
@Suite struct ProbeTests {
    private let condition = Condition.answersThroughLocalName(
        site: .target,
        service: ServiceName(namespace: "shop", name: "web"),
        probe: ProbeShape(path: "/healthz", successesMin: 2, timeoutMilliseconds: 700)
    )

    private func check(_ server: Proxying) async throws -> ConditionState {
        let client = KubernetesClient(transport: server, time: SteppedTime())
        let platform = KubernetesPlatform(
            site: .target,
            client: client,
            counterpart: client,
            context: "new",
            sealing: NothingToSeal(),
            entry: nil,
            time: SteppedTime()
        )
        return try await platform.check(condition, replicas: nil)
    }

    @Test func `every port that speaks HTTP is asked, each time within the probe's time`()
        async throws
    {
        let server = Proxying(refusing: [])
        #expect(try await check(server) == .holds)
        #expect(server.asked.map(\.port) == [80, 80, 8080, 8080])
        #expect(server.asked.allSatisfy { $0.timeout <= .milliseconds(700) })
    }

    @Test func `a second port that does not answer is not overlooked`() async throws {
        let state = try await check(Proxying(refusing: [8080]))
        #expect(
            state == .waiting(seen: "shop/web-local answered 503 at port 8080: connection refused")
        )
    }
}

/// An API server with one Service, and a proxy to its ports.
private final class Proxying: HTTPTransport {
    private let refusing: Set<Int>
    private let state = Mutex<[(port: Int, timeout: Duration)]>([])

    init(refusing: Set<Int>) { self.refusing = refusing }

    /// Each request of the proxy: its port, and how long it might have taken.
    var asked: [(port: Int, timeout: Duration)] { state.withLock { $0 } }

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let path = String(request.target.prefix { $0 != "?" })
        let prefix = "/api/v1/namespaces/shop/services/web-local:"
        guard path.hasPrefix(prefix) else {
            guard let found = Proxying.objects[path] else { return answer(404, [:]) }
            return answer(200, found)
        }
        let port = Int(path.dropFirst(prefix.count).prefix { $0 != "/" }) ?? 0
        state.withLock { $0.append((port, timeout)) }
        guard refusing.contains(port) else { return answer(200, [:]) }
        return answer(
            503,
            [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 503,
                "reason": "ServiceUnavailable", "message": "connection refused",
            ]
        )
    }

    private func answer(_ status: Int, _ body: JSON) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "application/json"],
            body: .bytes(body.encoded())
        )
    }

    private static let objects: [String: JSON] = [
        "/api": ["kind": "APIVersions", "versions": ["v1"]],
        "/apis": ["kind": "APIGroupList", "apiVersion": "v1", "groups": []],
        "/api/v1": [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1",
            "resources": [
                [
                    "name": "services", "singularName": "service", "namespaced": true,
                    "kind": "Service", "verbs": ["get", "list"],
                ]
            ],
        ],
        "/api/v1/namespaces/shop/services/web-local": [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "web-local", "namespace": "shop", "uid": "u"],
            "spec": [
                "ports": [
                    ["name": "metrics", "port": 9000], ["name": "http", "port": 80],
                    ["name": "http-admin", "port": 8080],
                ]
            ],
        ],
    ]
}
