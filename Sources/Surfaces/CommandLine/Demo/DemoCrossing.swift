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
import Sealing
import Synchronization
import Twin

/// One migration of the demo: planned, driven, shown.
struct DemoCrossing {
    private let connections: DemoConnections
    private let file: MigrationFile
    private let run: MigrationRun
    private let time = SystemTime()

    /// With rules that suit a short show.
    init(
        _ connections: DemoConnections,
        name: String,
        namespaces: [String],
        workloads: [WorkloadRule] = []
    ) {
        var file = MigrationFile(
            name: name,
            source: SiteAddress(context: "source"),
            target: SiteAddress(context: "target"),
            namespaces: namespaces.sorted(),
            workloads: workloads,
            traffic: TrafficRule(balancer: .twin(url: "http://127.0.0.1", front: nil)),
            workloadsInFlightMax: 10,
            settle: .milliseconds(700)
        )
        file.ramp.limits.requestsMin = 20
        file.ramp.limits.soakMilliseconds = 500
        self.init(connections, file)
    }

    /// The contexts that the file names are not looked for.
    init(_ connections: DemoConnections, _ file: MigrationFile) {
        self.connections = connections
        self.file = file
        run = MigrationRun(
            journal: connections.folder.appendingPathComponent("\(file.name).journal").path,
            environment: [:],
            time: time
        )
    }

    var stepCount: Int {
        get async throws { try await run.state().plan.steps.count }
    }

    /// `whenPrepared` is called once every name answers at both sites and nothing has moved.
    func cross(
        showing load: LoadGenerator,
        whenPrepared: @escaping @Sendable () -> Void = {}
    ) async throws -> RunExit {
        let plan = try await PlanMaking(file, connections.access).make()
        Output.line(
            "Plan \(file.name): \(plan.steps.count) steps, digest "
                + "\(try plan.digest().hex.prefix(12))"
        )
        try await run.begin(
            plan,
            run: RunID("\(file.name)-1"),
            at: connections.access.traffic
        )
        return try await drive(showing: load, whenPrepared: whenPrepared)
    }

    func rollBack(showing load: LoadGenerator) async throws -> RunExit {
        Output.line("Rolling \(file.name) back.")
        try await run.submit(.rollback)
        return try await drive(showing: load)
    }

    private func drive(
        showing load: LoadGenerator,
        whenPrepared: @escaping @Sendable () -> Void = {}
    ) async throws -> RunExit {
        let board = DemoBoard(
            try await run.state(),
            answers: load.answersBySite,
            whenPrepared: whenPrepared
        )
        return try await withThrowingTaskGroup(of: RunExit?.self) { group in
            group.addTask { [self] in
                try await run.drive(connections.access, until: StopRequest()) { board.take($0) }
            }
            group.addTask { [self] in
                let started = time.uptime
                while await time.pause(.seconds(2)) {
                    Output.line(board.line(after: time.uptime - started, load.answersBySite))
                }
                return nil
            }
            while let result = try await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            throw CancellationError()
        }
    }
}

/// What moves, and what share of the requests each site serves.
final class DemoBoard: Sendable {
    private let lanes: [StepID: Lane]
    private let stepsOfLane: [Lane: Int]
    private let doneOfLane = Mutex<[Lane: Int]>([:])
    /// The answers by site when the last line was made.
    private let answersSeen: Mutex<[String: Int]>
    /// What is still to be prepared.
    private let preparing: Mutex<Set<StepID>>
    private let whenPrepared: @Sendable () -> Void

    init(
        _ state: RunState,
        answers: [String: Int],
        whenPrepared: @escaping @Sendable () -> Void
    ) {
        answersSeen = Mutex(answers)
        preparing = Mutex(
            Set(
                state.plan.steps.filter { $0.phase == .prepare }.map(\.id)
                    .filter { state.state(of: $0).stage != .done }
            )
        )
        self.whenPrepared = whenPrepared
        lanes = Dictionary(
            state.plan.steps.filter { $0.phase != .finish }.map { ($0.id, $0.lane) },
            uniquingKeysWith: { first, _ in first }
        )
        stepsOfLane = lanes.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        for step in state.plan.steps where state.state(of: step.id).stage == .done {
            doneOfLane.withLock { $0[step.lane, default: 0] += 1 }
        }
    }

    func take(_ event: RunEvent) {
        switch event {
        case .stepDone(let step, _):
            change(step, by: 1)
            let isLast = preparing.withLock { $0.remove(step) != nil && $0.isEmpty }
            if isLast { whenPrepared() }
        case .undoDone(let step, _): change(step, by: -1)
        case .stepFailed(let step, _, let failure), .undoFailed(let step, _, let failure):
            Output.line("  \(step): \(failure)")
        default: break
        }
    }

    /// The state of things; the share is that of the answers since the last line.
    func line(after elapsed: Duration, _ answers: [String: Int]) -> String {
        let done = doneOfLane.withLock { $0 }
        let workloads = stepsOfLane.filter { if case .workload = $0.key { true } else { false } }
        let crossed = workloads.filter { done[$0.key, default: 0] == $0.value }.count
        let moving = workloads.filter {
            let count = done[$0.key, default: 0]
            return count > 0 && count < $0.value
        }
        let names = moving.keys.compactMap { lane -> String? in
            if case .workload(let id) = lane { id.name } else { nil }
        }.sorted()
        let seen = answersSeen.withLock { seen in
            defer { seen = answers }
            return seen
        }
        let new = answers.merging(seen, uniquingKeysWith: -)
        let share = new["target", default: 0] * 100 / max(1, new.values.reduce(0, +))
        let seconds = String(Int(elapsed.inSeconds)).padded(4)
        return "  \(seconds)s  crossed \(crossed)/\(workloads.count)  served by the target "
            + "\(share) %  moving: \(names.joined(separator: " "))"
    }

    private func change(_ step: StepID, by count: Int) {
        guard let lane = lanes[step] else { return }
        doneOfLane.withLock { $0[lane, default: 0] += count }
    }
}
