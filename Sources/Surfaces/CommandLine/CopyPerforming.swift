import ArgumentParser
import Clocks
import Composition
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import MigrationModel
import Synchronization

/// In which form a command tells what it did.
enum OutputForm: String, ExpressibleByArgument {
    case text
    case json
}

/// Plans a copy, tells it, and makes it unless something is in the way.
struct CopyPerforming {
    private let rule: CopyRule
    private let isDryRun: Bool
    private let form: OutputForm
    private let time = SystemTime()
    private let display = ProgressDisplay.standard

    /// With `isDryRun` the target's server is asked, and nothing is done.
    init(_ rule: CopyRule, isDryRun: Bool, form: OutputForm) {
        self.rule = rule
        self.isDryRun = isDryRun
        self.form = form
    }

    /// What follows is run by `follow`, one hook after the other, if everything stands.
    func perform(
        from source: any ObjectSource,
        to target: ClusterSource,
        then hooks: [CopyHook] = [],
        follow: (CopyHook) async throws -> Void = { _ in }
    ) async throws {
        var report = try await report(from: source, to: target)
        if form == .text { for line in CopyText.lines(of: report) { Output.line(line) } }
        defer { if form == .json { Output.line(report.json.text(.indented)) } }
        switch report.state {
        case .planned: break
        case .blocked: throw ExitCodes.waitsForYou
        case .failed: throw ExitCode.failure
        case .copied:
            try await report.follow(with: hooks) { hook in
                if form == .text { Output.line("then    \(hook.name)") }
                try await follow(hook)
            }
        }
    }

    private func report(
        from source: any ObjectSource,
        to target: ClusterSource
    ) async throws -> CopyReport {
        let plan = try await plan(from: source, to: target)
        if isDryRun {
            let verdicts = try await verdicts(on: plan, of: target.client)
            return CopyReport(of: plan, from: source.name, to: target.name, verdicts: verdicts)
        }
        if plan.isBlocked { return CopyReport(of: plan, from: source.name, to: target.name) }
        if form == .text { for line in CopyText.lines(of: plan) { Output.line(line) } }
        let summary = try await make(plan, at: target.client)
        CopyPerforming.report(summary.failures)
        return CopyReport(of: plan, from: source.name, to: target.name, summary: summary)
    }

    private func plan(
        from source: any ObjectSource,
        to target: ClusterSource
    ) async throws -> CopyPlan {
        let counts = ReadCounts()
        return try await display.during({ counts.line }) {
            try await CopyMaking(
                rule,
                from: CountedSource(source, onRead: counts.addSource),
                to: CountedSource(target, onRead: counts.addTarget)
            ).make()
        }
    }

    private func verdicts(
        on plan: CopyPlan,
        of target: KubernetesClient
    ) async throws -> [CopyKey: TrialVerdict] {
        let progress = SharedProgress(total: plan.writes, time: time)
        return try await display.during({ "trying: \(progress.line)" }) {
            try await CopyTrial(plan, target: target) { progress.settled() }.perform()
        }
    }

    private func make(_ plan: CopyPlan, at target: KubernetesClient) async throws -> CopySummary {
        let progress = SharedProgress(total: plan.writes, time: time)
        return try await display.during({ "copying: \(progress.line)" }) {
            await CopyRun(plan, target: target, time: time, report: progress.follow).perform()
        }
    }

    static func report(_ failures: [(key: CopyKey, reason: String)]) {
        for failure in failures { Output.problem("FAILED: \(failure.key): \(failure.reason)") }
    }
}

extension CopyHooks {
    /// With the programs and the environment of this process.
    static func ofProcess(_ connector: Connector) -> CopyHooks {
        CopyHooks(
            programs: SubprocessRunner(),
            variables: ProcessInfo.processInfo.environment,
            time: SystemTime()
        ) { try connector.transport(to: $0) }
    }
}

/// How many objects were read of two sites so far.
final class ReadCounts: Sendable {
    private let counts = Mutex<(source: Int, target: Int)>((0, 0))

    func addSource(_ count: Int) { counts.withLock { $0.source += count } }

    func addTarget(_ count: Int) { counts.withLock { $0.target += count } }

    var line: String {
        let (source, target) = counts.withLock { $0 }
        let more = target > 0 ? ", \(target) of the target" : ""
        return "reading: \(source) objects of the source\(more)"
    }
}
