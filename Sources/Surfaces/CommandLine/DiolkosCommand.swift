import ArgumentParser

/// The program: one word a thing that people do.
package struct DiolkosCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "diolkos",
        abstract: "Moves the running services of one site to another without dropping a request.",
        discussion: """
            A migration file says what moves where. `plan` looks at both sites and writes what
            would be done; nothing is changed before `run`. Everything that is done is in the
            journal, and `rollback` carries it back.

            Exit codes: 0 done; 1 failed; 2 the input is wrong, nothing was changed; 3 the run waits
            for you; 4 another driver holds the run; 5 the journal cannot be used; 6 the run's lease
            at a site could not be kept; 64 wrong arguments; 130 stopped by a signal, to be resumed.
            """,
        version: "0.1.0",
        subcommands: [
            PlanCommand.self, RehearseCommand.self, RunSubcommand.self, StatusCommand.self,
            PauseCommand.self, ResumeCommand.self, RollbackCommand.self, FinishCommand.self,
            ApproveCommand.self,
            BreakGlassCommand.self, CopyCommand.self, ExportCommand.self, ImportCommand.self,
            AssessCommand.self, RightsCommand.self, SchemaCommand.self, TwinCommand.self,
            DemoCommand.self,
        ]
    )

    package init() {}
}
