import ArgumentParser
import Control
import Foundation
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
            """
    )

    @OptionGroup var options: MigrationOptions

    @Flag(help: "Print workloads and findings only, not every step.")
    var summary = false

    func run() async throws {
        try await guarded {
            let migration = try options.migration()
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
}
