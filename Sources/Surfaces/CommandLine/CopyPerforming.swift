import ArgumentParser
import Clocks
import KubernetesCopy
import MigrationModel

/// Plans a copy, prints it, and makes it unless something is in the way.
struct CopyPerforming {
    private let rule: CopyRule
    private let isDryRun: Bool

    init(_ rule: CopyRule, isDryRun: Bool) {
        self.rule = rule
        self.isDryRun = isDryRun
    }

    func perform(from source: any ObjectSource, to target: ClusterSource) async throws {
        let plan = try await CopyMaking(rule, from: source, to: target).make()
        for line in CopyText.lines(of: plan) { Output.line(line) }
        if plan.isBlocked { throw ExitCodes.waitsForYou }
        if isDryRun || plan.isEmpty { return }
        let summary = await CopyRun(plan, target: target.client, time: SystemTime()).perform()
        CopyPerforming.report(summary.failures)
        Output.line(
            "\(summary.created) created, \(summary.updated) updated, "
                + "\(summary.removed) removed, \(summary.unchanged) unchanged, "
                + "\(summary.failures.count) failed"
        )
        if !summary.failures.isEmpty { throw ExitCode.failure }
    }

    static func report(_ failures: [(key: CopyKey, reason: String)]) {
        for failure in failures { Output.problem("FAILED: \(failure.key): \(failure.reason)") }
    }
}
