import ArgumentParser
import Clocks
import JSONValues
import LoadGenerator
import MigrationEngine

/// `diolkos twin load`: open-loop load on a twin's balancer from a process of its own.
struct TwinLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Send requests to a balancer of this machine until Ctrl-C, and count.",
        discussion: "It ends with failure if any request failed, or if it never sent one."
    )

    @Option(help: "The balancer's port on this machine.")
    var port: Int

    @Option(name: .customLong("host"), help: "A host to ask for; repeatable.")
    var hosts: [String]

    @Option(help: "Requests a second over all hosts.")
    var rate = 200

    @Option(help: "Stop after this many seconds; 0 goes on until Ctrl-C.")
    var seconds = 0

    func run() async throws {
        guard !hosts.isEmpty, rate > 0 else {
            throw ValidationError("name at least one --host, and a rate above 0")
        }
        let stop = StopRequest()
        let signals = SignalWatch(stop)
        let time = SystemTime()
        let plan = LoadPlan(
            port: port,
            routes: hosts.map { LoadRoute(host: $0) },
            requestsPerSecond: rate
        )
        let load = LoadGenerator(plan: plan, time: time, phase: "load")
        let deadline = seconds > 0 ? time.uptime + .seconds(seconds) : nil
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await load.runToEnd() }
            while !stop.isRequested, deadline.map({ time.uptime < $0 }) ?? true {
                if await time.pause(.milliseconds(100)) == false { break }
            }
            group.cancelAll()
        }
        withExtendedLifetime(signals) {}
        let report = load.report(of: "load")
        Output.line(LoadLines.json(report).text())
        if report.failed > 0 || report.answered == 0 { throw ExitCode.failure }
    }
}

extension TimeSource {
    /// False when the task was cancelled meanwhile.
    func pause(_ duration: Duration) async -> Bool {
        do {
            try await sleep(for: duration)
            return true
        } catch {
            return false
        }
    }
}

extension LoadGenerator {
    /// Sends until it is cancelled; a load that cannot even start shows as one that sent nothing.
    func runToEnd() async {
        do {
            try await run()
        } catch {
            Output.problem("the load could not be made: \(error)")
        }
    }
}
