import Clocks
import EmbeddedNodes
import EmbeddedSites
import Foundation
import HAProxyRuntime
import MigrationPorts
import TrafficHAProxy
import Twin

/// The balancer before the demo's sites: the twin's own, or a real HAProxy that is started for it.
///
// Safety: the process is started before anything else runs and ended after everything else.
final class DemoBalancer: @unchecked Sendable {
    /// Where it takes requests.
    let port: Int
    /// Nil for the twin's own.
    let haproxy: (any TrafficProvider)?
    private let process: Process?
    private let folder: URL?

    private init(port: Int, haproxy: (any TrafficProvider)?, process: Process?, folder: URL?) {
        self.port = port
        self.haproxy = haproxy
        self.process = process
        self.folder = folder
    }

    static func start(_ twin: RunningTwin, usesHAProxy: Bool) async throws -> DemoBalancer {
        guard usesHAProxy else {
            return DemoBalancer(
                port: twin.world.ports.balancer,
                haproxy: nil,
                process: nil,
                folder: nil
            )
        }
        guard
            let program = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy"].first(where: {
                FileManager.default.isExecutableFile(atPath: $0)
            })
        else { throw InputProblem("haproxy is not installed: `apt-get install haproxy`") }
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("diolkos-haproxy-\(Identifiers.fresh().prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let port = try await LoopbackPort.unused()
        let configuration = DemoHAProxyFile(twin, port: port, folder: folder)
        let path = folder.appendingPathComponent("haproxy.cfg").path
        try Data(configuration.text.utf8).write(to: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-f", path, "-db"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let traffic = TrafficHAProxy(
            runtime: HAProxyRuntime(address: .unix(path: configuration.socket)),
            naming: RouteNaming(),
            stateFilePath: configuration.stateFile
        )
        let balancer = DemoBalancer(
            port: port,
            haproxy: traffic,
            process: process,
            folder: folder
        )
        try await balancer.waitUntilReady()
        return balancer
    }

    func stop() {
        process?.terminate()
        process?.waitUntilExit()
        guard let folder else { return }
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            Output.problem("\(folder.path) is left over: \(error)")
        }
    }

    private func waitUntilReady() async throws {
        guard let haproxy else { return }
        for _ in 0..<50 {
            do {
                _ = try await haproxy.routes()
                return
            } catch {
                try await SystemTime().sleep(for: .milliseconds(100))
            }
        }
        throw InputProblem("haproxy did not come up")
    }
}
