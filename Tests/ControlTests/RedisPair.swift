import ControlPlaneSupport
import Foundation
import MigrationModel

/// A Redis for each of two sites: the source's accepts writes; the target's refuses them and has none.
final class RedisPair: StorePair {
    static let program = "redis-store"
    /// Whether there is a Redis to start.
    static var isInstalled: Bool { Shell.has("redis-check-rdb", "redis-cli", "bash") }

    let shell: Shell
    let writer: StoreWriter
    let ports: [SiteRole: Int]
    private let processes: [Process]

    static func with(_ body: (RedisPair) async throws -> Void) async throws {
        let pair = try RedisPair()
        defer { pair.end() }
        try await pair.writer.waitUntilAccepted(20)
        try await body(pair)
    }

    private init() throws {
        shell = try Shell()
        let free = try freePorts(2)
        ports = [.source: free[0], .target: free[1]]
        // Debian has one program for both, which goes by what it is called.
        let server = shell.folder.appendingPathComponent("redis-server")
        try FileManager.default.createSymbolicLink(
            atPath: server.path,
            withDestinationPath: "/usr/bin/redis-check-rdb"
        )
        var processes: [Process] = []
        for site in SiteRole.allCases {
            let file = try shell.write(
                """
                port \(ports[site] ?? 0)
                bind 127.0.0.1
                dir \(shell.folder.path)
                dbfilename \(site).rdb
                save ""
                repl-ping-replica-period 1
                repl-diskless-sync-delay 0
                min-replicas-to-write \(site == .source ? 0 : 1_000)

                """,
                to: "\(site).conf"
            )
            processes.append(try shell.start(server.path, [file]))
        }
        self.processes = processes
        writer = try StoreWriter(
            in: shell,
            ports: free,
            command: """
                case "$(redis-cli -p $port --raw RPUSH numbers $n)" in '' | *[!0-9]*) return 1 ;; esac
                """
        )
    }

    private func end() {
        writer.end()
        processes.forEach(Shell.end)
        shell.remove()
    }

    var variables: [String: String] {
        var variables: [String: String] = [:]
        for (site, port) in ports {
            variables["REDIS_\(site.rawValue.uppercased())"] = "127.0.0.1:\(port)"
        }
        return variables
    }

    func numbers(at site: SiteRole) async throws -> [Int] {
        let port = ports[site] ?? 0
        let answer = try await shell.bash("redis-cli -p \(port) --raw LRANGE numbers 0 -1")
        return answer.text.split(separator: "\n").compactMap { Int($0) }
    }
}
