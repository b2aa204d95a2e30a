import Clocks
import Composition
import EmbeddedNodes
import EmbeddedSites
import Foundation
import HTTPTransport
import HTTPTransportNIO
import JSONValues
import KubernetesAPI
import MigrationPorts
import TrafficTwin
import Twin

/// What the demo's migrations need to reach: both APIs in this process, entries and balancer over
/// sockets.
struct DemoConnections: Sendable {
    let access: MigrationAccess
    /// Where the journals are.
    let folder: URL
    private let transports: [NIOTransport]

    /// Puts a balancer before both sites, connects, and leaves nothing behind.
    ///
    /// `copying` is what copies of the migration make of ConfigMaps and Secrets.
    static func with<Result: Sendable>(
        _ twin: RunningTwin,
        _ settings: TwinSettings,
        usesHAProxy: Bool,
        stores: any StoreProvider = NoStores(),
        time: any TimeSource,
        copying: (@Sendable (JSON) throws -> JSON)? = nil,
        _ body: (_ connections: DemoConnections, _ port: Int) async throws -> Result
    ) async throws -> Result {
        let balancer = try await DemoBalancer.start(twin, usesHAProxy: usesHAProxy)
        let connections = try DemoConnections(
            twin,
            settings,
            balancer: balancer,
            stores: stores,
            time: time,
            copying: copying
        )
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(connections, balancer.port))
        } catch {
            outcome = .failure(error)
        }
        try await connections.shutdown()
        balancer.stop()
        return try outcome.get()
    }

    private init(
        _ twin: RunningTwin,
        _ settings: TwinSettings,
        balancer: DemoBalancer,
        stores: any StoreProvider,
        time: any TimeSource,
        copying: (@Sendable (JSON) throws -> JSON)?
    ) throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("diolkos-demo-\(Identifiers.fresh())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func open(_ port: Int) throws -> NIOTransport {
            try NIOTransport(
                HTTPSite(origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port))
            )
        }
        let control = try open(twin.world.ports.control)
        let front = try open(balancer.port)
        let sourceEntry = try open(twin.world.ports.sourceEntry)
        let targetEntry = try open(twin.world.ports.targetEntry)
        transports = [control, front, sourceEntry, targetEntry]
        func client(_ site: TwinSite) -> KubernetesClient {
            KubernetesClient(transport: InProcessTransport(twin.pair.face(of: site)), time: time)
        }
        access = MigrationAccess(
            source: SiteConnection(
                context: "source",
                client: client(.source),
                entry: sourceEntry
            ),
            target: SiteConnection(
                context: "target",
                client: client(.target),
                entry: targetEntry
            ),
            traffic: balancer.haproxy ?? TrafficTwin(transport: control, front: front),
            stores: stores,
            time: time,
            copying: copying
        )
    }

    private func shutdown() async throws {
        for transport in transports { try await transport.shutdown() }
        try FileManager.default.removeItem(at: folder)
    }
}
