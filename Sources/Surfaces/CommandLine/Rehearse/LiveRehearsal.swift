import Clocks
import EmbeddedNodes
import EmbeddedSites
import JSONValues
import LoadGenerator
import MigrationEngine
import MigrationFile
import MigrationModel
import Rehearsing
import Twin

/// A person's own migration in real time, between twins of both sites that answer, under load, to watch.
///
/// Soaks and settling times pass as the file has them; windows are open and approvals are given.
struct LiveRehearsal {
    private static let quietSeconds = 3
    private static let startMax = Duration.seconds(300)

    private let file: MigrationFile
    private let rate: Int
    private let manifests: [TwinSite: [JSON]]
    private let time = SystemTime()

    /// `rate` is in requests a second, over all routes.
    init(_ file: MigrationFile, source: SiteExport, target: SiteExport, rate: Int) {
        self.rate = rate
        manifests = [
            .source: TwinObjects(.source, source, file).manifests,
            .target: TwinObjects(.target, target, file).manifests,
        ]
        var live = file
        live.windows = nil
        live.bridgeRule = PlayedBridges(file.bridgeRule).rule
        live.approvals = ApprovalRule(room: false)
        for index in live.stores.indices { live.stores[index].isApproved = false }
        // A twin has no measurements, and its pods no answers of their own.
        live.probes = []
        live.gates = []
        live.comparisons = []
        live.source = SiteAddress(context: "source", entry: file.source.entry)
        live.target = SiteAddress(context: "target", entry: file.target.entry)
        live.traffic?.balancer = .twin(url: "http://127.0.0.1", front: nil)
        self.file = live
    }

    /// Shows it; answers whether all crossed and no request failed.
    func run() async throws -> Bool {
        var settings = TwinSettings()
        settings.world.nodes.drainMax = .seconds(2)
        let pair = TwinPair(settings: settings, time: time) { Identifiers.fresh() }
        for site in TwinSite.allCases { load(pair, site) }
        return try await pair.run { [self, settings] twin in
            twin.ensureRoutes()
            try await twin.waitUntilReady(.source, within: LiveRehearsal.startMax)
            return try await DemoConnections.with(
                twin,
                settings,
                usesHAProxy: false,
                stores: PlayedStores(),
                time: time,
                copying: try TwinCopies.making(of: file)
            ) { try await underLoad(twin, $0, port: $1) }
        }
    }

    /// What the twin refuses is told, and is not there.
    private func load(_ pair: TwinPair, _ site: TwinSite) {
        for manifest in manifests[site] ?? [] {
            do {
                try pair.load([manifest], at: site)
            } catch {
                Output.problem("\(site): \(error)")
            }
        }
    }

    private func underLoad(
        _ twin: RunningTwin,
        _ connections: DemoConnections,
        port: Int
    ) async throws -> Bool {
        let hosts = twin.hosts
        let load = LoadGenerator(
            plan: LoadPlan(
                port: port,
                routes: hosts.map { LoadRoute(host: $0) },
                requestsPerSecond: rate
            ),
            time: time,
            phase: "before"
        )
        Output.line(
            "Twins of both sites run; \(rate) requests a second to "
                + (hosts.isEmpty ? "nobody" : hosts.joined(separator: ", "))
        )
        let exit = try await withThrowingTaskGroup(of: RunExit?.self) { group in
            if !hosts.isEmpty {
                group.addTask {
                    try await load.run()
                    return nil
                }
            }
            group.addTask { [self] in
                try await time.sleep(for: .seconds(LiveRehearsal.quietSeconds))
                load.enter("during")
                let exit = try await DemoCrossing(connections, file).cross(showing: load)
                load.enter("after")
                try await time.sleep(for: .seconds(LiveRehearsal.quietSeconds))
                return exit
            }
            while let result = try await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            throw CancellationError()
        }
        return tell(exit, load)
    }

    private func tell(_ exit: RunExit, _ load: LoadGenerator) -> Bool {
        Output.line(exit.words)
        Output.line(LoadLines.header("phase"))
        let phases = ["before", "during", "after"]
        let reports = phases.map { ($0, load.report(of: $0)) }
        for (phase, report) in reports { Output.line(LoadLines.text(phase, report)) }
        let failed = reports.map(\.1.failed).reduce(0, +)
        if failed > 0 { Output.problem("FAILED: \(failed) requests") }
        return exit == .waiting(.crossed) && failed == 0
    }
}
