import ArgumentParser

/// `diolkos twin`: embedded sites to try things on.
struct TwinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "twin",
        abstract: "Embedded sites to try things on.",
        subcommands: [TwinUpCommand.self, TwinLoadCommand.self]
    )
}
