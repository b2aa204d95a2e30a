import ArgumentParser
import Composition
import Control
import Foundation
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPlanning
import Sealing

/// `diolkos plan`: looks at both sites and writes what would be done.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Look at both sites, print the plan and write it. Nothing is changed.",
        discussion: """
            The same sites and the same file give the same bytes. The digest names the plan: \
            `diolkos run --digest` takes no other.

            With --again it makes one lane of a run anew, which was carried back because somebody had \
            deployed a workload of it; `diolkos resume` then goes on with what is deployed now.
            """
    )

    @OptionGroup var options: MigrationOptions

    @Flag(help: "Print workloads and findings only, not every step.")
    var summary = false

    @Option(help: "A workload of a run, as namespace/name, to be planned anew within it.")
    var again: String?

    func run() async throws {
        try await guarded {
            let migration = try options.migration()
            if let again { return try await replan(again, migration) }
            let plan = try await options.withAccess(to: migration) { access in
                try await PlanMaking(migration, access).make()
            }
            let digest = try plan.digest().hex
            if summary {
                for line in PlanText.summary(of: plan) { Output.line(line) }
            } else {
                Output.line(PlanText.text(of: plan, digest: digest))
            }
            let url = URL(fileURLWithPath: options.planPath)
            try Data(try plan.encoded()).write(to: url, options: .atomic)
            Output.line("Written to \(options.planPath)")
            Output.line("Digest \(digest)")
        }
    }

    private func replan(_ name: String, _ migration: MigrationFile) async throws {
        let state = try await options.run.state()
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let lane = state.index.lane(of: parts[0], parts[1]) else {
            throw InputProblem(
                "\(name) crosses in no lane of this run; write it as namespace/name, as "
                    + "`diolkos status` has it; nothing was changed"
            )
        }
        if let reason = state.refusalToReplan(lane) {
            throw InputProblem("\(name) is not planned anew: \(reason); nothing was changed")
        }
        let steps = try await options.withAccess(to: migration) { access in
            try await PlanMaking(migration, access).again(lane, in: state.plan)
        }
        try await options.run.replan(lane, steps)
        Output.line("Planned \(name) anew, as it is at the source now.")
        Output.line("`diolkos resume \(options.words)` goes on with it.")
    }
}
