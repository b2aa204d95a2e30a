import Clocks
import NIOCore
import NIOPosix
import Synchronization

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// The twin's balancer by itself, before two tiny sites.
final class RunningTwinBalancer: Sendable {
    let port: Int
    let controlPort: Int
    private let parts: Mutex<(balancer: TwinBalancer, control: BalancerControl)>

    init(_ sites: TinySites, instance: String) async throws {
        let made = try await Self.start(sites, instance: instance, port: 0, controlPort: 0)
        port = made.port
        controlPort = made.controlPort
        parts = Mutex((made.balancer, made.control))
    }

    /// Stops it and starts another one with the same routes and ports.
    func restart(_ sites: TinySites) async throws {
        await stop()
        let made = try await Self.start(
            sites,
            instance: "two",
            port: port,
            controlPort: controlPort
        )
        parts.withLock { $0 = (made.balancer, made.control) }
    }

    func stop() async {
        let (balancer, control) = parts.withLock { $0 }
        await control.stop()
        await balancer.stop()
    }

    private struct Made {
        let balancer: TwinBalancer
        let control: BalancerControl
        let port: Int
        let controlPort: Int
    }

    private static func start(
        _ sites: TinySites,
        instance: String,
        port: Int,
        controlPort: Int
    ) async throws -> Made {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let balancer = TwinBalancer(
            entries: [
                .source: try SocketAddress(ipAddress: "127.0.0.1", port: sites.sourcePort),
                .target: try SocketAddress(ipAddress: "127.0.0.1", port: sites.targetPort),
            ],
            settings: TwinBalancer.Settings(
                lag: .zero ... .milliseconds(1),
                pool: .towardsEntries
            ),
            network: TwinNetwork(),
            draws: SeededDraws(seed: 1),
            instance: instance,
            ticker: LoopTicker(eventLoop: loop),
            failures: FailureLog(),
            time: SystemTime()
        )
        for host in ["b.example", "a.example"] { balancer.ensureRoute(host) }
        let control = BalancerControl(balancer: balancer, eventLoop: loop)
        return Made(
            balancer: balancer,
            control: control,
            port: try await balancer.start(port: port).port ?? 0,
            controlPort: try await control.start(port: controlPort).port ?? 0
        )
    }
}
