import Clocks
import EmbeddedNodes
import EmbeddedSites
import LoadGenerator
import Twin

/// The demo's callers inside: open-loop load at each site on every name that is bridged there, in each
/// of the forms in which callers write it.
struct DemoInside: Sendable {
    /// Requests of a load that is not split by time belong to this phase.
    private static let phase = "all"

    private let loads: [TwinSite: LoadGenerator]
    private let nameCount: Int
    private let prepared = AsyncStream.makeStream(
        of: Void.self,
        bufferingPolicy: .bufferingOldest(1)
    )

    /// `rate` is in requests a second, at each site.
    init(_ twin: RunningTwin, rate: Int, time: any TimeSource) async throws {
        let crossing = DemoEstate.services + [DemoEstate.shards]
        // What is carried back is no name at the target for most of the time.
        let names: [TwinSite: [DemoEstate.Service]] = [
            .source: crossing + DemoEstate.laboratory, .target: crossing,
        ]
        var loads: [TwinSite: LoadGenerator] = [:]
        var nameCount = 0
        for (site, services) in names {
            let routes = services.flatMap {
                LoadRoute.names(ofService: $0.name, in: $0.namespace)
            }
            nameCount += routes.count
            loads[site] = LoadGenerator(
                plan: LoadPlan(
                    port: try await twin.world.openInside(site),
                    routes: routes,
                    requestsPerSecond: rate
                ),
                time: time,
                phase: DemoInside.phase
            )
        }
        self.loads = loads
        self.nameCount = nameCount
    }

    /// Says that every name answers at the target: from now on they are called there too.
    func namesAnswerAtTarget() { prepared.continuation.yield() }

    /// Sends inside a site until the task is cancelled; inside the target once names answer there.
    func run(_ site: TwinSite) async throws {
        if site == .target {
            var signals = prepared.stream.makeAsyncIterator()
            guard await signals.next() != nil else { return }
        }
        try await loads[site]?.run()
    }

    /// What was seen, and what was not as it should be.
    var outcome: Demo.Outcome {
        var outcome = Demo.Outcome(lines: [LoadLines.header("inside")], complaints: [])
        var requests = 0
        var failed = 0
        for site in TwinSite.allCases {
            let report = loads[site]?.report(of: DemoInside.phase) ?? LoadReport()
            requests += report.requests
            failed += report.failed
            outcome.lines.append(LoadLines.text(site.rawValue, report))
            for (reason, count) in report.failures.sorted(by: { $0.key < $1.key }) {
                outcome.complaints.append("inside the \(site), \(count) requests: \(reason)")
            }
            for other in TwinSite.allCases where report.bySite[other.rawValue, default: 0] == 0 {
                outcome.complaints.append("inside the \(site), nothing was served by the \(other)")
            }
        }
        outcome.lines.append(
            "  \(requests) requests sent inside on \(nameCount) names, \(failed) failed"
        )
        return outcome
    }
}
