import Clocks
import Composition
import Control
import EmbeddedNodes
import EmbeddedSites
import Foundation
import LoadGenerator
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPorts
import Twin

/// The demo: load all the while, a crossing of fifty services, and a second one carried back.
struct Demo {
    /// What was seen, and what was not as it should be.
    struct Outcome: Sendable {
        var lines: [String]
        var complaints: [String]
    }

    /// How long load runs before and after, to compare with.
    private static let quietSeconds = 8

    let rate: Int
    let insideRate: Int
    let seed: UInt64
    let usesHAProxy: Bool
    private let time = SystemTime()

    init(rate: Int, insideRate: Int, seed: UInt64, usesHAProxy: Bool) {
        self.rate = rate
        self.insideRate = insideRate
        self.seed = seed
        self.usesHAProxy = usesHAProxy
    }

    func run() async throws -> Outcome {
        Output.line(
            "Two embedded sites, \(DemoEstate.services.count) services in "
                + "\(DemoEstate.namespaces.count) namespaces, \(DemoEstate.hosts.count) routes, beside "
                + "them a StatefulSet, a CronJob and a consumer, and a second estate that will be "
                + "carried back."
        )
        var settings = TwinSettings()
        settings.world.seed = seed
        settings.world.nodes.drainMax = .seconds(2)
        let pair = TwinPair(settings: settings, time: time) { Identifiers.fresh() }
        try pair.load(DemoEstate.manifests, at: .source)
        try pair.load(DemoEstate.manifests(of: DemoEstate.laboratory), at: .source)
        return try await pair.run { [self, settings] twin in
            twin.ensureRoutes()
            try await twin.waitUntilReady(.source, within: .seconds(60))
            return try await DemoConnections.with(
                twin,
                settings,
                usesHAProxy: usesHAProxy,
                time: time
            ) { try await underLoad(twin, $0, port: $1) }
        }
    }

    private func underLoad(
        _ twin: RunningTwin,
        _ connections: DemoConnections,
        port: Int
    ) async throws -> Outcome {
        let routes = twin.hosts.map { LoadRoute(host: $0) }
        let load = LoadGenerator(
            plan: LoadPlan(port: port, routes: routes, requestsPerSecond: rate),
            time: time,
            phase: "warm-up"
        )
        let inside = try await DemoInside(twin, rate: insideRate, time: time)
        let workloads = DemoWorkloads(twin.pair)
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask {
                try await load.run()
                return nil
            }
            for site in TwinSite.allCases {
                group.addTask {
                    try await inside.run(site)
                    return nil
                }
                group.addTask {
                    await workloads.watch(site)
                    return nil
                }
            }
            group.addTask { [self] in try await acts(connections, load, inside) }
            var outcome: Outcome?
            while let result = try await group.next() {
                guard let result else { continue }
                outcome = result
                group.cancelAll()
            }
            guard var outcome else { throw CancellationError() }
            judge(load, twin, &outcome)
            for seen in [inside.outcome, workloads.outcome] {
                outcome.lines += seen.lines
                outcome.complaints += seen.complaints
            }
            try await judge(connections.access.traffic, &outcome)
            return outcome
        }
    }

    private func acts(
        _ connections: DemoConnections,
        _ load: LoadGenerator,
        _ inside: DemoInside
    ) async throws -> Outcome {
        try await time.sleep(for: .seconds(3))
        load.enter("before")
        Output.line(
            "Load of \(rate) requests a second runs, and \(insideRate) inside each site; "
                + "\(Demo.quietSeconds) seconds to look."
        )
        try await time.sleep(for: .seconds(Demo.quietSeconds))

        load.enter("during")
        let started = time.uptime
        let crossing = DemoCrossing(
            connections,
            name: "demo",
            namespaces: DemoEstate.namespaces,
            workloads: DemoWorkloads.rules
        )
        let exit = try await crossing.cross(
            showing: load,
            whenPrepared: inside.namesAnswerAtTarget
        )
        let duration = time.uptime - started
        guard exit == .waiting(.crossed) else {
            return Outcome(lines: [], complaints: ["the crossing ended otherwise: \(exit.words)"])
        }
        load.enter("after")
        try await time.sleep(for: .seconds(Demo.quietSeconds))

        load.enter("rollback")
        let second = DemoCrossing(connections, name: "laboratory", namespaces: ["laboratory"])
        let secondExit = try await second.cross(showing: load)
        let backExit = try await second.rollBack(showing: load)
        load.enter("end")
        try await time.sleep(for: .seconds(2))

        var outcome = Outcome(lines: [], complaints: [])
        let steps = try await crossing.stepCount
        let seconds = String(format: "%.1f", duration.inSeconds)
        outcome.lines.append("")
        outcome.lines.append(
            "Crossed \(DemoEstate.services.count) services in \(steps) steps and \(seconds) s; "
                + "the second migration: \(secondExit.words) Then: \(backExit.words)"
        )
        if duration > .seconds(120) { outcome.complaints.append("it took \(seconds) s") }
        if backExit != .closed(.asItWasBefore) {
            outcome.complaints.append("the rollback ended otherwise: \(backExit.words)")
        }
        return outcome
    }

    /// What the balancer counted as failed: for HAProxy also what it retried or sent elsewhere, which
    /// no caller sees.
    private func judge(_ traffic: any TrafficProvider, _ outcome: inout Outcome) async throws {
        for route in try await traffic.routes() {
            let counters = try await traffic.counters(of: route)
            let failures = counters.source.failures + counters.target.failures
            if failures > 0 {
                outcome.complaints.append("the balancer counted \(failures) failures at \(route)")
            }
        }
    }

    private func judge(_ load: LoadGenerator, _ twin: RunningTwin, _ outcome: inout Outcome) {
        outcome.lines.append(LoadLines.header("phase"))
        let phases = ["before", "during", "after", "rollback", "end"]
        for phase in phases {
            outcome.lines.append(LoadLines.text(phase, load.report(of: phase)))
        }
        let reports = (["warm-up"] + phases).map { load.report(of: $0) }
        let failed = reports.map(\.failed).reduce(0, +)
        outcome.lines.append(
            "  \(reports.map(\.requests).reduce(0, +)) requests sent, \(failed) failed"
        )
        let before = load.report(of: "before")
        let during = load.report(of: "during")
        if failed > 0 {
            var reasons: [String: Int] = [:]
            for report in reports { reasons.merge(report.failures, uniquingKeysWith: +) }
            let words = reasons.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
            outcome.complaints.append("\(failed) requests failed: \(words.joined(separator: ", "))")
        }
        for site in ["source", "target"] where during.bySite[site, default: 0] == 0 {
            outcome.complaints.append("the \(site) served nothing during the crossing")
        }
        let strayed = reports.map(\.strayed).reduce(0, +)
        if strayed > 0 {
            outcome.complaints.append(
                "\(strayed) requests were served by another site than the balancer chose"
            )
        }
        if during.latency.p99 > before.latency.p99 * 3 {
            outcome.complaints.append("p99 rose beyond three times what it was")
        }
        let counters = twin.world.counters
        if counters.requestLoops + counters.connectionLoops > 0 {
            outcome.complaints.append("requests went round in circles")
        }
        for problem in counters.problems { outcome.complaints.append(problem) }
    }
}
