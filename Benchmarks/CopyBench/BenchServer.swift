import Clocks
import ControlPlaneSupport
import EmbeddedAPI
import HTTPTransport
import HTTPTransportNIO
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

    private init(_ twin: TwinAPIServer, port: Int) throws {
        transport = try NIOTransport(
            HTTPSite(
                origin: HTTPOrigin(scheme: .https, host: "127.0.0.1", port: port),
                tls: TLSOptions(roots: .authorities(pem: Array(twin.authorityPEM.utf8)))
            )
        )
        token = "bench"
        kubeconfig = nil
    }

    /// Serves a twin of this process over TLS while `body` runs.
    static func withTwin(
        _ body: @escaping @Sendable (BenchServer) async throws -> Void
    ) async throws {
        let time = SystemTime()
        let cluster = EmbeddedCluster(time: time, identifiers: CountedIdentifiers().next, seed: 1)
        let twin = try TwinAPIServer(
            name: "bench",
            serving: cluster,
            token: "bench",
            now: time.wallTime
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
                let server = try BenchServer(twin, port: port)
                let outcome: Result<Void, any Error>
                do { outcome = .success(try await body(server)) } catch {
                    outcome = .failure(error)
                }
                try await server.transport.shutdown()
                try outcome.get()
            }
            group.cancelAll()
        }
    }
}
