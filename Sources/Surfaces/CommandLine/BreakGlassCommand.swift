import ArgumentParser
import Composition
import MigrationEngine
import MigrationPorts

/// `diolkos break-glass`: how everything is put back without this program.
struct BreakGlassCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "break-glass",
        abstract: "Print the plain commands that put everything back as it was.",
        discussion: """
            A bash script of kubectl, curl or socat, of what the run may have changed so far; nothing \
            is asked and nothing changed. The same script is kept beside the journal, as \
            JOURNAL.break-glass.sh, current before each step, for the day this program is gone.
            """
    )

    @OptionGroup var options: MigrationOptions

    func run() async throws {
        try await guarded {
            let migration = try options.migration()
            let words = try PlainCommands(migration, directory: options.directory)
            let state = try await options.run.state()
            Output.text(BreakGlass(state, words: words).script)
        }
    }
}
