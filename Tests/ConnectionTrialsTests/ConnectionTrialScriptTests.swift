import ConnectionTrials
import Foundation
import JSONValues
import KubernetesObjects
import Testing

/// The script of a trial, run by the shell and the `nc` that its usual image is made of.
struct ConnectionTrialScriptTests {
    static let busybox = "/usr/bin/busybox"
    static let python = "/usr/bin/python3"
    static let hasTools = [busybox, python].allSatisfy(
        FileManager.default.isExecutableFile(atPath:)
    )
    /// Foundation's `Process` hands on the signals that a thread of a test blocks; a shell that never
    /// hears of its children would wait for ever.
    static let unblocking = """
        import os, signal, sys
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.execv(sys.argv[1], ["busybox"] + sys.argv[2:])
        """

    @Test(
        .enabled(if: hasTools, "skipped: busybox or python3 is not installed"),
        arguments: [true, false]
    )
    func `what listens is reached and what does not is not`(isSideBySide: Bool) throws {
        let listener = try Listener()
        defer { listener.close() }
        let closed = try Listener()
        let closedPort = Int(closed.port)
        closed.close()
        let trial = ConnectionTrial(
            namespace: "shop",
            name: "diolkos-try",
            image: "busybox:1.36",
            targets: [
                ConnectionTarget(host: "127.0.0.1", port: Int(listener.port)),
                ConnectionTarget(host: "127.0.0.1", port: closedPort),
                ConnectionTarget(host: "no-such-name.invalid", port: 80),
            ],
            manner: ConnectionTrial.Manner(
                isSideBySide: isSideBySide,
                secondsMax: 1,
                attemptsMax: 2,
                samples: 2
            )
        )
        guard case .done(let results) = try outcome(of: trial) else {
            Issue.record("the trial came to no end: \(try outcome(of: trial))")
            return
        }
        #expect(results.map(\.isAnswered) == [true, false, false])
        #expect(results[1].answer == .refused)
        #expect(results[2].answer == .unresolved)
    }

    /// Answers a client that says the preface of HTTP/2 as a gRPC server does, and every other with a line.
    private static let server = """
        import socket, sys
        s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(8)
        print(s.getsockname()[1], flush=True)
        while True:
            c, _ = s.accept(); c.settimeout(5)
            try:
                said = c.recv(4096)
                c.sendall(bytes.fromhex(sys.argv[1]) if said.startswith(b"PRI * HTTP/2.0") else b"?")
                while c.recv(4096): pass
            except OSError: pass
            c.close()
        """

    @Test(
        .enabled(if: hasTools, "skipped: busybox or python3 is not installed"),
        arguments: [("well", true), ("ill", false)]
    )
    func `a gRPC server is asked for its health`(state: String, isWell: Bool) throws {
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        let answer = GRPCHealthTests.recorded[isWell ? "serving" : "notServing"] ?? ""
        process.arguments = ["-c", Self.server, answer]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer { process.terminate() }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
        let trial = ConnectionTrial(
            namespace: "shop",
            name: "diolkos-probe-orders",
            image: "busybox:1.36",
            targets: [
                ConnectionTarget(
                    host: "127.0.0.1",
                    port: port,
                    speech: .grpcHealth(service: "shop.Orders")
                )
            ],
            manner: ConnectionTrial.Manner(secondsMax: 1, attemptsMax: 1)
        )
        guard case .done(let results) = try outcome(of: trial) else {
            Issue.record("the trial came to no end: \(try outcome(of: trial))")
            return
        }
        #expect(results.map(\.isAnswered) == [isWell])
        #expect(results.map(\.words) == [isWell ? "serving" : "not serving"])
    }

    /// Runs the container of a trial here, and reads its pod as a kubelet would leave it.
    private func outcome(of trial: ConnectionTrial) throws -> ConnectionTrialOutcome {
        var pod = try #require(trial.job.at("spec", "template"))
        let container = try #require(pod.at("spec", "containers")?.array?.first)
        let (code, message) = try run(
            try #require(container["command"]?.array).compactMap(\.string)
        )
        let ended: JSON = ["exitCode": .int(Int(code)), "message": .string(message)]
        pod["status"] = ["containerStatuses": [["state": ["terminated": ended]]]]
        return ConnectionTrial.outcome(job: trial.job, pods: [pod])
    }

    private func run(_ words: [String]) throws -> (code: Int32, message: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let report = folder.appending(path: "report")
        // The applets of busybox, and nothing else, as in its image.
        for applet in ["date", "head", "nc", "od", "sleep", "tr", "true"] {
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: applet),
                withDestinationURL: URL(filePath: Self.busybox)
            )
        }
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = ["-c", Self.unblocking, Self.busybox] + words
        process.environment = ["PATH": folder.path, "TRIAL_REPORT": report.path]
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: report, encoding: .utf8))
    }
}

/// Takes connections and says nothing.
private struct Listener {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && listen(socket, 8) == 0
                    && getsockname(socket, pointer, &length) == 0
            }
        }
        try #require(bound)
        port = UInt16(bigEndian: address.sin_port)
    }

    func close() {
        _ = Foundation.close(descriptor)
    }
}
