import Foundation
import HTTPTransport
import HTTPTransportNIO

/// A real control plane on this machine: etcd, an API server and, where there is one, a controller
/// manager, in a folder of their own.
package final class ControlPlane {
    package let transport: NIOTransport
    package let token = UUID().uuidString
    private let assets: String
    private let serviceRanges: [String]
    private let folder: URL
    private var programs: [Process] = []

    /// The path of a kubeconfig that leads to it, for kubectl.
    package var kubeconfig: String { path("kubeconfig") }

    /// The folder of programs that an environment variable names, as envtest has it.
    ///
    /// Nil, and a line that says so, when it names none.
    package static func assets(_ variable: String) -> String? {
        let folder = ProcessInfo.processInfo.environment[variable] ?? ""
        guard folder.isEmpty else { return folder }
        print("skipped: no real API server, as \(variable) is not set")
        return nil
    }

    /// Starts it, and returns when it is ready; Services get addresses of both families where there
    /// is a second range.
    package init(assets: String, secondServiceRange: String? = nil) async throws {
        self.assets = assets
        serviceRanges = ["10.96.0.0/16", secondServiceRange].compactMap { $0 }
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("contract-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let ports = try freePorts(4)
        try Self.makeCertificate(in: folder)
        let certificate = try Data(contentsOf: folder.appendingPathComponent("server.crt"))
        transport = try NIOTransport(
            HTTPSite(
                origin: HTTPOrigin(scheme: .https, host: "127.0.0.1", port: ports[2]),
                tls: TLSOptions(roots: .authorities(pem: Array(certificate)))
            )
        )
        do {
            try startServer(ports)
            try await waitUntilReady()
            try writeKubeconfig(server: ports[2], certificate)
            try startControllers(port: ports[3])
        } catch {
            try await stop()
            throw error
        }
    }

    /// Ends its programs and removes what they wrote.
    package func stop() async throws {
        for program in programs.reversed() where program.isRunning {
            kill(program.processIdentifier, SIGKILL)
            program.waitUntilExit()
        }
        try await transport.shutdown()
        try FileManager.default.removeItem(at: folder)
    }

    private func startServer(_ ports: [Int]) throws {
        let etcd = "http://127.0.0.1:\(ports[0])"
        let peer = "http://127.0.0.1:\(ports[1])"
        try run(
            "etcd",
            [
                "--data-dir=\(path("etcd"))", "--listen-client-urls=\(etcd)",
                "--advertise-client-urls=\(etcd)", "--listen-peer-urls=\(peer)",
                "--initial-advertise-peer-urls=\(peer)", "--initial-cluster=default=\(peer)",
                "--unsafe-no-fsync",
            ]
        )
        let tokens = "\(token),admin,admin,\"system:masters\"\n"
        try Data(tokens.utf8).write(to: folder.appendingPathComponent("tokens.csv"))
        try run(
            "kube-apiserver",
            [
                "--etcd-servers=\(etcd)", "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1", "--secure-port=\(ports[2])",
                "--endpoint-reconciler-type=none", "--cert-dir=\(folder.path)",
                "--tls-cert-file=\(path("server.crt"))",
                "--tls-private-key-file=\(path("server.key"))",
                "--token-auth-file=\(path("tokens.csv"))",
                "--service-account-key-file=\(path("server.key"))",
                "--service-account-signing-key-file=\(path("server.key"))",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=\(serviceRanges.joined(separator: ","))",
                "--allow-privileged=true",
            ]
        )
    }

    private func writeKubeconfig(server: Int, _ certificate: Data) throws {
        let text = """
            {"apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [{"name": "it", "cluster": {"server": "https://127.0.0.1:\(server)",
            "certificate-authority-data": "\(certificate.base64EncodedString())"}}],
            "users": [{"name": "it", "user": {"token": "\(token)"}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}]}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: kubeconfig))
    }

    private func startControllers(port: Int) throws {
        let name = "kube-controller-manager"
        guard FileManager.default.isExecutableFile(atPath: "\(assets)/\(name)") else { return }
        try run(
            name,
            [
                "--kubeconfig=\(kubeconfig)", "--leader-elect=false",
                "--service-account-private-key-file=\(path("server.key"))",
                "--root-ca-file=\(path("server.crt"))", "--bind-address=127.0.0.1",
                "--secure-port=\(port)", "--cert-dir=\(folder.path)",
                // Nodes of tests have no kubelet that would report.
                "--node-monitor-grace-period=1h",
            ]
        )
    }

    private func waitUntilReady() async throws {
        let request = HTTPRequest(
            method: "GET",
            target: "/readyz",
            headers: ["Authorization": "Bearer \(token)"]
        )
        for _ in 0..<600 {
            if let ended = programs.first(where: { !$0.isRunning }) {
                throw ControlPlaneError(problem: "\(ended.executableURL?.path ?? "") ended")
            }
            do {
                if try await transport.send(request, timeout: .seconds(5)).status == 200 { return }
            } catch TransportError.cancelled {
                throw CancellationError()
            } catch {
                // It does not listen yet.
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw ControlPlaneError(problem: "the API server was not ready within two minutes")
    }

    private func run(_ name: String, _ arguments: [String]) throws {
        let log = folder.appendingPathComponent("\(name).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(assets)/\(name)")
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = process.standardOutput
        try process.run()
        programs.append(process)
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private static func makeCertificate(in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.currentDirectoryURL = folder
        process.arguments =
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
            + ["-keyout", "server.key", "-out", "server.crt", "-subj", "/CN=127.0.0.1"]
            + ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ControlPlaneError(problem: "openssl made no certificate")
        }
    }
}

/// Why a real control plane could not be started.
package struct ControlPlaneError: Error, CustomStringConvertible {
    let problem: String
    package var description: String { "the control plane did not start: \(problem)" }
}

/// Ports of 127.0.0.1 that nobody listens on.
package func freePorts(_ count: Int) throws -> [Int] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return try (0..<count).map { _ in
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        sockets.append(descriptor)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw ControlPlaneError(problem: "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
