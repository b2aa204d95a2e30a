import ConnectionTrials
import Foundation
import JSONValues
import KubernetesObjects
import Testing

/// The scripts that send bytes and that listen, run by the shell and the `nc` that their usual image is made
/// of.
struct TransferScriptTests {
    private static let hasTools = ConnectionTrialScriptTests.hasTools

    @Test(
        .enabled(if: hasTools, "skipped: busybox or python3 is not installed"),
        .timeLimit(.minutes(2)),
        arguments: Toolset.all,
        Toolset.all
    )
    func `bytes go both ways to who listens, and nobody is reached where nobody does`(
        listener: Toolset,
        sender: Toolset
    ) throws {
        let port = try freePort()
        let listening = try listen(at: port, listener)
        defer { listening.stop() }
        let answers = try answers([port, try freePort()], sender)
        try #require(answers.count == 2)
        for leg in [
            answers[0].reach, answers[0].sent.packets, answers[0].sent.bulk,
            answers[0].fetched.packets, answers[0].fetched.bulk,
        ] {
            guard case .carried = leg else {
                Issue.record("\(answers[0])")
                return
            }
        }
        #expect(answers[1] == TransferAnswer(reach: .unreached(.refused)))
    }

    /// Lets some bytes of each connection through, and swallows what comes behind them, as a link does that
    /// loses large packets.
    private static let swallower = """
        import socket, sys, threading
        there, up, down = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
        s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(8)
        print(s.getsockname()[1], flush=True)
        def carry(a, b, most):
            try:
                while True:
                    said = a.recv(4096)
                    if not said: break
                    if len(said) <= most: b.sendall(said)
                    most -= len(said)
                b.shutdown(socket.SHUT_WR)
            except OSError: pass
        while True:
            a, _ = s.accept()
            b = socket.create_connection(("127.0.0.1", there))
            threading.Thread(target=carry, args=(a, b, up), daemon=True).start()
            threading.Thread(target=carry, args=(b, a, down), daemon=True).start()
        """

    @Test(
        .enabled(if: hasTools, "skipped: busybox or python3 is not installed"),
        .timeLimit(.minutes(2)),
        arguments: [true, false]
    )
    func `what loses all but small packets is told from what is slow or shut`(isUp: Bool) throws {
        let port = try freePort()
        let listening = try listen(at: port)
        defer { listening.stop() }
        let most = 1_000_000
        let between = try Running(
            Self.swallower,
            ["\(port)", "\(isUp ? 1_000 : most)", "\(isUp ? most : 1_000)"]
        )
        defer { between.stop() }
        let answers = try answers([try between.port()])
        let answer = try #require(answers.first)
        #expect(answer.isReached)
        let stalled = TransferAnswer.Way(packets: .stalled, bulk: .untried)
        #expect((isUp ? answer.sent : answer.fetched) == stalled)
        guard case .carried = (isUp ? answer.fetched : answer.sent).bulk else {
            Issue.record("the other way does not carry: \(answer)")
            return
        }
    }

    // MARK: - A real network

    private static let network = """
        set -e
        unshare -n sleep 60 & far=$!
        sleep 0.5
        ip link set lo up
        ip link add near type veth peer name far
        ip link set far netns $far
        ip addr add 10.99.0.1/24 dev near
        ip link set near up
        ip link set near gso_max_segs 1
        nsenter -t $far -n ip addr add 10.99.0.2/24 dev far
        nsenter -t $far -n ip link set far up
        # The far end takes no more than 900 bytes at once, and tells everybody that it takes 1500.
        nsenter -t $far -n ip link set far mtu 900
        nsenter -t $far -n ip route change 10.99.0.0/24 dev far advmss 1460
        nsenter -t $far -n "$@" >/dev/null 2>&1 &
        "$BUSYBOX" sleep 0.5
        eval "$SEND" || true
        # All of this session, whoever still waits for bytes among them.
        trap "" TERM
        kill -TERM 0
        """

    /// Whether this machine lets us have networks of our own.
    private static let hasNetworks: Bool = {
        let tools = ["/usr/bin/unshare", "/usr/bin/nsenter", "/usr/bin/bash"]
        guard hasTools, tools.allSatisfy(FileManager.default.isExecutableFile(atPath:)) else {
            return false
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = [
            "-n", "ip", "link", "add", "near", "type", "veth", "peer", "name", "far",
        ]
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Test(
        .enabled(
            if: hasNetworks,
            "skipped: no network namespaces with ip, unshare and nsenter here"
        ),
        .timeLimit(.minutes(2))
    )
    func `a link whose far end takes smaller packets than it says is found`() throws {
        let folder = try Programs()
        defer { folder.remove() }
        let listener = try command(
            TransferListener(namespace: "shop", name: "listen", image: "busybox", port: 8_080).job
        )
        let trial = trial(["10.99.0.2:8080"])
        let sending = shortened(try command(trial.job))
        let shell = { (words: [String]) in
            words.map { "'" + $0.replacing("'", with: #"'\''"#) + "'" }.joined(separator: " ")
        }
        let process = Process()
        process.executableURL = URL(filePath: ConnectionTrialScriptTests.python)
        let busybox = ConnectionTrialScriptTests.busybox
        process.arguments =
            [
                "-c", Running.unblocking, "/usr/bin/unshare", "unshare", "-n", "/usr/bin/bash",
                "-c", Self.network, "network",
            ]
            + ["env", "PATH=\(folder.path)", busybox] + listener
        process.environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "BUSYBOX": busybox,
            "TRIAL_REPORT": folder.report.path,
            "SEND": "PATH=\(folder.path) " + shell([busybox] + sending),
        ]
        try process.run()
        process.waitUntilExit()
        let report = try String(contentsOf: folder.report, encoding: .utf8)
        let answer = try #require(try answers(in: report, of: trial).first)
        #expect(answer.isReached)
        #expect(answer.sent == TransferAnswer.Way(packets: .stalled, bulk: .untried))
        guard case .carried = answer.fetched.bulk else {
            Issue.record("the other way does not carry: \(answer)")
            return
        }
    }

    // MARK: - Running

    private func trial(_ places: [String]) -> TransferTrial {
        TransferTrial(
            namespace: "shop",
            name: "send",
            image: "busybox",
            host: "diolkos-link.shop",
            places: places.compactMap { ConnectionTarget($0) }
        )
    }

    private func command(_ job: JSON) throws -> [String] {
        let container = job.at("spec", "template", "spec", "containers")?.array?.first
        return try #require(container?["command"]?.array).compactMap(\.string)
    }

    /// With three seconds of patience, so that a test is not as patient as a migration.
    private func shortened(_ words: [String]) -> [String] {
        var words = words
        words[5] = "3"
        return words
    }

    private func listen(at port: Int, _ tools: Toolset = .usual) throws -> Running {
        let job = TransferListener(namespace: "shop", name: "listen", image: "busybox", port: port)
            .job
        var words = try command(job)
        // What watches over it stays for as long as a process is not waited for.
        words[5] = "100"
        return try Running(words, with: tools)
    }

    private func answers(
        _ ports: [Int],
        _ tools: Toolset = .usual
    ) throws -> [TransferAnswer] {
        let trial = trial(ports.map { "127.0.0.1:\($0)" })
        var words = shortened(try command(trial.job))
        words[6] = "3"
        let running = try Running(words, with: tools)
        return try answers(in: try running.reportAtEnd(), of: trial)
    }

    /// Reads the report as it is read from a pod.
    private func answers(in report: String, of trial: TransferTrial) throws -> [TransferAnswer] {
        var pod = try #require(trial.job.at("spec", "template"))
        let ended: JSON = ["exitCode": 0, "message": .string(report)]
        pod["status"] = ["containerStatuses": [["state": ["terminated": ended]]]]
        guard case .done(let answers) = TransferTrial.outcome(job: trial.job, pods: [pod]) else {
            Issue.record("the trial came to no end: \(report)")
            return []
        }
        return answers
    }

    private func freePort() throws -> Int {
        let running = try Running(
            "import socket; s = socket.socket(); s.bind((\"127.0.0.1\", 0)); print(s.getsockname()[1])",
            []
        )
        return try running.port()
    }
}

/// A folder with the programs that these scripts need, and nothing else, as in their image.
private struct Programs {
    private let folder: URL
    var path: String { folder.path }
    var report: URL { folder.appending(path: "report") }

    init(_ tools: Toolset = .usual) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try tools.link(into: folder)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

/// A program that runs beside a test.
private final class Running {
    static let unblocking = """
        import os, signal, sys
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        try: os.setsid()
        except OSError: pass
        os.execv(sys.argv[1], sys.argv[2:])
        """

    private let process = Process()
    private let output = Pipe()
    private let programs: Programs?

    /// A container's command, which begins with the name of a shell.
    init(_ words: [String], with tools: Toolset) throws {
        let programs = try Programs(tools)
        self.programs = programs
        process.environment = ["PATH": programs.path, "TRIAL_REPORT": programs.report.path]
        try start(["-c", Self.unblocking, tools.shell] + words)
    }

    /// A program of Python's that says its port on its first line.
    init(_ program: String, _ arguments: [String]) throws {
        programs = nil
        try start(["-c", program] + arguments)
    }

    private func start(_ arguments: [String]) throws {
        process.executableURL = URL(filePath: ConnectionTrialScriptTests.python)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
    }

    func port() throws -> Int {
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        return try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    func reportAtEnd() throws -> String {
        process.waitUntilExit()
        defer { programs?.remove() }
        let report = try #require(programs?.report)
        return try String(contentsOf: report, encoding: .utf8)
    }

    /// Ends it with what it has started, which is of its session.
    ///
    /// Nobody waits for it: busybox's `timeout` keeps what a `Process` learns the end by open for longer.
    func stop() {
        if programs != nil { kill(-process.processIdentifier, SIGTERM) }
        process.terminate()
        programs?.remove()
    }
}
