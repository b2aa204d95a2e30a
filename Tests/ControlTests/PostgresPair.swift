import ControlPlaneSupport
import Foundation
import MigrationModel

/// A PostgreSQL for each of two sites: the source's accepts writes; the target's starts from a base backup of
/// it and refuses them.
final class PostgresPair: StorePair {
    static let program = "postgres-store"
    /// Where its programs are; nil where it is not installed.
    private static let binaries: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let found = versions.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }.map { "\(root)/\($0)/bin" }
        return found.last { FileManager.default.isExecutableFile(atPath: "\($0)/postgres") }
    }()

    /// Whether there is one to start.
    static var isInstalled: Bool { binaries != nil && Shell.has("bash", "setpriv") }

    let shell: Shell
    let writer: StoreWriter
    let ports: [SiteRole: Int]
    private let keepers: [SiteRole: Process]

    /// `isOther` is whether the target's copy is another database, which nothing here can follow.
    static func with(
        isOther: Bool = false,
        _ body: (PostgresPair) async throws -> Void
    ) async throws {
        let shell = try Shell()
        let free = try freePorts(2)
        let ports: [SiteRole: Int] = [.source: free[0], .target: free[1]]
        for site in SiteRole.allCases { try writeCommands(shell, site, ports, isOther) }
        let pair = try PostgresPair(shell, ports)
        defer { pair.end() }
        try await pair.writer.waitUntilAccepted(20)
        try await pair.waitUntil("it is up") {
            try await pair.call("look", .target).code == 0
        }
        try await body(pair)
    }

    private init(_ shell: Shell, _ ports: [SiteRole: Int]) throws {
        self.shell = shell
        self.ports = ports
        var keepers: [SiteRole: Process] = [:]
        for site in SiteRole.allCases {
            keepers[site] = try shell.start("/bin/bash", ["keep-\(site)"])
        }
        self.keepers = keepers
        writer = try StoreWriter(
            in: shell,
            ports: [.source, .target].compactMap { ports[$0] },
            command: """
                \(Self.binaries ?? "")/psql -XAtq -h 127.0.0.1 -p $port -U postgres -d postgres \
                    -c "INSERT INTO numbers (n) VALUES ($n)"
                """
        )
    }

    /// `on-SITE` runs a command as the server's owner would; `keep-SITE` makes the data where there are none, as
    /// an init container does, and starts the server whenever it has ended, as a kubelet does.
    private static func writeCommands(
        _ shell: Shell,
        _ site: SiteRole,
        _ ports: [SiteRole: Int],
        _ isOther: Bool
    ) throws {
        let folder = shell.folder.path
        let on = try shell.write(
            """
            #!/bin/sh
            export PATH='\(binaries ?? ""):/usr/bin:/bin' PGDATA='\(folder)/\(site)/data'
            export PGHOST=127.0.0.1 PGPORT=\(ports[site] ?? 0) PGUSER=postgres
            cd /
            [ "$(id -u)" = 0 ] || exec "$@"
            exec setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"

            """,
            to: "on-\(site)"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: on)
        let settings = """
            fsync = off
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            wal_retrieve_retry_interval = 200ms
            shared_buffers = 16MB
            """
        let initialise = """
            ./on-\(site) initdb -N -U postgres -A trust
                echo "\(settings)" >>\(site)/data/postgresql.conf
            """
        let source = ports[.source] ?? 0
        let make =
            switch (site, isOther) {
            case (.source, _):
                """
                \(initialise)
                    echo "CREATE TABLE numbers (id bigserial, n int)" |
                        ./on-source postgres --single -D "$PWD/source/data" postgres
                """
            case (.target, true):
                """
                \(initialise)
                    ./on-target touch "$PWD/target/data/standby.signal"
                """
            case (.target, false):
                """
                until ./on-target pg_basebackup -c fast -p \(source) -D "$PWD/target/part"; do
                        sleep 0.2
                    done
                    ./on-target touch "$PWD/target/part/standby.signal"
                    mv target/part target/data
                """
            }
        _ = try shell.write(
            """
            mkdir \(site)
            [ "$(id -u)" != 0 ] || chown postgres \(site)
            {
                \(make)
                while :; do
                    ./on-\(site) postgres
                    sleep 0.2
                    while [ -e \(site)/held ]; do sleep 0.1; done
                done
            } >>\(site).log 2>&1

            """,
            to: "keep-\(site)"
        )
    }

    private func end() {
        writer.end()
        keepers.values.forEach(Shell.kill)
        for site in SiteRole.allCases {
            let stop = try? shell.start(
                shell.folder.appendingPathComponent("on-\(site)").path,
                ["pg_ctl", "-m", "immediate", "stop"]
            )
            stop?.waitUntilExit()
            keepers[site].map(Shell.end)
        }
        shell.remove()
    }

    /// From now on nobody starts the server when it has ended, until there is no file `held` beside its data.
    func hold(_ site: SiteRole) async throws {
        _ = try await on(site, "sh -c 'touch \"$PGDATA/../held\"'")
    }

    var variables: [String: String] {
        var variables: [String: String] = [:]
        for (site, port) in ports {
            let name = "PG_\(site.rawValue.uppercased())"
            variables[name] = "host=127.0.0.1 port=\(port) user=postgres"
            variables["\(name)_EXEC"] = shell.folder.appendingPathComponent("on-\(site)").path
        }
        return variables
    }

    func numbers(at site: SiteRole) async throws -> [Int] {
        try await sql("SELECT n FROM numbers ORDER BY id", site).text.split(separator: "\n")
            .compactMap { Int($0) }
    }

    /// What a site's server answers, or why it does not.
    func sql(_ text: String, _ site: SiteRole) async throws -> (code: Int32, text: String) {
        try await on(site, "psql -XAtq -d postgres -v ON_ERROR_STOP=1 <<'SQL'\n\(text)\nSQL\n")
    }

    /// Runs a command as the owner of a site's server.
    func on(_ site: SiteRole, _ command: String) async throws -> (code: Int32, text: String) {
        let folder = shell.folder.path
        return try await shell.bash("cd \(folder)\n./on-\(site) \(command)")
    }
}
