import Clocks
import EmbeddedNodes
import EmbeddedSites
import Foundation
import HAProxyRuntime

/// A real HAProxy with a configuration of its own in a directory of its own.
package final class HAProxyProcess: Sendable {
    /// One route's backend, with the ports of the servers of both sites.
    package struct Backend {
        package var name: String
        package var source: [Int]
        package var target: [Int]
        package var balance: String

        package init(name: String, source: [Int], target: [Int], balance: String = "roundrobin") {
            self.name = name
            self.source = source
            self.target = target
            self.balance = balance
        }
    }

    /// Why there is no HAProxy.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where Debian installs it.
    package static let path = "/usr/sbin/haproxy"
    /// Whether there is one to test with.
    package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// Where it takes requests.
    package let port: Int
    /// Where its configuration, its socket and its state are.
    package let directory: URL
    /// Its runtime API.
    package let runtime: HAProxyRuntime
    /// The CLI of its master.
    package let master: HAProxyRuntime
    private let identifier: Int32
    private let time = SystemTime()

    /// The file from which it takes its weights when it is reloaded.
    package var stateFile: String { directory.appendingPathComponent("state").path }

    /// Starts one; `patience` is how long it lets a connection be idle.
    package init(
        backends: [Backend],
        level: String = "admin",
        patience: String = "5s"
    ) async throws {
        // Short, for the path of a UNIX socket has 108 bytes.
        directory = URL(fileURLWithPath: "/tmp/dk-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = try await LoopbackPort.unused()
        let configuration = directory.appendingPathComponent("haproxy.cfg")
        let socket = directory.appendingPathComponent("socket").path
        try HAProxyProcess.configuration(
            backends,
            port: port,
            socket: socket,
            stateFile: directory.appendingPathComponent("state").path,
            level: level,
            patience: patience
        ).write(to: configuration, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: HAProxyProcess.path)
        let masterSocket = directory.appendingPathComponent("master").path
        process.arguments = ["-W", "-db", "-q", "-S", masterSocket, "-f", configuration.path]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        identifier = process.processIdentifier
        runtime = HAProxyRuntime(address: .unix(path: socket))
        master = HAProxyRuntime(address: .unix(path: masterSocket))
        try await waitUntilUp(after: nil, looksMax: 600)
    }

    /// Reads the configuration anew in a new process, as `systemctl reload haproxy` does.
    package func reload() async throws {
        let before = HAProxyInfo(try await runtime.ask("show info"))["Pid"]
        // A master that is still busy with its start may miss the first signal.
        for attempt in 1...5 {
            kill(identifier, SIGUSR2)
            do {
                return try await waitUntilUp(after: before, looksMax: 100)
            } catch let failure as Failure {
                guard attempt < 5 else { throw failure }
            }
        }
    }

    /// Ends it, and removes its directory.
    package func stop() {
        kill(identifier, SIGTERM)
        do {
            try FileManager.default.removeItem(at: directory)
        } catch {
            print("\(directory.path) is left behind: \(error)")
        }
    }

    private func waitUntilUp(after pid: String?, looksMax: Int) async throws {
        for _ in 0..<looksMax {
            do {
                let now = HAProxyInfo(try await runtime.ask("show info"))["Pid"]
                // A master that starts itself anew takes a moment longer.
                _ = try await master.ask(["show proc", "quit"])
                if now != nil, now != pid { return }
            } catch {
                // It does not listen yet.
            }
            try await time.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "HAProxy is not up after \(looksMax) looks")
    }

    private static func configuration(
        _ backends: [Backend],
        port: Int,
        socket: String,
        stateFile: String,
        level: String,
        patience: String
    ) -> String {
        var lines = [
            "global",
            "  stats socket \(socket) mode 600 level \(level) expose-fd listeners",
            "  server-state-file \(stateFile)",
            "  maxconn 500",
            "defaults",
            "  mode http",
            "  retries 0",
            "  timeout connect 1s",
            "  timeout client \(patience)",
            "  timeout server \(patience)",
            "  load-server-state-from-file global",
            "frontend all",
            "  bind 127.0.0.1:\(port)",
            "  http-request set-var(txn.diolkos) req.hdr(x-diolkos-probe)",
            "  http-response set-header x-diolkos-server %s if { var(txn.diolkos) -m found }",
            "  use_backend %[req.hdr(host),lower,field(1,:)]",
        ]
        for backend in backends {
            lines += ["backend \(backend.name)", "  balance \(backend.balance)"]
            for (side, weight, ports) in [
                ("source", 100, backend.source), ("target", 0, backend.target),
            ] {
                for (index, port) in ports.enumerated() {
                    let name = ports.count == 1 ? side : "\(side)\(index + 1)"
                    lines.append("  server \(name) 127.0.0.1:\(port) weight \(weight)")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
