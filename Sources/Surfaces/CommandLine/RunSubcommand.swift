import ArgumentParser
import Clocks
import Composition
import Control
import Foundation
import MigrationEngine
import MigrationFile
import MigrationModel
import Sealing

/// `diolkos run`: begins a run or goes on with one.
struct RunSubcommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Make the plan, or go on where a run stopped.",
        discussion: """
            Without a journal it begins the plan that `diolkos plan` wrote; with one it goes on, \
            whatever ended the last driver. Ctrl-C ends it after the steps under way.
            """
    )

    @OptionGroup var options: MigrationOptions

    @Option(help: "Refuse any other plan than the one of this digest.")
    var digest: String?

    @Flag(help: "One JSON object a line instead of text for people.")
    var jsonLines = false

    func run() async throws {
        try await guarded {
            let migration = try options.migration()
            let exit = try await options.withAccess(to: migration) { access in
                if !options.run.exists { try await begin(migration, access) }
                return try await Driving(options: options, jsonLines: jsonLines).drive(access)
            }
            if let code = exit.code { throw code }
        }
    }

    private func begin(_ migration: MigrationFile, _ access: MigrationAccess) async throws {
        let bytes = try InputFile(options.planPath).bytes(atMost: Plan.bytesMax + 1)
        let plan = try Plan.decode(bytes)
        if let problem = PlanFit.problem(of: plan, for: migration) {
            throw InputProblem(
                "\(options.planPath) cannot be run: \(problem). Name the right files, or make the "
                    + "plan anew with `diolkos plan -f \(options.file)`; nothing was changed"
            )
        }
        let found = try plan.digest().hex
        if let digest, digest != found {
            throw InputProblem(
                "\(options.planPath) has the digest \(found), not \(digest); nothing was changed"
            )
        }
        let run = try await FreshRun.name(for: plan, digest: found, at: access)
        let drift = try await PlanMaking(migration, access).drift(since: plan)
        guard drift.isEmpty else {
            throw InputProblem(
                "the sites are no longer as the plan saw them; nothing was changed. "
                    + "Make it anew with `diolkos plan`:\n  " + drift.joined(separator: "\n  ")
            )
        }
        try await options.run.begin(plan, run: run, at: access.traffic)
    }
}

/// Drives a run and shows what happens.
struct Driving {
    let options: MigrationOptions
    let jsonLines: Bool

    func drive(_ access: MigrationAccess) async throws -> RunExit {
        let stop = StopRequest()
        let signals = SignalWatch(stop)
        let progress = ProgressLines(state: try await options.run.state(), jsonLines: jsonLines)
        let exit = try await options.run.drive(
            access,
            until: stop,
            crashPoints: CrashPointChoice.fromEnvironment()
        ) { event in
            progress.show(event)
        }
        withExtendedLifetime(signals) {}
        if !jsonLines { Output.line(exit.words) }
        return exit
    }
}
