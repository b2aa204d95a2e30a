import Clocks
import ControlPlaneSupport
import Foundation
import MigrationModel

/// A Redis for each of two sites, and somebody who writes to whichever accepts, one number after another.
final class RedisPair: Sendable {
    /// Whether there is a Redis to start.
    static var isInstalled: Bool { Shell.has("redis-check-rdb", "redis-cli", "bash") }

    let shell: Shell
    let ports: [SiteRole: Int]
    private let processes: [Process]

    /// The source's accepts writes; the target's refuses them and has none.
    static func with(_ body: (RedisPair) async throws -> Void) async throws {
        let pair = try RedisPair()
        defer { pair.end() }
        try await pair.waitUntilUp()
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
            processes.append(try Self.start(server.path, [file]))
        }
        let writer = try shell.write(
            """
            n=0
            while :; do
                n=$((n + 1))
                for port in \(free[0]) \(free[1]); do
                    answer=$(redis-cli -p $port --raw RPUSH numbers $n 2>/dev/null) || continue
                    case "$answer" in '' | *[!0-9]*) ;; *) echo $n >>accepted; break ;; esac
                done
            done
            """,
            to: "writer.sh"
        )
        processes.append(
            try Self.start("/bin/bash", [writer], in: shell.folder)
        )
        self.processes = processes
    }

    private static func start(
        _ program: String,
        _ arguments: [String],
        in folder: URL? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func end() {
        // They have the signals blocked that who started them has; this one nobody can.
        for process in processes.reversed() {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        shell.remove()
    }

    private func waitUntilUp() async throws {
        let time = SystemTime()
        let deadline = time.uptime + .seconds(20)
        while try accepted.count < 20, time.uptime < deadline {
            try await time.sleep(for: .milliseconds(50))
        }
    }

    /// What the store's program finds in its environment.
    var variables: [String: String] {
        var variables = ["PATH": "/usr/bin:/bin"]
        for (site, port) in ports {
            variables["REDIS_\(site.rawValue.uppercased())"] = "127.0.0.1:\(port)"
        }
        return variables
    }

    /// The numbers that somebody was told are kept; in the order in which they were.
    var accepted: [Int] {
        get throws {
            let path = shell.folder.appendingPathComponent("accepted").path
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                .compactMap { Int($0) }
        }
    }

    /// The numbers that a site has; in the order in which they came.
    func numbers(at site: SiteRole) async throws -> [Int] {
        let port = ports[site] ?? 0
        let answer = try await shell.bash("redis-cli -p \(port) --raw LRANGE numbers 0 -1")
        return answer.text.split(separator: "\n").compactMap { Int($0) }
    }
}
