import Clocks
import ControlPlaneSupport
import EmbeddedAPI
import HTTPTransport
import HTTPTransportNIO
import JSONValues
import KubernetesObjects
import Twin

/// A server to copy from or to.
struct BenchServer: Sendable {
    let transport: NIOTransport
    let token: String
    /// For kubectl; nil where nobody wrote one.
    let kubeconfig: String?

    /// A real control plane.
    init(_ plane: ControlPlane) {
        transport = plane.transport
        token = plane.token
        kubeconfig = plane.kubeconfig
    }

    /// A twin that this or another process serves.
    private init(port: Int, authority: String) throws {
        transport = try NIOTransport(
            HTTPSite(
                origin: HTTPOrigin(scheme: .https, host: "127.0.0.1", port: port),
                tls: TLSOptions(roots: .authorities(pem: Array(authority.utf8)))
            )
        )
        token = "bench"
        kubeconfig = nil
    }

    /// A twin of its own, with nothing in it.
    static func twinCluster() -> EmbeddedCluster {
        EmbeddedCluster(time: SystemTime(), identifiers: CountedIdentifiers().next, seed: 1)
    }

    /// Serves a twin of this process over TLS while `body` runs.
    static func withTwin(
        _ body: @escaping @Sendable (BenchServer) async throws -> Void
    ) async throws {
        try await serving(twinCluster()) { told in try await with(told, body) }
    }

    /// Uses a server of which somebody told.
    static func with(
        _ told: JSON,
        _ body: (BenchServer) async throws -> Void
    ) async throws {
        let server = try BenchServer(
            port: told["port"]?.int ?? 0,
            authority: told["authority"]?.string ?? ""
        )
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
        try await server.transport.shutdown()
        try outcome.get()
    }

    /// Serves `cluster` over TLS while `body` runs, which is told where.
    static func serving(
        _ cluster: EmbeddedCluster,
        _ body: @escaping @Sendable (JSON) async throws -> Void
    ) async throws {
        let twin = try TwinAPIServer(
            name: "bench",
            serving: cluster,
            token: "bench",
            now: SystemTime().wallTime
        )
        let (ports, told) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await twin.run { port in
                    told.yield(port)
                    told.finish()
                }
            }
            for await port in ports {
                try await body(["port": .int(port), "authority": .string(twin.authorityPEM)])
            }
            group.cancelAll()
        }
    }
}
