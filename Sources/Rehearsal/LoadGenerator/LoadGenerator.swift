import Clocks
import NIOCore
import NIOPosix
import Synchronization

/// Sends requests at a fixed rate whatever becomes of them, and counts what becomes of them.
///
/// Open loop: a slow answer delays no later request, and latency is counted from the moment at
/// which a request was due, so a stall cannot hide behind the requests that it kept from being
/// sent. Connections are kept alive. Nothing is retried.
package final class LoadGenerator: Sendable {
    private let plan: LoadPlan
    private let time: any TimeSource
    private let group: any EventLoopGroup
    private let phases: Mutex<Phases>

    struct Phases {
        var current: String
        var tallies: [String: LoadTally]
    }

    /// Requests due before the first `enter` belong to `phase`.
    package init(
        plan: LoadPlan,
        time: any TimeSource,
        phase: String,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.plan = plan
        self.time = time
        self.group = group
        phases = Mutex(Phases(current: phase, tallies: [phase: LoadTally()]))
    }

    /// Requests due from now on are counted to `phase`.
    package func enter(_ phase: String) {
        phases.withLock { phases in
            phases.current = phase
            if phases.tallies[phase] == nil { phases.tallies[phase] = LoadTally() }
        }
    }

    /// What is known of a phase by now.
    package func report(of phase: String) -> LoadReport {
        phases.withLock { $0.tallies[phase]?.summary ?? LoadReport() }
    }

    /// Answers of all phases so far, by the site that the pod named.
    package var answersBySite: [String: Int] {
        phases.withLock { phases in
            phases.tallies.values.reduce(into: [:]) { $0.merge($1.bySite, uniquingKeysWith: +) }
        }
    }

    /// Sends until the task is cancelled, then waits for the answers that are under way.
    package func run() async throws {
        let loop = group.next()
        let driver = LoadDriver(plan: plan, loop: loop, time: time) { [self] event in count(event) }
        try await driver.start()
        do {
            while true { try await time.sleep(for: .seconds(3_600)) }
        } catch is CancellationError {
            await driver.stop()
        }
    }

    private func count(_ event: LoadEvent) -> String {
        phases.withLock { phases in
            let phase = event.phase ?? phases.current
            switch event.kind {
            case .sent: phases.tallies[phase, default: LoadTally()].sent()
            case .answered(let site, let entry, let latency):
                phases.tallies[phase, default: LoadTally()]
                    .answered(site: site, entry: entry, latency: latency)
            case .failed(let reason, let latency):
                phases.tallies[phase, default: LoadTally()].failed(reason, latency: latency)
            }
            return phase
        }
    }
}

/// What the driver tells: the first event of a request has no phase yet and is answered with one.
struct LoadEvent {
    enum Kind {
        case sent
        case answered(site: String?, entry: String?, latency: Duration)
        case failed(reason: String, latency: Duration)
    }

    var phase: String?
    var kind: Kind
}
